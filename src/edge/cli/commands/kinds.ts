/** Commands about kinds of jobs and about workers. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Client } from '../../../client/client.ts';
import { everyItem } from '../../../client/pages.ts';
import type { JobKind, KindSettings, Worker } from '../../../client/wire-jobs.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addGroup, addLeaf, type Flag } from '../leaf.ts';
import { readValue, type Shell } from '../shell.ts';
import { actorText, numberText, table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

export function addKindCommands(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'workers',
    about: 'Lists who does jobs: what each does, how well, and when it was last heard of.',
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['workers', 'workers --json'],
    run: async ({ options }) => {
      const page = await shell.client().workers.list(options);
      return {
        json: page,
        text: table(page.items, WORKER_COLUMNS, { empty: 'No workers.', width: shell.out.columns }),
      };
    },
  });
  const kinds = addGroup(program, 'kinds', 'Kinds of jobs, and how they are treated.');
  addLeaf(kinds, shell, {
    name: 'ls',
    about: 'Lists the kinds of jobs with their settings.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['kinds', 'kinds ls --json'],
    run: async ({ options }) => {
      const page = await shell.client().kinds.list(options);
      return { json: page, text: table(page.items, KIND_COLUMNS, { empty: 'No kinds.', width: shell.out.columns }) };
    },
  });
  addSet(kinds, shell);
}

const NONE = 'none';
const SET_FLAGS: readonly Flag[] = [
  { flags: '--max-attempts <n>', about: 'how often a job is tried' },
  { flags: '--backoff <first..longest>', about: 'the pauses in between: 1s..10m' },
  { flags: '--lease <duration>', about: 'how long a worker may be silent' },
  { flags: '--timeout <duration>', about: 'how long one attempt may take, or none' },
  {
    flags: '--on-lost <what>',
    about: 'when a worker was lost: retry, or hold until a person says',
    choices: ['retry', 'hold'],
  },
  { flags: '--hold-role <role>', about: 'who is asked' },
  { flags: '--key-limit <n>', about: 'jobs of one key at work at a time' },
  { flags: '--fair-window <n>', about: 'keys take turns, so many jobs at a time, or none' },
  { flags: '--rate <n/duration>', about: 'starts at most: 10/1s, or none' },
  { flags: '--max-waiting <n>', about: 'jobs that may wait' },
  { flags: '--keep <duration>', about: 'how long ended jobs are kept' },
  { flags: '--keep-bytes <n>', about: 'how many bytes of them' },
  { flags: '--schema <json>', about: 'JSON Schema of the payload: JSON, @file, - or none' },
  { flags: '--events <which>', about: 'what the bus hears', choices: ['live', 'kept', 'off'] },
  { flags: '--mirror <which>', about: 'what Redis shows', choices: ['all', 'status', 'off'] },
  { flags: '--reset', about: 'forgets what was set before' },
];
const whole = z.coerce.number().int();
const orNone = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal(NONE).transform(() => null), schema]).exactOptional();

const setOptions = z.object({
  maxAttempts: whole.exactOptional(),
  backoff: z
    .string()
    .regex(/^[^.]+\.\.[^.]+$/, 'is not first..longest')
    .transform((text) => {
      const [first = '', longest = ''] = text.split('..');
      return { first, longest };
    })
    .exactOptional(),
  lease: z.string().exactOptional(),
  timeout: orNone(z.string()),
  onLost: z.enum(['retry', 'hold']).exactOptional(),
  holdRole: z.string().exactOptional(),
  keyLimit: whole.exactOptional(),
  fairWindow: orNone(whole),
  rate: orNone(
    z
      .string()
      .regex(/^\d+\/.+$/, 'is not n/duration')
      .transform((text) => {
        const [limit = '', per = ''] = text.split('/');
        return { limit: Number(limit), per };
      }),
  ),
  maxWaiting: whole.exactOptional(),
  keep: z.string().exactOptional(),
  keepBytes: whole.exactOptional(),
  schema: z.string().exactOptional(),
  events: z.enum(['live', 'kept', 'off']).exactOptional(),
  mirror: z.enum(['all', 'status', 'off']).exactOptional(),
  reset: z.boolean().default(false),
});

function addSet(kinds: Command, shell: Shell): void {
  addLeaf(kinds, shell, {
    name: 'set <kind>',
    about: 'Sets how jobs of a kind are treated, those that wait included; what is not named stays.',
    flags: SET_FLAGS,
    options: setOptions,
    examples: [
      'kinds set report.render --lease 2m --timeout 10m --rate 10/1s',
      'kinds set plc.write --on-lost hold --hold-role operator',
      'kinds set report.render --reset',
    ],
    run: async ({ args: [kind = ''], options: { reset, schema, ...given } }) => {
      const change: Partial<KindSettings> = { ...given, ...(schema !== undefined && { schema: schemaOf(schema) }) };
      if (!reset && Object.keys(change).length === 0)
        throw new MillraceError('cli.usage', { problem: 'kinds set takes at least one setting' });
      const client = shell.client();
      const before = reset ? {} : (await client.kinds.get(kind)).set;
      const changed = await client.kinds.set(kind, { ...(before as Partial<KindSettings>), ...change });
      return { json: changed, text: `${kind} is set: ${JSON.stringify(changed.set)}` };
    },
  });
}

function schemaOf(given: string): KindSettings['schema'] {
  return given === NONE ? null : (readValue('--schema', given) as KindSettings['schema']);
}

/** Every kind: `queues --jobs`. */
export async function listKinds({ kinds }: Client): Promise<JobKind[]> {
  const all: JobKind[] = [];
  for await (const kind of everyItem((page) => kinds.list(page))) all.push(kind);
  return all;
}

