/** What a definition makes of past instances, held against what really became of them. Pure. */
import type { InstanceId } from '../../kernel/ids.ts';
import type { Definition } from '../core/definition.ts';
import type { Label } from '../core/source.ts';
import type { Passed, Past } from './past.ts';
import type { Rerun } from './rerun.ts';

/** Instances of which an answer tells both courses, and kinds of trouble that it names. */
export const MAX_EXAMPLES = 20;
export const MAX_TROUBLES = 100;
/** Of a course that is told; the rest is left out. */
const MAX_TOLD_PATH = 200;

export type Pair = { readonly past: Past; readonly rerun: Rerun };
export type Counts = { readonly count: number; readonly outcomes: Readonly<Record<string, number>> };
export type StepComparison = {
  readonly node: string;
  readonly name: Label;
  readonly past: Counts;
  readonly proposed: Counts;
};
export type Course = {
  readonly status: Rerun['status'];
  readonly ends: readonly string[];
  readonly path: readonly Passed[];
  readonly lastedMs: number;
};
export type Example = { readonly instance: InstanceId; readonly past: Course; readonly proposed: Course };
export type TroubleCount = {
  readonly node: string;
  readonly code: string;
  /** Of one of them. */
  readonly message: string;
  readonly instance: InstanceId;
  readonly count: number;
};
type Sides<Value> = { readonly past: Value; readonly proposed: Value };

export type Comparison = {
  readonly instances: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly stuck: number;
  readonly looped: number;
  /** Whose course is another one, and of these those that end otherwise. */
  readonly differ: number;
  readonly endOtherwise: number;
  /** How many instances reached an end event. */
  readonly ends: Sides<Readonly<Record<string, number>>>;
  readonly steps: readonly StepComparison[];
  /** Of those that completed; undefined: none did. */
  readonly medianMs: Sides<number | undefined>;
  /** Those that end otherwise first. */
  readonly examples: readonly Example[];
  readonly troubles: readonly TroubleCount[];
  /** How often something was guessed, by node. */
  readonly guessed: Readonly<Record<string, number>>;
};

export function compare(pairs: readonly Pair[], definition: Definition): Comparison {
  const statuses = tally(pairs.map(({ rerun }) => rerun.status));
  const examples = pairs.map(exampleOf);
  const differing = examples.filter(({ past, proposed }) => !isSame(past, proposed));
  const otherwise = differing.filter(endsOtherwise);
  const shown = [...otherwise, ...differing.filter((each) => !endsOtherwise(each))].slice(0, MAX_EXAMPLES);
  return {
    instances: pairs.length,
    completed: statuses.get('completed') ?? 0,
    cancelled: statuses.get('cancelled') ?? 0,
    stuck: statuses.get('stuck') ?? 0,
    looped: statuses.get('looped') ?? 0,
    differ: differing.length,
    endOtherwise: otherwise.length,
    ends: sides((side) => Object.fromEntries(tally(examples.flatMap((each) => each[side].ends)))),
    steps: stepsOf(pairs, definition),
    medianMs: sides((side) =>
      medianOf(examples.flatMap((each) => (each[side].status === 'completed' ? [each[side].lastedMs] : []))),
    ),
    examples: shown.map(shortened),
    troubles: troublesOf(pairs),
    guessed: Object.fromEntries(tally(pairs.flatMap(({ rerun }) => rerun.guessed))),
  };
}

/** Undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

const sides = <Value>(of: (side: 'past' | 'proposed') => Value): Sides<Value> => ({
  past: of('past'),
  proposed: of('proposed'),
});

const exampleOf = ({ past, rerun }: Pair): Example => ({
  instance: past.instance,
  past: courseOf({ ...past, lastedMs: past.endedAt - past.startedAt }),
  proposed: courseOf(rerun),
});

const courseOf = ({ status, path, lastedMs }: Omit<Course, 'ends'>): Course => ({
  ...{ status, path, lastedMs },
  ends: [...new Set(path.flatMap(({ node, outcome }) => (outcome === undefined ? [node] : [])))].sort(),
});

const isSame = (past: Course, proposed: Course): boolean =>
  past.status === proposed.status && JSON.stringify(past.path) === JSON.stringify(proposed.path);

const endsOtherwise = ({ past, proposed }: Example): boolean =>
  past.status !== proposed.status || JSON.stringify(past.ends) !== JSON.stringify(proposed.ends);

const shortened = ({ instance, past, proposed }: Example): Example => ({
  instance,
  past: { ...past, path: past.path.slice(0, MAX_TOLD_PATH) },
  proposed: { ...proposed, path: proposed.path.slice(0, MAX_TOLD_PATH) },
});

/** In the order of the definition; nodes that it has no more come behind. */
function stepsOf(pairs: readonly Pair[], { nodes }: Definition): StepComparison[] {
  const past = countsOf(pairs.map((pair) => pair.past.path));
  const proposed = countsOf(pairs.map((pair) => pair.rerun.path));
  const others = [...past.keys()].filter((node) => !nodes.has(node)).sort();
  const known = [...nodes.keys(), ...others].filter((node) => past.has(node) || proposed.has(node));
  return known.map((node) => ({
    node,
    name: nodes.get(node)?.name ?? node,
    past: past.get(node) ?? NONE,
    proposed: proposed.get(node) ?? NONE,
  }));
}

const NONE: Counts = { count: 0, outcomes: {} };

function countsOf(paths: readonly (readonly Passed[])[]): Map<string, Counts> {
  const passed = paths.flat();
  const outcomes = new Map<string, (string | undefined)[]>();
  for (const { node, outcome } of passed) {
    const list = outcomes.get(node) ?? [];
    outcomes.set(node, list);
    list.push(outcome);
  }
  return new Map(
    [...outcomes].map(([node, list]) => [
      node,
      { count: list.length, outcomes: Object.fromEntries(tally(list.filter((each) => each !== undefined))) },
    ]),
  );
}

function troublesOf(pairs: readonly Pair[]): TroubleCount[] {
  const found = new Map<string, TroubleCount>();
  for (const { past, rerun } of pairs) {
    for (const { node, code, message } of rerun.troubles) {
      const key = JSON.stringify([node, code]);
      const before = found.get(key) ?? { node, code, message, instance: past.instance, count: 0 };
      found.set(key, { ...before, count: before.count + 1 });
    }
  }
  return [...found.values()].sort((one, other) => other.count - one.count).slice(0, MAX_TROUBLES);
}

function tally<Name>(names: readonly Name[]): Map<Name, number> {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
