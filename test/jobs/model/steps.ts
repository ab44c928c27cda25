/** What is done to a queue at random: by enqueuers, workers that come too late, the keeper, operators and people who answer. */
import fc from 'fast-check';
import { KIND_DEFAULTS, type KindSettings } from '../../../src/jobs/kind.ts';

/** The kinds of the test, one for each way of treating jobs. */
export const KINDS = {
  plain: {},
  one: { keyLimit: 1 },
  two: { keyLimit: 2 },
  three: { keyLimit: 3 },
  hold: { onLost: 'hold', keyLimit: 1 },
  fair: { fairWindow: 2 },
  rated: { rate: { limit: 6, perMs: 1_000 } },
  kept: { events: 'kept', keyLimit: 2 },
} as const satisfies Record<string, Partial<KindSettings>>;
export type KindName = keyof typeof KINDS;
export const settingsOf = (kind: string): KindSettings => ({ ...KIND_DEFAULTS, ...KINDS[kind as KindName] });
const NAMES = Object.keys(KINDS) as KindName[];

export type NewStep = {
  readonly kind: KindName;
  readonly key: string | undefined;
  readonly dedupKey: string | undefined;
  readonly delayMs: number;
  readonly priority: number;
  readonly maxAttempts: number | undefined;
};
/** Which job is meant: the n-th of those the step likes best, or (`any`) of all. */
export type Pick = { readonly at: number; readonly any: boolean };
/** Who says something of a claim: its worker, somebody else, or its worker with the epoch of a claim long gone. */
export type Voice = 'holder' | 'other' | 'late';
export type Said = { readonly pick: Pick; readonly voice: Voice };
export type Answer =
  | { readonly kind: 'done'; readonly output: boolean }
  | { readonly kind: 'fail' }
  | { readonly kind: 'snooze'; readonly delayMs: number }
  | { readonly kind: 'discard' };

/** Each is asked of one of two servers on the store. */
export type Step = { readonly server: 0 | 1 } & (
  | { readonly do: 'enqueue'; readonly jobs: readonly NewStep[]; readonly together: boolean }
  | {
      readonly do: 'flow';
      readonly children: readonly NewStep[];
      readonly failsWithChild: boolean;
      readonly dedupKey: string | undefined;
    }
  | {
      readonly do: 'claim';
      readonly worker: string;
      readonly kinds: readonly KindName[];
      readonly limit: number;
      readonly leaseMs: number | undefined;
    }
  | {
      readonly do: 'settle';
      readonly items: readonly (Said & { readonly answer: Answer })[];
      /** Both servers are told at once. */
      readonly twice: boolean;
    }
  | { readonly do: 'release'; readonly items: readonly Said[] }
  | { readonly do: 'heartbeat'; readonly items: readonly Said[]; readonly leaseMs: number | undefined }
  | { readonly do: 'cancel' | 'replay' | 'bury'; readonly pick: Pick }
  | { readonly do: 'answer'; readonly pick: Pick; readonly happened: boolean }
  | { readonly do: 'pause'; readonly kind: KindName; readonly isPaused: boolean }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'promote' | 'rescue' | 'gate' | 'refresh' }
);

const key = fc.constantFrom('a', 'b', 'c');
const dedupKey = fc.option(fc.constantFrom('x', 'y'), { nil: undefined, freq: 3 });
const newJob: fc.Arbitrary<NewStep> = fc
  .record({
    kind: fc.constantFrom(...NAMES),
    key: fc.option(key, { nil: undefined, freq: 4 }),
    dedupKey,
    delayMs: fc.constantFrom(0, 0, 0, 500, 5_000),
    priority: fc.constantFrom(0, 0, 0, 1, -1),
    maxAttempts: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map((job) => (job.kind === 'fair' && job.key === undefined ? { ...job, key: 'a' } : job));

const pick: fc.Arbitrary<Pick> = fc.record({
  at: fc.nat({ max: 30 }),
  any: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});
const voice = fc.constantFrom<Voice>('holder', 'holder', 'holder', 'holder', 'other', 'late');
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 4, arbitrary: fc.boolean().map((output) => ({ kind: 'done' as const, output })) },
  { weight: 3, arbitrary: fc.constant({ kind: 'fail' as const }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 700).map((delayMs) => ({ kind: 'snooze' as const, delayMs })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'discard' as const }) },
);
const items = fc.array(fc.record({ pick, voice }), { minLength: 1, maxLength: 4 });
const leaseMs = fc.option(fc.constantFrom(1_000, 60_000), { nil: undefined });

type Arb<Do extends Step['do']> = fc.Arbitrary<Omit<Extract<Step, { readonly do: Do }>, 'server'>>;

const enqueue: Arb<'enqueue'> = fc.record({
  do: fc.constant('enqueue' as const),
  jobs: fc.array(newJob, { minLength: 1, maxLength: 4 }),
  together: fc.boolean(),
});
const flow: Arb<'flow'> = fc.record({
  do: fc.constant('flow' as const),
  children: fc.array(newJob, { minLength: 1, maxLength: 3 }),
  failsWithChild: fc.boolean(),
  dedupKey,
});
const claim: Arb<'claim'> = fc.record({
  do: fc.constant('claim' as const),
  worker: fc.constantFrom('w1', 'w2'),
  kinds: fc.oneof(fc.constant(NAMES), fc.subarray(NAMES, { minLength: 1, maxLength: 3 })),
  limit: fc.integer({ min: 1, max: 8 }),
  leaseMs,
});
const settle: Arb<'settle'> = fc.record({
  do: fc.constant('settle' as const),
  items: fc.array(fc.record({ pick, voice, answer }), { minLength: 1, maxLength: 4 }),
  twice: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});
const release: Arb<'release'> = fc.record({ do: fc.constant('release' as const), items });
const heartbeat: Arb<'heartbeat'> = fc.record({ do: fc.constant('heartbeat' as const), items, leaseMs });
const operate = fc.record({ do: fc.constantFrom('cancel', 'replay', 'bury'), pick });
const answerStep: Arb<'answer'> = fc.record({ do: fc.constant('answer' as const), pick, happened: fc.boolean() });
const pause: Arb<'pause'> = fc.record({
  do: fc.constant('pause' as const),
  kind: fc.constantFrom(...NAMES),
  isPaused: fc.integer({ min: 0, max: 2 }).map((n) => n === 0),
});
const advance: Arb<'advance'> = fc.record({
  do: fc.constant('advance' as const),
  ms: fc.constantFrom(1, 200, 1_001, 10_000, 31_000),
});
const keep = fc.record({ do: fc.constantFrom('promote', 'rescue', 'gate', 'gate', 'refresh') });

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom<0 | 1>(0, 1),
    fc.oneof(
      { weight: 5, arbitrary: enqueue },
      { weight: 1, arbitrary: flow },
      { weight: 6, arbitrary: claim },
      { weight: 7, arbitrary: settle },
      { weight: 1, arbitrary: release },
      { weight: 1, arbitrary: heartbeat },
      { weight: 3, arbitrary: operate },
      { weight: 2, arbitrary: answerStep },
      { weight: 1, arbitrary: pause },
      { weight: 4, arbitrary: advance },
      { weight: 7, arbitrary: keep },
    ),
  )
  .map(([server, what]) => ({ server, ...what }) as Step);

export const someSteps = (most: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(step, { maxLength: most, size: 'max' });