export const jobQueuesText = (kinds: readonly JobKind[], width: number): string =>
  table(kinds, QUEUE_COLUMNS, { empty: 'No kinds of jobs.', width });

const QUEUE_COLUMNS = [
  { title: 'kind', value: ({ kind }: JobKind) => kind },
  { title: 'length', value: ({ queue }: JobKind) => queue.length },
  { title: 'running', value: ({ queue }: JobKind) => queue.running },
  { title: 'oldest', value: ({ queue }: JobKind) => queue.oldest },
  { title: 'in/min', value: ({ queue }: JobKind) => numberText(queue.enqueuedPerMinute) },
  { title: 'done/min', value: ({ queue }: JobKind) => numberText(queue.completedPerMinute) },
  { title: 'failed/min', value: ({ queue }: JobKind) => numberText(queue.failedPerMinute) },
  { title: 'retried/min', value: ({ queue }: JobKind) => numberText(queue.retriedPerMinute) },
  { title: 'run', value: ({ queue }: JobKind) => queue.meanRun },
  { title: 'wait', value: ({ queue }: JobKind) => queue.meanWait },
  { title: '', value: ({ isPaused }: JobKind) => (isPaused ? 'paused' : '') },
] as const;

const KIND_COLUMNS = [
  { title: 'kind', value: ({ kind }: JobKind) => kind },
  {
    title: 'state',
    value: ({ isPaused, isInternal }: JobKind) => (isPaused ? 'paused' : isInternal ? 'internal' : 'open'),
  },
  { title: 'length', value: ({ queue }: JobKind) => queue.length },
  { title: 'attempts', value: ({ settings }: JobKind) => settings.maxAttempts },
  { title: 'lease', value: ({ settings }: JobKind) => settings.lease },
  { title: 'timeout', value: ({ settings }: JobKind) => settings.timeout },
  { title: 'per key', value: ({ settings }: JobKind) => settings.keyLimit },
  { title: 'rate', value: ({ settings: { rate } }: JobKind) => rate && `${rate.limit}/${rate.per}` },
  { title: 'on lost', value: ({ settings }: JobKind) => settings.onLost },
  { title: 'keep', value: ({ settings }: JobKind) => settings.keep },
  { title: 'set', value: ({ set }: JobKind) => Object.keys(set).join(', ') },
] as const;

const WORKER_COLUMNS = [
  { title: 'worker', value: ({ id }: Worker) => workerText(id) },
  { title: 'state', value: ({ state }: Worker) => state },
  { title: 'running', value: ({ running, concurrency }: Worker) => `${running}/${concurrency}` },
  { title: 'processed', value: ({ processed }: Worker) => processed },
  { title: 'failed', value: ({ failed }: Worker) => failed },
  {
    title: 'success',
    value: ({ successRate }: Worker) => (successRate === null ? '' : `${numberText(successRate * 100)} %`),
  },
  { title: 'per min', value: ({ perMinute }: Worker) => numberText(perMinute) },
  { title: 'heard of', value: ({ age }: Worker) => `${age} ago` },
  { title: 'since', value: ({ startedAt }: Worker) => timeText(startedAt) },
  { title: 'host', value: ({ host, pid }: Worker) => `${host}, ${pid}` },
  { title: 'kinds', value: ({ kinds }: Worker) => kinds.join(', ') },
] as const;

/** press-7-41@token:line A:token-4 → press-7-41@line A. */
const workerText = (id: string): string => {
  const [name = '', ...principal] = id.split('@');
  return principal.length === 0 ? name : `${name}@${actorText(principal.join('@'))}`;
};
