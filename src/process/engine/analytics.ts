/**
 * Where the time of a definition's instances goes, from the tallies: a read costs as much as there are different rows of
 * them, however many instances there were, and whatever of their histories is kept.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Store } from '../../store/store.ts';
import { type Definition, nodeOf } from '../core/definition.ts';
import type { Label } from '../core/source.ts';
import { WHOLE } from '../core/stays.ts';
import { NodeSums, type Word, wordsOf } from './course.ts';
import type { Definitions } from './definitions.ts';
import { type Durations, durationsOf } from './duration-buckets.ts';
import { DAY_MS, dayOf, type TallyRow, tallyFamily } from './tally-family.ts';

const PAGE = 10_000;

export type AnalyticsRequest = {
  readonly key: string;
  /** Default: all versions. */
  readonly version?: number | undefined;
  /** Whole days, UTC: that of `from` and all up to that of `to`. Default: everything. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
};

export type OutcomeShare = { readonly outcome: string; readonly count: number; readonly share: number };

export type StepAnalytics = {
  readonly node: string;
  readonly name: Label;
  readonly type: string;
  readonly begun: number;
  readonly ended: number;
  /** Now, whatever the time that was asked for. */
  readonly active: number;
  /** Ended because something else took over, or the instance was cancelled. Gateways and events have no outcomes. */
  readonly interrupted: number;
  readonly outcomes: readonly OutcomeShare[];
  readonly incidents: number;
  /** Milliseconds; undefined: none has ended. */
  readonly durations: Durations | undefined;
  /** Of tasks and jobs: means until somebody had it, and from then to the end. */
  readonly split: { readonly waitingMs: number; readonly workMs: number } | undefined;
  /** Of the time that all instances took which ended; more than 1 where things go on beside each other. */
  readonly share: number | undefined;
};

export type DayAnalytics = {
  readonly at: Instant;
  readonly started: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly medianMs: number | undefined;
};

export type Analytics = {
  readonly definition: Definition;
  /** The first day of which anything is known. */
  readonly since: Instant | undefined;
  readonly instances: {
    readonly started: number;
    readonly completed: number;
    readonly cancelled: number;
    readonly active: number;
    readonly durations: Durations | undefined;
  };
  readonly steps: readonly StepAnalytics[];
  readonly days: readonly DayAnalytics[];
};

/** Throws `process.unknown-definition`. */
export async function readAnalytics(
  { store, definitions }: { readonly store: Store; readonly definitions: Definitions },
  { key, version, from = 0, to = Number.MAX_SAFE_INTEGER }: AnalyticsRequest,
): Promise<Analytics> {
  const definition = await definitions.find(key, version);
  const nodes = new Map<string, NodeSums>();
  const days = new Map<number, NodeSums>();
  const known = new Map<string, readonly Word[]>();
  let since: number | undefined;
  for await (const row of talliesOf(store, key)) {
    if (version !== undefined && row.version !== version) continue;
    since ??= row.day;
    const isIn = row.day >= dayOf(from) && row.day <= dayOf(to);
    const words = known.get(row.course) ?? wordsOf(row.course);
    known.set(row.course, words);
    for (const word of words) {
      sumsAt(nodes, word.node).take(word, row, isIn);
      if (isIn && word.node === WHOLE) sumsAt(days, row.day).take(word, row, true);
    }
  }
  const whole = sumsAt(nodes, WHOLE);
  nodes.delete(WHOLE);
  return {
    definition,
    since: since === undefined ? undefined : since * DAY_MS,
    instances: {
      started: whole.begun,
      completed: whole.outcomes.get('completed') ?? 0,
      cancelled: whole.outcomes.get('cancelled') ?? 0,
      active: whole.active,
      durations: durationsOf(whole.buckets),
    },
    steps: stepsOf(definition, nodes, whole.totalMs),
    days: [...days].sort(([one], [other]) => one - other).map(([day, sums]) => dayAnalytics(day, sums)),
  };
}

async function* talliesOf(store: Store, definition: string): AsyncGenerator<TallyRow> {
  for (let after: readonly (string | number)[] | undefined = ['', -1, -1, '', -1]; after !== undefined; ) {
    const rows: TallyRow[] = await store.select(tallyFamily, {
      where: { definition },
      order: ['definition', 'day', 'version', 'course', 'bucket'],
      after,
      limit: PAGE,
    });
    yield* rows;
    const last = rows.length === PAGE ? rows.at(-1) : undefined;
    after = last && [last.definition, last.day, last.version, last.course, last.bucket];
  }
}

function sumsAt<Name>(sums: Map<Name, NodeSums>, name: Name): NodeSums {
  const found = sums.get(name);
  if (found !== undefined) return found;
  const made = new NodeSums();
  sums.set(name, made);
  return made;
}

/** In the order of the definition; nodes that only other versions have come behind. */
function stepsOf(
  definition: Definition,
  nodes: ReadonlyMap<string, NodeSums>,
  wholeMs: number,
): readonly StepAnalytics[] {
  const others = [...nodes.keys()].filter((node) => !definition.nodes.has(node)).sort();
  return [...definition.nodes.keys(), ...others].map((id) => stepOf(definition, id, { sums: nodes.get(id), wholeMs }));
}

const NONE = new NodeSums();
/** Those that somebody does: they wait until somebody begins. */
const WORK = new Set(['userTask', 'job', 'module', 'mail']);
/** What ends without an outcome though nothing took over. */
const WITHOUT = new Set(['start', 'boundary', 'end', 'throw', 'pass', 'eventSubProcess']);

function stepOf(
  definition: Definition,
  id: string,
  { sums = NONE, wholeMs }: { readonly sums: NodeSums | undefined; readonly wholeMs: number },
): StepAnalytics {
  const node = definition.nodes.has(id) ? nodeOf(definition, id) : undefined;
  const behaviour = node?.behaviour.type ?? '';
  const hasOutcomes = !WITHOUT.has(behaviour) && !behaviour.endsWith('Gateway');
  const outcomes = [...sums.outcomes].sort(([, one], [, other]) => other - one);
  const isSplit = WORK.has(behaviour) && sums.finished > 0;
  return {
    node: id,
    name: node?.name ?? id,
    type: node?.type ?? '',
    begun: sums.begun,
    ended: sums.ended,
    active: Math.max(0, sums.active),
    interrupted: hasOutcomes ? sums.without : 0,
    outcomes: outcomes.map(([outcome, count]) => ({ outcome, count, share: count / sums.ended })),
    incidents: sums.stuck,
    durations: durationsOf(sums.buckets),
    split: isSplit
      ? { waitingMs: sums.waitedMs / sums.finished, workMs: (sums.finishedMs - sums.waitedMs) / sums.finished }
      : undefined,
    share: wholeMs > 0 ? sums.totalMs / wholeMs : undefined,
  };
}

const dayAnalytics = (day: number, sums: NodeSums): DayAnalytics => ({
  at: day * DAY_MS,
  started: sums.begun,
  completed: sums.outcomes.get('completed') ?? 0,
  cancelled: sums.outcomes.get('cancelled') ?? 0,
  medianMs: durationsOf(sums.buckets)?.p50,
});
