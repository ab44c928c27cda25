/** Whatever operators do to a process in between, no token is lost or doubled, and nothing is left behind. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isMillraceError } from '../../src/kernel/errors.ts';
import type { Command } from '../../src/process/core/command.ts';
import type { Definition } from '../../src/process/core/definition.ts';
import type { ProcessState } from '../../src/process/core/state.ts';
import { FEATURES, processesWith } from './block-arbitraries.ts';
import { processOf } from './block-nodes.ts';
import { CRITERIA } from './blocks.ts';
import { listsOf, type Step, step, truthOf } from './pair.ts';
import { define, firingOf, World } from './world.ts';

const RUNS = Number(process.env.RUNS ?? 40);

const VERBS = ['go', 'go', 'go', 'suspend', 'resume', 'move', 'migrate', 'retry', 'resolve', 'variables'] as const;
type Verb = (typeof VERBS)[number];
type Act = Step & { readonly verb: Verb };

const act: fc.Arbitrary<Act> = fc
  .tuple(step, fc.constantFrom<Verb>(...VERBS))
  .map(([{ choice, values }, verb]) => ({ choice, values, verb }));
const input = fc.record({
  process: processesWith(FEATURES),
  startedBy: fc.subarray([...CRITERIA]),
  values: step.map(({ values }) => values),
  acts: fc.array(act, { minLength: 10, maxLength: 60 }),
});

/** Everything that the world can bring to the instance now, worked out from its state alone. */
function comings({ tokens, scopes }: ProcessState, values: readonly boolean[]): Command[] {
  const variables = truthOf(values);
  const done = { kind: 'done', outcome: 'done' } as const;
  const listening = [...tokens.map(({ wait }) => wait), ...[...tokens, ...scopes].flatMap(({ armed = [] }) => armed)];
  return [
    ...listening.flatMap((wait): Command[] => {
      switch (wait.for) {
        case 'task':
        case 'job':
          return [
            { type: 'settle', job: wait.job, kind: 'any', result: { ...done, variables } },
            { type: 'settle', job: wait.job, kind: 'any', result: { kind: 'failed', message: 'it failed' } },
          ];
        case 'timer':
          return [{ type: 'settle', job: wait.job, kind: 'timer', result: done }];
        case 'message':
          return [{ type: 'message', name: wait.name, key: wait.key, variables }];
        case 'signal':
          return [{ type: 'signal', name: wait.name, variables }];
        case 'criterion':
          return [{ type: 'firing', firing: firingOf(wait.criterion.replace(/^criterion:/, '')) }];
        case 'call':
          return [{ type: 'returned', child: wait.instance, result: { kind: 'done', variables } }];
        default:
          return [];
      }
    }),
  ];
}

const pick = <Item>(items: readonly Item[], choice: number): Item | undefined => items[choice % items.length];

/** What is refused has changed nothing: the world holds that after every command. */
function tried(world: World, act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!isMillraceError(error)) throw error;
  }
  expect(world.state.seq).toBe(world.history.length);
}

type Versions = { readonly nodes: readonly string[]; readonly other: () => Definition };

function perform(world: World, { verb, choice, values }: Act, { nodes, other }: Versions): void {
  const { state } = world;
  const token = pick(state.tokens, choice)?.id ?? 0;
  const stuck = pick(
    state.tokens.filter(({ wait }) => wait.for === 'help'),
    choice,
  )?.id;
  switch (verb) {
    case 'go': {
      const coming = pick(comings(state, values), choice);
      return coming === undefined ? undefined : tried(world, () => world.take(coming));
    }
    case 'suspend':
      return tried(world, () => world.take({ type: 'suspend' }));
    case 'resume':
      return tried(world, () => world.resume());
    case 'move':
      return tried(world, () => world.take({ type: 'move', token, to: pick(nodes, choice + values.length * 7) ?? '' }));
    case 'migrate':
      return tried(world, () => world.migrate(other()));
    case 'variables':
      return tried(world, () => world.take({ type: 'variables', set: truthOf(values) }));
    default:
      return tried(world, () => world.take({ type: verb, token: stuck ?? token }));
  }
}

it('a process that is mended again and again keeps all its tokens, and leaves nothing behind', () => {
  fc.assert(
    fc.property(input, ({ process, startedBy, values, acts }) => {
      const source = processOf(process.blocks, process.handlers);
      const world = new World(define(...source));
      world.start(
        { ...truthOf(values), ...listsOf(process) },
        startedBy.map((name) => firingOf(name)),
      );
      const versions = { nodes: [...world.definition.nodes.keys()], other: () => define(...source) };
      for (const each of acts) {
        if (world.state.status !== 'active') break;
        perform(world, each, versions);
      }
      if (world.state.suspended !== undefined) world.resume();
      if (world.state.status === 'active') world.take({ type: 'cancel' });
      expect(world.jobs.size + world.subscriptions.size + world.incidents.size).toBe(
        (world.state.failures ?? []).length,
      );
    }),
    { numRuns: RUNS },
  );
});

it('a process that was suspended and resumed ends as one that never was', () => {
  fc.assert(
    fc.property(input, ({ process, startedBy, values, acts }) => {
      const source = processOf(process.blocks, process.handlers);
      const begin = () => {
        const world = new World(define(...source));
        world.start(
          { ...truthOf(values), ...listsOf(process) },
          startedBy.map((name) => firingOf(name)),
        );
        return world;
      };
      const [through, held] = [begin(), begin()];
      for (const { choice, values: brought, verb } of acts) {
        if (through.state.status !== 'active' || held.state.status !== 'active') break;
        if (verb === 'suspend') tried(held, () => held.take({ type: 'suspend' }));
        if (verb === 'resume' && held.state.suspended !== undefined) {
          held.resume();
          expect(plain(held.state)).toEqual(plain(through.state));
        }
        bring(pick(comings(held.state, brought).filter(isOfMachines(held.state)), choice), { through, held });
      }
      if (held.state.suspended !== undefined) held.resume();
      expect(plain(held.state)).toEqual(plain(through.state));
    }),
    { numRuns: RUNS },
  );
});

/**
 * The same comes to both: to the one that stands still what it still waits for, to the other what it has not gone on from
 * meanwhile. A job that was withdrawn brings nothing.
 */
function bring(
  command: Command | undefined,
  { through, held }: { readonly through: World; readonly held: World },
): void {
  if (command === undefined) return;
  const { history } = held;
  const { length } = history;
  tried(held, () => held.take(command));
  if (history.length === length) return;
  const isAwaited = command.type !== 'settle' || through.jobs.has(command.job);
  if (isAwaited) tried(through, () => through.take(command));
}

/** People are refused meanwhile. */
const isOfMachines = ({ tokens }: ProcessState) => {
  const tasks = new Set<number>(tokens.flatMap(({ wait }) => (wait.for === 'task' ? [wait.job] : [])));
  return (command: Command): boolean => command.type !== 'settle' || !tasks.has(command.job);
};

/** Without the count of commands, of which the one that was suspended has had more. */
const plain = ({ seq: _, ...state }: ProcessState) => state;
