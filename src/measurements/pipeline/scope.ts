/**
 * A scope is a shift or a day of a device, and what is summed in it: the elements that KPIs are made of, and how far they
 * can be off. docs/reference/analytics.md ("KPI elements", "Bounds") defines each. Only sums are kept, never ratios, so
 * that scopes can be added up.
 */
import type { Instant } from '../../kernel/clock.ts';

export const SCOPE_KINDS = ['shift', 'day'] as const;
/** window: the stretch that somebody asked about; it is not kept. */
export type ScopeKind = (typeof SCOPE_KINDS)[number] | 'window';

/** What a machine does at a moment; where several hold, the first. */
export const SEGMENT_STATES = ['no_shift', 'planned', 'setup', 'breakdown', 'microstop', 'unknown', 'running'] as const;
export type SegmentState = (typeof SEGMENT_STATES)[number];

/** Times in milliseconds, quantities in items; all sums. */
export type Elements = {
  calendar: number;
  noShift: number;
  planned: number;
  setup: number;
  breakdown: number;
  microstop: number;
  unknown: number;
  running: number;
  pq: number;
  pqOutside: number;
  sq: number;
  rq: number;
  idealMs: number;
  idealScrapMs: number;
  failures: number;
  sumTbf: number;
  intervalsTbf: number;
  sumTtr: number;
  repairs: number;
  pqLow: number;
  pqHigh: number;
  sqLow: number;
  sqHigh: number;
  gqLow: number;
  gqHigh: number;
  aptLow: number;
  aptHigh: number;
};

export const NO_ELEMENTS: Elements = {
  calendar: 0,
  noShift: 0,
  planned: 0,
  setup: 0,
  breakdown: 0,
  microstop: 0,
  unknown: 0,
  running: 0,
  pq: 0,
  pqOutside: 0,
  sq: 0,
  rq: 0,
  idealMs: 0,
  idealScrapMs: 0,
  failures: 0,
  sumTbf: 0,
  intervalsTbf: 0,
  sumTtr: 0,
  repairs: 0,
  pqLow: 0,
  pqHigh: 0,
  sqLow: 0,
  sqHigh: 0,
  gqLow: 0,
  gqHigh: 0,
  aptLow: 0,
  aptHigh: 0,
};

/** A finished scope, or the present state of one that is still open: `to` is how far it has been seen. */
export type ScopeSums = {
  readonly kind: ScopeKind;
  readonly from: Instant;
  readonly to: Instant;
  /** Where it ends when it is over. */
  readonly end: Instant;
  readonly date: string;
  /** Of the shift; a day's is empty. */
  readonly name: string;
  readonly elements: Elements;
};

export type Doubt = { elsewhere: number; here: number; anew: number };

/** While readings come in. JSON, so that it is its own snapshot. */
export type Scope = {
  readonly kind: ScopeKind;
  readonly from: Instant;
  readonly end: Instant;
  readonly date: string;
  readonly name: string;
  readonly sums: Elements;
  /** Bounds: items that may belong elsewhere, that may belong here, and how often the counter began anew. */
  readonly output: Doubt;
  readonly reject: Doubt;
  /** How far a device's clock was ahead of the time at which its readings came; 0: it was not. */
  aheadMs: number;
  /** Intervals at the edges of what the machine stood still. */
  edgeMs: number;
  /** Run time that the counted items need at least. */
  leastRunMs: number;
};

export const newScope = (scope: Pick<Scope, 'kind' | 'from' | 'end' | 'date' | 'name'>): Scope => ({
  kind: scope.kind,
  from: scope.from,
  end: scope.end,
  date: scope.date,
  name: scope.name,
  sums: { ...NO_ELEMENTS },
  output: { elsewhere: 0, here: 0, anew: 0 },
  reject: { elsewhere: 0, here: 0, anew: 0 },
  aheadMs: 0,
  edgeMs: 0,
  leastRunMs: 0,
});

/** Adds a piece of a segment. */
export function addTime({ sums }: Scope, state: SegmentState, ms: number): void {
  sums.calendar += ms;
  if (state === 'no_shift') sums.noShift += ms;
  else sums[state] += ms;
}

export type BoundRules = {
  readonly intervalMs: number;
  /** Items per second at most, and how far a counter may tremble; of the output and of the reject counter. */
  readonly output: { readonly maxRate: number; readonly jitter: number };
  readonly reject: { readonly maxRate: number; readonly jitter: number };
};

/** How many stretches of a scope are in a shift, and how many of those are planned to be worked: breaks cut them. */
export type Stretches = { readonly inShift: number; readonly work: number };

/** The sums as they stand, with their bounds worked out; `stretches` counts where a clock that is ahead matters. */
export function sumsOf(
  scope: Scope,
  { until, rules, stretches }: { until: Instant; rules: BoundRules; stretches: (scope: Scope) => Stretches },
): ScopeSums {
  const { kind, from, end, date, name, sums } = scope;
  const { inShift, work } = scope.aheadMs === 0 ? { inShift: 0, work: 0 } : stretches(scope);
  const eachMs = scope.aheadMs + rules.intervalMs;
  const aheadMs = eachMs * work;
  const slack = ({ maxRate, jitter }: BoundRules['output'], { anew }: Doubt) =>
    2 * jitter * (1 + anew) + inShift * Math.ceil((maxRate * eachMs) / 1_000);
  const [outputSlack, rejectSlack] = [slack(rules.output, scope.output), slack(rules.reject, scope.reject)];
  const pqLow = Math.max(0, sums.pq - scope.output.elsewhere - outputSlack);
  const pqHigh = sums.pq + scope.output.here + outputSlack;
  const sqLow = Math.max(0, sums.sq - scope.reject.elsewhere - rejectSlack);
  const sqHigh = sums.sq + scope.reject.here + rejectSlack;
  const elements: Elements = {
    ...sums,
    pqLow,
    pqHigh,
    sqLow,
    sqHigh,
    gqLow: Math.max(0, pqLow - sqHigh),
    gqHigh: pqHigh - sqLow,
    aptLow: Math.min(sums.running, Math.max(0, scope.leastRunMs - aheadMs)),
    aptHigh: Math.min(plannedBusyMs(sums), sums.running + sums.unknown + aheadMs + scope.edgeMs),
  };
  return { kind, from, to: Math.min(end, until), end, date, name, elements };
}

/** Planned busy time: what is left of a scope without shifts that are not on and breaks. */
export const plannedBusyMs = ({
  running,
  setup,
  breakdown,
  microstop,
  unknown,
}: Pick<Elements, 'running' | 'setup' | 'breakdown' | 'microstop' | 'unknown'>): number =>
  running + setup + breakdown + microstop + unknown;
