/** Commands that do one thing to many instances, and show how far that is. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { InstanceChoice, NewOperation, Operation } from '../../../client/wire-operations.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addGroup, addLeaf, type Flag } from '../leaf.ts';
import { openProgressBar } from '../progress-bar.ts';
import type { Shell } from '../shell.ts';
import { table, timeText } from '../table.ts';
import { nodesOption } from './mending.ts';
import { LIST_FLAGS, listOptions, variablesOption } from './processes.ts';

const LOOK_MS = 250;
const DEEDS = ['suspend', 'resume', 'cancel', 'retry', 'variables', 'move', 'migrate'] as const;

const FLAGS: readonly Flag[] = [
  { flags: '--definition <key>', about: 'the instances of one definition' },
  { flags: '--version <number>', about: 'that are at this version' },
  {
    flags: '--status <status>',
    about: 'in one status (default: active)',
    choices: ['active', 'completed', 'cancelled'],
  },
  { flags: '--key <businessKey>', about: 'about one thing' },
  { flags: '--at <node>', about: 'with a token at this node' },
  { flags: '--stuck', about: 'that have an incident' },
  { flags: '--suspended', about: 'that are suspended' },
  { flags: '--started-before <time>', about: 'that were started before' },
  { flags: '--started-after <time>', about: 'that were started after' },
  { flags: '--reason <text>', about: 'why: suspend, cancel' },
  { flags: '--variables <json>', about: 'those to set: variables, retry' },
  { flags: '--remove <name>', about: 'one to take away: variables; several times', isList: true },
  { flags: '--from <node>', about: 'where the tokens are: move' },
  { flags: '--to <node>', about: 'where they go: move' },
  { flags: '--to-version <number>', about: 'migrate (default: the newest)' },
  {
    flags: '--map <node=node>',
    about: 'a node, and its name in the other version: migrate; several times',
    isList: true,
  },
  { flags: '--dry-run', about: 'only count what would be done' },
];

const options = z.object({
  definition: z.string().exactOptional(),
  version: z.coerce.number().int().min(1).exactOptional(),
  status: z.enum(['active', 'completed', 'cancelled']).exactOptional(),
  key: z.string().exactOptional(),
  at: z.string().exactOptional(),
  stuck: z.literal(true).exactOptional(),
  suspended: z.literal(true).exactOptional(),
  startedBefore: z.string().exactOptional(),
  startedAfter: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  variables: variablesOption.exactOptional(),
  remove: z.array(z.string()).default([]),
  from: z.string().default(''),
  to: z.string().default(''),
  toVersion: z.coerce.number().int().min(1).exactOptional(),
  map: nodesOption.default({}),
  dryRun: z.boolean().default(false),
});
type Options = z.output<typeof options>;

export function addOperationCommands(program: Command, shell: Shell): void {
  const operations = addGroup(program, 'operations', 'One thing done to many instances.');
  addLeaf(operations, shell, {
    name: 'ls',
    about: 'Lists operations, the newest first.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['operations'],
    run: async ({ options: page }) => {
      const found = await shell.client().operations.list(page);
      return { json: found, text: table(found.items, COLUMNS, { empty: 'No operations.', width: shell.out.columns }) };
    },
  });
  addLeaf(operations, shell, {
    name: 'begin <what>',
    about: `Does one thing to every instance that suits: ${DEEDS.join(', ')}. Waits for the end.`,
    flags: FLAGS,
    options,
    examples: [
      'operations begin migrate --definition repair --version 1 --dry-run',
      'operations begin suspend --definition repair --reason "the press is being moved"',
      'operations begin move --definition repair --from wait --to check',
    ],
    run: async ({ args: [what = ''], options: given }) => {
      const idempotencyKey = crypto.randomUUID();
      const begun = await shell.client().operations.begin(operationOf(what, given), { idempotencyKey });
      const ended = await watch(shell, begun);
      return { json: ended, text: operationText(ended) };
    },
  });
  addLeaf(operations, shell, {
    name: 'show <id>',
    about: 'Shows how far an operation is, and what was refused.',
    examples: ['operations show job_00000000041'],
    run: async ({ args: [id = ''] }) => {
      const operation = await shell.client().operations.get(id);
      return { json: operation, text: operationText(operation) };
    },
  });
  addLeaf(operations, shell, {
    name: 'cancel <id>',
    about: 'Cancels an operation: nothing more is begun, and what is done stays.',
    examples: ['operations cancel job_00000000041'],
    run: async ({ args: [id = ''] }) => {
      const operation = await shell.client().operations.cancel(id);
      return { json: operation, text: operationText(operation) };
    },
  });
}

/** With the bar on a terminal; whoever is interrupted here leaves the operation as it is. */
async function watch(shell: Shell, begun: Operation): Promise<Operation> {
  const bar = openProgressBar(shell.err, () => performance.now());
  let operation = begun;
  while (operation.endedAt === null) {
    const { share, matched, done, skipped, failed } = operation;
    bar.show(share, `${done + skipped + failed} of ${matched}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    operation = await shell.client().operations.get(begun.id);
  }
  bar.clear();
  return operation;
}

function operationOf(what: string, given: Options): NewOperation {
  const deed = DEEDS.find((each) => each === what);
  if (deed === undefined) throw new MillraceError('cli.usage', { problem: `"${what}" is none of ${DEEDS.join(', ')}` });
  const { reason, variables, remove, from, to, toVersion, map: nodes, dryRun } = given;
  const which = { filter: choiceOf(given), dryRun };
  switch (deed) {
    case 'suspend':
    case 'cancel':
      return { what: deed, ...which, ...(reason !== undefined && { reason }) };
    case 'resume':
      return { what: deed, ...which };
    case 'retry':
      return { what: deed, ...which, ...(variables !== undefined && { variables }) };
    case 'variables':
      return { what: deed, ...which, set: variables ?? {}, remove };
    case 'move':
      if (from === '' || to === '') throw new MillraceError('cli.usage', { problem: 'move needs --from and --to' });
      return { what: deed, ...which, from, to };
    case 'migrate':
      return { what: deed, ...which, nodes, ...(toVersion !== undefined && { version: toVersion }) };
    default:
      return deed satisfies never;
  }
}

function choiceOf({ definition, version, status, key, at, stuck, suspended, ...times }: Options): InstanceChoice {
  const { startedBefore, startedAfter } = times;
  return {
    ...(definition !== undefined && { definition }),
    ...(version !== undefined && { version }),
    ...(status !== undefined && { status }),
    ...(key !== undefined && { businessKey: key }),
    ...(at !== undefined && { atNode: at }),
    ...(stuck !== undefined && { hasIncident: true }),
    ...(suspended !== undefined && { isSuspended: true }),
    ...(startedBefore !== undefined && { startedBefore }),
    ...(startedAfter !== undefined && { startedAfter }),
  };
}

function operationText(operation: Operation): string {
  const { id, what, dryRun, state, matched, done, skipped, failed, problems } = operation;
  const counts = `${done} ${dryRun ? 'would be done' : 'done'}, ${skipped} skipped, ${failed} refused`;
  const head = `${id} (${what}${dryRun ? ', dry run' : ''}) is ${state}: ${matched} instances suit; ${counts}.`;
  const lines = problems.map(
    ({ code, count, message, instances }) => `  ${count} × ${code}: ${message} (${instances.slice(0, 3).join(', ')})`,
  );
  return [head, ...lines].join('\n');
}

const COLUMNS = [
  { title: 'id', value: ({ id }: Operation) => id },
  { title: 'what', value: ({ what, dryRun }: Operation) => (dryRun ? `${what}, dry run` : what) },
  { title: 'state', value: ({ state }: Operation) => state },
  { title: 'matched', value: ({ matched }: Operation) => matched },
  { title: 'done', value: ({ done }: Operation) => done },
  { title: 'skipped', value: ({ skipped }: Operation) => skipped },
  { title: 'refused', value: ({ failed }: Operation) => failed },
  { title: 'begun', value: ({ createdAt }: Operation) => timeText(createdAt) },
] as const;
