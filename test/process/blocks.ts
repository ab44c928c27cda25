/**
 * Well-formed processes for property tests: blocks nested in blocks, each with one way in and one way out. The same tree
 * is turned into a definition here and interpreted in reference.ts.
 */
import fc from 'fast-check';

export const CRITERIA = ['A', 'B'] as const;
/** Boolean variables that conditions read and commands set. */
export const VARIABLES = ['v0', 'v1', 'v2'] as const;

export type Leaf = { id: string } & (
  | { kind: 'task' | 'job' | 'timer' | 'message' }
  | { kind: 'criterion'; criterion: string; within: boolean }
);
export type Event = { id: string; by: 'timer' | 'message'; interrupting: boolean; then: Block[] };
type Branch = { when: string; blocks: Block[] };

export type Block =
  | Leaf
  | { id: string; kind: 'parallel'; branches: Block[][] }
  /** The last branch is the default. */
  | { id: string; kind: 'exclusive' | 'inclusive'; branches: Branch[] }
  /** A task whose outcome, o0 or o1 …, chooses the branch. */
  | { id: string; kind: 'decision'; branches: Block[][] }
  /** The body, then a task that ends with "again" or "out". */
  | { id: string; kind: 'loop'; body: Block[] }
  | { id: string; kind: 'sub'; body: Block[]; events: Event[] }
  | { id: string; kind: 'guarded'; host: Leaf; events: Event[] }
  /** The token dies here when the variable is true. */
  | { id: string; kind: 'death'; when: string };

const id = '';
const variable = fc.constantFrom(...VARIABLES);
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ id: fc.constant(id), kind: fc.constantFrom('task', 'job', 'timer', 'message') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      id: fc.constant(id),
      kind: fc.constant('criterion'),
      criterion: fc.constantFrom(...CRITERIA),
      within: fc.boolean(),
    }),
  },
);

const { blocks } = fc.letrec<{ block: Block; blocks: Block[] }>((tie) => {
  const several = { minLength: 2, maxLength: 3 };
  const branches = fc.array(tie('blocks'), several);
  const choices = fc.array(fc.record({ when: variable, blocks: tie('blocks') }), several);
  const event = (then: fc.Arbitrary<Block[]>, interrupting: boolean): fc.Arbitrary<Event> =>
    fc.record({
      id: fc.constant(id),
      by: fc.constantFrom('timer', 'message'),
      interrupting: fc.constant(interrupting),
      then,
    });
  // What runs beside an activity may run several times at once: without joins, so that it does not matter which is which.
  const events = fc.array(
    fc.oneof(event(tie('blocks'), true), event(fc.array(leaf, { minLength: 1, maxLength: 2 }), false)),
    { maxLength: 2 },
  );
  const own = fc.constant(id);
  return {
    block: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 4, arbitrary: leaf },
      { weight: 3, arbitrary: fc.record({ id: own, kind: fc.constant('parallel'), branches }) },
      { weight: 2, arbitrary: fc.record({ id: own, kind: fc.constant('exclusive'), branches: choices }) },
      { weight: 4, arbitrary: fc.record({ id: own, kind: fc.constant('inclusive'), branches: choices }) },
      { weight: 2, arbitrary: fc.record({ id: own, kind: fc.constant('decision'), branches }) },
      { weight: 2, arbitrary: fc.record({ id: own, kind: fc.constant('loop'), body: tie('blocks') }) },
      { weight: 3, arbitrary: fc.record({ id: own, kind: fc.constant('sub'), body: tie('blocks'), events }) },
      { weight: 3, arbitrary: fc.record({ id: own, kind: fc.constant('guarded'), host: leaf, events }) },
      { weight: 1, arbitrary: fc.record({ id: own, kind: fc.constant('death'), when: variable }) },
    ) as fc.Arbitrary<Block>,
    blocks: fc.array(tie('block') as fc.Arbitrary<Block>, { maxLength: 3, depthIdentifier: 'blocks' }),
  };
});

