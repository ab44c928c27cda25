/** Commands about jobs: look, bring, and what a person does to one or many of them. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Client } from '../../../client/client.ts';
import type { Job, JobLogLine, JobOperation, JobState, JobSummary } from '../../../client/wire-jobs.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addGroup, addLeaf, type Flag } from '../leaf.ts';
import { readValue, type Shell } from '../shell.ts';
import { actorText, facts, table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

const STATES = [
  ...['scheduled', 'blocked', 'ready', 'leased', 'unknown'],
  ...['done', 'dead', 'quarantined', 'cancelled'],
] as const;
const FILTER_FLAGS: readonly Flag[] = [
  { flags: '--kind <kind>', about: 'of one kind' },
  { flags: '--state <state>', about: 'in one state', choices: STATES },
];
const filterOptions = {
  kind: z.string().exactOptional(),
  state: z.enum(STATES as unknown as [JobState]).exactOptional(),
};

export function addJobCommands(program: Command, shell: Shell): void {
  const jobs = addGroup(program, 'jobs', 'Units of work for code.');
  addLooks(jobs, shell);
  addEnqueue(jobs, shell);
  for (const operation of ['replay', 'cancel', 'discard'] as const) addOperation(jobs, shell, operation);
  for (const turn of ['pause', 'resume'] as const) {
    addLeaf(jobs, shell, {
      name: `${turn} <kind>`,
      about:
        turn === 'pause'
          ? 'Gives no job of a kind to any worker until it goes on; those at work end.'
          : 'Gives jobs of a kind to workers again.',
      examples: [`jobs ${turn} report.render`],
      run: async ({ args: [kind = ''] }) => {
        const changed = await shell.client().kinds[turn](kind);
        return { json: changed, text: `${kind} ${changed.isPaused ? 'is paused' : 'goes on'}.` };
      },
    });
  }
}

function addLooks(jobs: Command, shell: Shell): void {
  addLeaf(jobs, shell, {
    name: 'ls',
    about: 'Lists jobs, the newest first unless their state has an order of its own.',
    isDefault: true,
    flags: [
      ...FILTER_FLAGS,
      { flags: '--key <key>', about: 'with one key' },
      { flags: '--parent <id>', about: 'the children of a job' },
      { flags: '--worker <id>', about: 'that a worker holds, or held last' },
      ...LIST_FLAGS,
    ],
    options: z.object({
      ...filterOptions,
      key: z.string().exactOptional(),
      parent: z.string().exactOptional(),
      worker: z.string().exactOptional(),
      ...listOptions,
    }),
    examples: ['jobs', 'jobs ls --state dead', 'jobs ls --kind report.render --limit 10 --json'],
    run: async ({ options }) => {
      const page = await shell.client().jobs.list(options);
      const empty = page.next === null ? 'No jobs.' : 'None among those looked at so far.';
      return { json: page, text: table(page.items, JOB_COLUMNS, { empty, width: shell.out.columns }) };
    },
  });
  addLeaf(jobs, shell, {
    name: 'show <id>',
    about: 'Shows a job: its state, attempts, progress and result, and what happened before.',
    examples: ['jobs show job_00000000041'],
    run: async ({ args: [id = ''] }) => {
      const job = await shell.client().jobs.get(id);
      return { json: job, text: jobText(job, shell.out.columns) };
    },
  });
  addLeaf(jobs, shell, {
    name: 'lines <id>',
    about: 'Prints what the handler of a job has said while it worked.',
    examples: ['jobs lines job_00000000041'],
    run: async ({ args: [id = ''] }) => {
      const page = await shell.client().jobs.lines(id);
      const shown = page.items.map(lineText).join('\n');
      return { json: page, text: shown === '' ? 'It has said nothing.' : shown };
    },
  });
}

function addEnqueue(jobs: Command, shell: Shell): void {
  addLeaf(jobs, shell, {
    name: 'enqueue <kind>',
    about: 'Stores a job for the workers of its kind.',
    flags: [
      { flags: '--payload <json>', about: 'JSON, @file, or - for what comes in' },
      { flags: '--priority <n>', about: 'higher is sooner (default: 0)' },
      { flags: '--delay <duration>', about: 'not before so long has passed' },
      { flags: '--run-at <time>', about: 'not before, as ISO 8601' },
      { flags: '--key <key>', about: 'jobs of one kind and key keep their order' },
      { flags: '--dedup-key <key>', about: 'while a job with the same one lives, that job is meant' },
      { flags: '--max-attempts <n>', about: 'how often it is tried (default: what the kind says)' },
    ],
    options: z.object({
      payload: z.string().exactOptional(),
      priority: z.coerce.number().int().exactOptional(),
      delay: z.string().exactOptional(),
      runAt: z.string().exactOptional(),
      key: z.string().exactOptional(),
      dedupKey: z.string().exactOptional(),
      maxAttempts: z.coerce.number().int().exactOptional(),
    }),
    examples: [
      `jobs enqueue report.render --payload '{"shift":"early"}'`,
      'jobs enqueue report.render --payload @report.json --delay 5m --key line-1',
    ],
    run: async ({ args: [kind = ''], options: { payload, ...job } }) => {
      const body = { kind, ...job, ...(payload !== undefined && { payload: readValue('--payload', payload) }) };
      const stored = await shell.client().jobs.enqueue(body, { idempotencyKey: crypto.randomUUID() });
      return { json: stored, text: stored.isNew ? `Stored ${stored.id}.` : `${stored.id} lives already.` };
    },
  });
}

type Operation = { readonly about: string; readonly past: string; readonly states: readonly JobState[] };
const OPERATIONS: Readonly<Record<JobOperation, Operation>> = {
  replay: {
    about: 'Lets jobs begin anew, with all their attempts: those named, or all dead and quarantined ones that fit.',
    past: 'Replayed',
    states: ['dead', 'quarantined'],
  },
  cancel: {
    about: 'Cancels jobs that have not ended: those named, or all that fit.',
    past: 'Cancelled',
    states: ['unknown', 'blocked', 'scheduled', 'ready', 'leased'],
  },
  discard: {
    about: 'Takes jobs off the dead set that nobody wants any more: those named, or all that fit.',
    past: 'Discarded',
    states: ['dead', 'quarantined'],
  },
};

function addOperation(jobs: Command, shell: Shell, operation: JobOperation): void {
  const { about, past, states } = OPERATIONS[operation];
  addLeaf(jobs, shell, {
    name: `${operation} [ids...]`,
    about,
    flags: [
      ...FILTER_FLAGS,
      { flags: '--older-than <duration>', about: 'that ended, or were made, so long ago' },
      { flags: '--all', about: 'of every kind' },
    ],
    options: z.object({ ...filterOptions, olderThan: z.string().exactOptional(), all: z.boolean().default(false) }),
    examples: [`jobs ${operation} job_00000000041`, `jobs ${operation} --kind report.render --older-than 1h`],
    run: async ({ args: ids, options: { all, state, ...choice } }) => {
      const isBulk = all || state !== undefined || choice.kind !== undefined;
      if (isBulk === ids.length > 0)
        throw new MillraceError('cli.usage', {
          problem: `jobs ${operation} takes ids of jobs, or one of --kind, --state and --all`,
        });
      const client = shell.client();
      const done = isBulk
        ? await inBites(client, operation, { states: state === undefined ? states : [state], choice })
        : await oneByOne(client, operation, ids);
      const rest =
        done.refused === 0 ? '' : ` ${done.refused} had moved on, or belong to a process that decides itself.`;
      return { json: done, text: `${past} ${done.count} ${done.count === 1 ? 'job' : 'jobs'}.${rest}` };
    },
  });
}

type Done = { count: number; refused: number };

async function oneByOne({ jobs }: Client, operation: JobOperation, ids: readonly string[]): Promise<Done> {
  for (const id of ids) await jobs[operation](id);
  return { count: ids.length, refused: 0 };
}

type Choice = { readonly kind?: string; readonly olderThan?: string };

async function inBites(
  { jobs }: Client,
  operation: JobOperation,
  { states, choice }: { readonly states: readonly JobState[]; readonly choice: Choice },
): Promise<Done> {
  const done = { count: 0, refused: 0 };
  for (const state of states) {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const bite = await jobs.operate(operation, { ...choice, state, ...(cursor !== undefined && { cursor }) });
      done.count += bite.count;
      done.refused += bite.refused;
      cursor = bite.next;
    }
  }
  return done;
}

const JOB_COLUMNS = [
  { title: 'id', value: ({ id }: JobSummary) => id },
  { title: 'kind', value: ({ kind }: JobSummary) => kind },
  { title: 'state', value: ({ state, outcome }: JobSummary) => (outcome === null ? state : `${state}: ${outcome}`) },
  { title: 'tried', value: ({ attempts, maxAttempts }: JobSummary) => `${attempts}/${maxAttempts}` },
  { title: 'key', value: ({ key }: JobSummary) => key },
  { title: 'due', value: ({ dueAt }: JobSummary) => timeText(dueAt) },
  { title: 'ended', value: ({ settledAt }: JobSummary) => timeText(settledAt) },
  { title: 'worker', value: ({ worker }: JobSummary) => worker },
  { title: 'what', value: ({ error, progress }: JobSummary) => error ?? shareText(progress) },
] as const;

const shareText = (progress: JobSummary['progress']): string =>
  progress === null ? '' : `${Math.round(progress.share * 100)} % ${progress.note ?? ''}`.trimEnd();

function jobText(job: Job, width: number): string {
  const { payload, output, history, owner, children, progress, ...rest } = job;
  const head = facts([
    ...Object.entries(rest),
    ['owner', owner === null ? '' : `${owner.kind} ${owner.id}`],
    ['children', children === null ? '' : `${children.total}, ${children.pending} to go, ${children.failed} failed`],
    ['progress', shareText(progress)],
    ['payload', JSON.stringify(payload)],
    ['output', output === null ? '' : JSON.stringify(output)],
  ] as [string, string][]);
  if (history.length === 0) return head;
  const columns = [
    { title: 'ended', value: ({ endedAt }: Job['history'][number]) => timeText(endedAt) },
    { title: 'by', value: ({ verb }: Job['history'][number]) => verb },
    { title: 'worker', value: ({ worker }: Job['history'][number]) => worker },
    { title: 'actor', value: ({ actor }: Job['history'][number]) => actorText(actor) },
    { title: 'error', value: ({ error }: Job['history'][number]) => error },
  ];
  return `${head}\n\n${table(history, columns, { empty: '', width })}`;
}

const lineText = ({ at, attempt, level, text }: JobLogLine): string =>
  `${timeText(at)}  ${attempt}  ${level.padEnd(5)}  ${text}`;
