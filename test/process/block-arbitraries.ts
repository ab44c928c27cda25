/** Makes processes up. Kinds of blocks are switched on by name, so that a test can look at one of them, or at all together. */
import fc from 'fast-check';
import { tidied } from './block-rules.ts';
import {
  type AdHoc,
  type Block,
  type Branch,
  CODES,
  CRITERIA,
  type Event,
  type Leaf,
  type Multi,
  type Repeat,
  SIGNALS,
  VARIABLES,
  type Way,
} from './blocks.ts';

export const FEATURES = [
  'error',
  'escalation',
  'event sub-process',
  'terminate',
  'event gateway',
  'signal',
  'condition',
  'link',
  'multi-instance',
  'loop',
  'data',
  'compensation',
  'transaction',
  'ad-hoc',
  'complex gateway',
  'quantity',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Nothing special, one kind of block at a time, and all together. */
export const MIXTURES: readonly { readonly name: string; readonly features: readonly Feature[] }[] = [
  { name: 'plain blocks', features: [] },
  ...FEATURES.map((feature) => ({ name: feature, features: [feature] })),
  { name: 'everything', features: FEATURES },
  {
    name: 'everything that cannot be undone',
    features: FEATURES.filter((name) => name !== 'compensation' && name !== 'transaction'),
  },
];

/** A process: its blocks, and the event sub-processes beside them. */
export type Process = { readonly blocks: Block[]; readonly handlers: Event[] };

const own = fc.constant('');
const variable = fc.constantFrom(...VARIABLES);
const one = <T>(value: T): fc.Arbitrary<T> => fc.constant(value);
const several = { minLength: 2, maxLength: 3 };

function leafOf(features: ReadonlySet<Feature>): fc.Arbitrary<Leaf> {
  const kinds: fc.WeightedArbitrary<Leaf>[] = [
    {
      weight: 4,
      arbitrary: fc.record({ id: own, kind: fc.constantFrom('task', 'job', 'timer', 'message', 'receive') }),
    },
  ];
  // Several of these end at once; then it is chance what is undone first.
  if (!features.has('compensation') && !features.has('transaction')) {
    const criterion = fc.constantFrom(...CRITERIA);
    kinds.push({
      weight: 1,
      arbitrary: fc.record({ id: own, kind: one('criterion'), criterion, within: fc.boolean() }),
    });
    if (features.has('signal'))
      kinds.push({
        weight: 1,
        arbitrary: fc.record({ id: own, kind: one('signal'), signal: fc.constantFrom(...SIGNALS) }),
      });
    if (features.has('condition'))
      kinds.push({ weight: 1, arbitrary: fc.record({ id: own, kind: one('condition'), when: variable }) });
  }
  return fc.oneof(...kinds);
}

function waysOf(features: ReadonlySet<Feature>) {
  const ways: ('timer' | 'message' | 'signal' | 'condition')[] = ['timer', 'message'];
  if (features.has('signal')) ways.push('signal');
  if (features.has('condition')) ways.push('condition');
  return ways;
}

type Parts = {
  readonly features: ReadonlySet<Feature>;
  readonly blocks: fc.Arbitrary<Block[]>;
  readonly leaf: fc.Arbitrary<Leaf>;
};

/** Of an activity or, without `isBoundary`, of a scope. */
function eventsOf({ features, blocks, leaf }: Parts, isBoundary: boolean): fc.Arbitrary<Event[]> {
  // What runs beside may run several times at once: without joins, so that it does not matter which is which.
  const chain: fc.Arbitrary<Block[]> = fc.array(leaf, { minLength: 1, maxLength: 2 });
  const ways = waysOf(features);
  const code = fc.oneof(fc.constantFrom(...CODES), one(true as const));
  const kinds: fc.Arbitrary<Event>[] = [
    fc.record({ id: own, by: fc.constantFrom(...ways), interrupting: one(true), follows: blocks }),
    fc.record({ id: own, by: fc.constantFrom(...ways), interrupting: one(false), follows: chain }),
  ];
  // One that happens once may do anything.
  if (!isBoundary) kinds.push(fc.record({ id: own, by: one('timer'), interrupting: one(false), follows: blocks }));
  if (features.has('error'))
    kinds.push(fc.record({ id: own, by: one('error'), code, interrupting: one(true), follows: blocks }));
  if (features.has('escalation')) {
    kinds.push(
      fc.record({ id: own, by: one('escalation'), code, interrupting: one(true), follows: blocks }),
      fc.record({ id: own, by: one('escalation'), code, interrupting: one(false), follows: chain }),
    );
  }
  const size = isBoundary || features.has('event sub-process') ? { maxLength: 2 } : { maxLength: 0 };
  return fc.array(fc.oneof(...kinds), size);
}

function repetitionsOf({ features, blocks }: Parts, events: fc.Arbitrary<Event[]>): fc.Arbitrary<Block>[] {
  const work: fc.Arbitrary<Leaf> = fc.record({ id: own, kind: fc.constantFrom('task', 'job') });
  const body = fc.oneof(work, blocks);
  const kinds: fc.Arbitrary<Block>[] = [];
  const multi: fc.Arbitrary<Multi> = fc
    .record({
      id: own,
      kind: one('multi' as const),
      body,
      count: fc.nat(3),
      from: fc.constantFrom('literal' as const, 'variable' as const, 'cardinality' as const),
      sequential: fc.boolean(),
      until: fc.option(fc.oneof(fc.integer({ min: 1, max: 2 }), variable), { nil: undefined }),
      isGathered: fc.boolean(),
      events,
    })
    .map(({ until, ...rest }) => ({ ...rest, ...(until !== undefined && { until }) }));
  const repeat: fc.Arbitrary<Repeat> = fc
    .record({
      id: own,
      kind: one('repeat' as const),
      body,
      when: variable,
      testBefore: fc.boolean(),
      maximum: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      events,
    })
    .map(({ maximum, ...rest }) => ({ ...rest, ...(maximum !== undefined && { maximum }) }));
  const adhoc: fc.Arbitrary<AdHoc> = fc
    .record({
      id: own,
      kind: one('adhoc' as const),
      rows: fc.array(fc.array(work, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
      sequential: fc.boolean(),
      until: fc.option(variable, { nil: undefined }),
      events,
    })
    .map(({ until, ...rest }) => ({ ...rest, ...(until !== undefined && { until }) }));
  if (features.has('multi-instance')) kinds.push(multi);
  if (features.has('loop')) kinds.push(repeat);
  if (features.has('ad-hoc')) kinds.push(adhoc);
  return kinds;
}

function flowsOf({ features, blocks }: Parts): fc.Arbitrary<Block>[] {
  const branches = fc.array(blocks, several);
  const choices: fc.Arbitrary<Branch[]> = fc.array(fc.record({ when: variable, blocks }), several);
  const kinds: fc.Arbitrary<Block>[] = [];
  if (features.has('link')) kinds.push(fc.record({ id: own, kind: one('links'), branches: choices }));
  if (features.has('event gateway')) {
    const by = fc.constantFrom<Way['by'][]>(...waysOf(features), 'receive');
    kinds.push(fc.record({ id: own, kind: one('race'), ways: fc.array(fc.record({ id: own, by, blocks }), several) }));
  }
  if (features.has('complex gateway'))
    kinds.push(fc.record({ id: own, kind: one('complex'), branches, needed: fc.integer({ min: 1, max: 3 }) }));
  if (features.has('quantity')) {
    const completion = fc.integer({ min: 1, max: 3 });
    const host: fc.Arbitrary<Leaf> = fc.record({ id: own, kind: fc.constantFrom('task', 'job') });
    kinds.push(fc.record({ id: own, kind: one('quantity'), branches, host, completion }));
  }
  if (features.has('data')) {
    kinds.push(
      fc.record({ id: own, kind: one('pass'), type: fc.constantFrom('task', 'manualTask') }),
      fc.record({ id: own, kind: one('script'), of: variable, blocks }),
      fc.record({ id: own, kind: one('mapped'), of: variable, blocks }),
      fc.record({ id: own, kind: one('rules'), branches: choices }),
    );
  }
  return kinds;
}

/** A sub-process in which something is thrown, more likely than not caught here or further out. */
function trialOf(
  { features, blocks }: Pick<Parts, 'features' | 'blocks'>,
  events: fc.Arbitrary<Event[]>,
): fc.Arbitrary<Block> {
  const what = fc.constantFrom(...(['error', 'escalation'] as const).filter((kind) => features.has(kind)));
  return fc
    .record({
      what,
      before: blocks,
      beside: blocks,
      code: fc.constantFrom(...CODES),
      caught: fc.oneof(fc.constantFrom(...CODES), one(true as const)),
      ends: fc.boolean(),
      interrupting: fc.boolean(),
      atScope: fc.boolean(),
      follows: blocks,
      throwsAgain: fc.boolean(),
      chain: fc.array(fc.record({ id: own, kind: one('task' as const) }), { minLength: 1, maxLength: 2 }),
      events,
    })
    .map(
      ({
        what: by,
        before,
        beside,
        code,
        caught,
        ends,
        interrupting,
        atScope,
        throwsAgain,
        follows,
        chain,
        events: others,
      }) => {
        const stops = by === 'error' || interrupting;
        const thrown: Block = { id: '', kind: 'throw', what: by, code, ends };
        const path = throwsAgain ? [...follows, { ...thrown }] : follows;
        const catcher: Event = { id: '', by, code: caught, interrupting: stops, follows: stops ? path : chain };
        const body: Block[] = [{ id: '', kind: 'parallel', branches: [[...before, thrown], beside] }];
        return {
          id: '',
          kind: 'sub',
          body,
          events: atScope ? others : [catcher, ...others],
          handlers: atScope ? [catcher] : [],
        };
      },
    );
}

/** A scope in which several things are done that can be undone, and then are. */
function sagaOf(
  kind: 'sub' | 'transaction',
  blocks: fc.Arbitrary<Block[]>,
  events: fc.Arbitrary<Event[]>,
): fc.Arbitrary<Block> {
  const task: fc.Arbitrary<Leaf> = fc.record({ id: own, kind: one('task') });
  const undoable: fc.Arbitrary<Block> = fc.record({ id: own, kind: one('undoable'), host: task, handler: task });
  const nested: fc.Arbitrary<Block> = fc
    .record({
      body: fc.array(undoable, { minLength: 1, maxLength: 3 }),
      undo: fc.option(fc.array(task, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    })
    .map(({ body, undo }) => ({ id: '', kind: 'sub', body, events: [], handlers: [], ...(undo && { undo }) }));
  const step = fc.oneof(undoable, nested);
  return fc
    .record({
      steps: fc.array(step, { minLength: 1, maxLength: 3 }),
      beside: fc.oneof(fc.array(step, { maxLength: 2 }), blocks),
      ends: fc.boolean(),
      target: fc.constantFrom(true as const, 'some'),
      cancelled: blocks,
      events,
    })
    .map(({ steps, beside, ends, target, cancelled, events: others }): Block => {
      const last: Block = kind === 'sub' ? { id: '', kind: 'undo', ends, target } : { id: '', kind: 'cancel' };
      const body: Block[] = [{ id: '', kind: 'parallel', branches: [[...steps, last], beside] }];
      if (kind === 'sub') return { id: '', kind, body, events: others, handlers: [] };
      return {
        id: '',
        kind,
        body,
        events: [...others, { id: '', by: 'cancel', interrupting: true, follows: cancelled }],
      };
    });
}

function throwersOf({ features, blocks }: Parts, events: fc.Arbitrary<Event[]>): fc.Arbitrary<Block>[] {
  const kinds: fc.Arbitrary<Block>[] = [];
  const code = fc.constantFrom(...CODES);
  for (const what of ['error', 'escalation'] as const) {
    if (!features.has(what)) continue;
    kinds.push(fc.record({ id: own, kind: one('throw'), what: one(what), code, ends: fc.boolean() }));
  }
  if (features.has('error') || features.has('escalation')) kinds.push(trialOf({ features, blocks }, events));
  if (features.has('terminate')) kinds.push(fc.record({ id: own, kind: one('terminate') }));
  if (features.has('compensation') || features.has('transaction')) {
    const task: fc.Arbitrary<Leaf> = fc.record({ id: own, kind: one('task') });
    const host: fc.Arbitrary<Leaf> = fc.record({ id: own, kind: fc.constantFrom('task', 'job') });
    kinds.push(fc.record({ id: own, kind: one('undoable'), host, handler: task }));
    if (features.has('compensation'))
      kinds.push(
        sagaOf('sub', blocks, events),
        fc.record({ id: own, kind: one('undo'), ends: fc.boolean(), target: fc.constantFrom(true as const, 'some') }),
        fc.record({
          id: own,
          kind: one('sub'),
          body: blocks,
          events,
          handlers: one([]),
          undo: fc.array(task, { minLength: 1, maxLength: 2 }),
        }),
      );
  }
  if (features.has('transaction')) {
    const cancelled: fc.Arbitrary<Event> = fc.record({
      id: own,
      by: one('cancel'),
      interrupting: one(true),
      follows: blocks,
    });
    const body = fc
      .tuple(blocks, fc.record({ id: own, kind: one('cancel' as const) }))
      .map(([before, cancel]) => [...before, cancel]);
    kinds.push(
      sagaOf('transaction', blocks, events),
      fc.record({
        id: own,
        kind: one('transaction'),
        body,
        events: fc.tuple(events, cancelled).map(([others, cancel]) => [...others, cancel]),
      }),
    );
  }
  return kinds;
}

/** Whole processes in which what is looked for is sure to be there. */
function scenesOf(parts: Parts, events: fc.Arbitrary<Event[]>): fc.Arbitrary<Block>[] {
  const { features, blocks } = parts;
  const scenes: fc.Arbitrary<Block>[] = [];
  if (features.has('error') || features.has('escalation')) scenes.push(trialOf(parts, events));
  const none: fc.Arbitrary<never[]> = fc.constant([]);
  if (features.has('compensation')) scenes.push(sagaOf('sub', none, none));
  if (features.has('transaction'))
    scenes.push(sagaOf('transaction', none, none), sagaOf('transaction', blocks, events));
  return scenes;
}

/** Processes in which these kinds of blocks occur, beside the plain ones. */
export function processesWith(chosen: readonly Feature[]): fc.Arbitrary<Process> {
  const features = new Set(chosen);
  const leaf = leafOf(features);
  const { blocks, handlers } = fc.letrec<{ block: Block; blocks: Block[]; handlers: Event[] }>((tie) => {
    const inner = tie('blocks');
    const parts: Parts = { features, blocks: inner, leaf };
    const branches = fc.array(inner, several);
    const choices: fc.Arbitrary<Branch[]> = fc.array(fc.record({ when: variable, blocks: inner }), several);
    const events = eventsOf(parts, true);
    const special = [...repetitionsOf(parts, events), ...flowsOf(parts), ...throwersOf(parts, events)];
    const weight = special.length === 0 ? 0 : Math.max(2, Math.ceil(12 / special.length));
    return {
      handlers: eventsOf(parts, false),
      block: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        { weight: 4, arbitrary: leaf },
        { weight: 3, arbitrary: fc.record({ id: own, kind: one('parallel'), branches }) },
        { weight: 2, arbitrary: fc.record({ id: own, kind: one('exclusive'), branches: choices }) },
        { weight: 3, arbitrary: fc.record({ id: own, kind: one('inclusive'), branches: choices }) },
        { weight: 2, arbitrary: fc.record({ id: own, kind: one('decision'), branches }) },
        { weight: 2, arbitrary: fc.record({ id: own, kind: one('loop'), body: inner }) },
        {
          weight: 4,
          arbitrary: fc.record({ id: own, kind: one('sub'), body: inner, events, handlers: tie('handlers') }),
        },
        { weight: 3, arbitrary: fc.record({ id: own, kind: one('guarded'), host: leaf, events }) },
        { weight: 1, arbitrary: fc.record({ id: own, kind: one('death'), when: variable }) },
        ...special.map((arbitrary) => ({ weight, arbitrary })),
      ) as fc.Arbitrary<Block>,
      blocks: fc.array(tie('block') as fc.Arbitrary<Block>, { maxLength: 3, depthIdentifier: 'blocks' }),
    };
  });
  const parts: Parts = { features, blocks, leaf };
  const scenes = scenesOf(parts, eventsOf(parts, true)).map((scene) => fc.tuple(scene));
  return fc.record({ blocks: fc.oneof(blocks, ...scenes), handlers }).map(tidied);
}