/** A sequence of blocks in which every block and event has an id of its own. */
export const processes: fc.Arbitrary<Block[]> = blocks.map((tree) => {
  let last = 0;
  const copy = structuredClone(tree);
  const name = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('id' in value) value.id = `n${++last}`;
    Object.values(value).forEach(name);
  };
  name(copy);
  return copy;
});

type NodeJson = { readonly id: string; readonly [field: string]: unknown };

/** The nodes of a (sub-)process with these blocks. */
export function nodesOf(sequence: readonly Block[], scope = 'top'): NodeJson[] {
  const nodes: NodeJson[] = [];
  const add = (node: NodeJson): string => {
    nodes.push(node);
    return node.id;
  };
  const to = (next: string | undefined) => (next === undefined ? {} : { next });
  const through = (steps: readonly Block[], next: string | undefined): string | undefined =>
    steps.reduceRight<string | undefined>((after, block) => place(block, after), next);

  const boundaryOf = (events: readonly Event[], merge: string) =>
    events.map((event) => ({
      id: event.id,
      interrupting: event.interrupting,
      ...(event.by === 'timer' ? { timer: '1h' } : { message: event.id }),
      ...to(through(event.then, event.interrupting ? merge : undefined)),
    }));

  const place = (block: Block, next: string | undefined): string => {
    const { id } = block;
    const merge = (type: string) => add({ id: `${id}.merge`, type, ...to(next) });
    switch (block.kind) {
      case 'parallel': {
        const join = merge('parallelGateway');
        return add({ id, type: 'parallelGateway', next: block.branches.map((branch) => through(branch, join)) });
      }
      case 'exclusive':
      case 'inclusive': {
        const type = `${block.kind}Gateway`;
        const join = merge(type);
        const ways = block.branches.map(({ when, blocks: branch }, at) => ({
          to: through(branch, join),
          ...(at === block.branches.length - 1 ? { default: true } : { when }),
        }));
        return add({ id, type, next: ways });
      }
      case 'decision': {
        const join = merge('exclusiveGateway');
        const ways = block.branches.map((branch, at) => [`o${at}`, through(branch, join)] as const);
        return add({ id, type: 'userTask', role: 'r', commentOn: ['o1'], next: Object.fromEntries(ways) });
      }
      case 'loop': {
        const out = merge('exclusiveGateway');
        add({ id, type: 'userTask', role: 'r', next: { again: `${id}.again`, out } });
        return add({ id: `${id}.again`, type: 'exclusiveGateway', next: through(block.body, id) });
      }
      case 'sub': {
        const join = merge('exclusiveGateway');
        const boundary = boundaryOf(block.events, join);
        return add({ id, type: 'subProcess', nodes: nodesOf(block.body, id), boundary, next: join });
      }
      case 'guarded': {
        const join = merge('exclusiveGateway');
        const boundary = boundaryOf(block.events, join);
        // Catching events cannot have boundary events: a sub-process does it for them.
        const { host } = block;
        if (host.kind !== 'timer' && host.kind !== 'message') return add({ ...nodeOf(host), boundary, next: join });
        return add({ id, type: 'subProcess', nodes: [nodeOf(host)], boundary, next: join });
      }
      case 'death': {
        const end = add({ id: `${id}.end`, type: 'end' });
        const ways = [
          { to: end, when: block.when },
          { to: merge('exclusiveGateway'), default: true },
        ];
        return add({ id, type: 'exclusiveGateway', next: ways });
      }
      default:
        return add({ ...nodeOf(block), ...to(next) });
    }
  };

  const first = through(sequence, undefined);
  return [{ id: `${scope}.start`, type: 'start', ...to(first) }, ...nodes];
}

function nodeOf(leaf: Leaf): NodeJson {
  const { id } = leaf;
  switch (leaf.kind) {
    case 'task':
      return { id, type: 'userTask', role: 'r', notify: 'list' };
    case 'job':
      return { id, type: 'job', kind: 'work' };
    case 'timer':
      return { id, type: 'timerCatch', after: '1h' };
    case 'message':
      return { id, type: 'messageCatch', message: id };
    default:
      return { id, type: 'criterion', criterion: leaf.criterion, ...(leaf.within && { within: '1h' }) } as {
        id: string;
      };
  }
}
