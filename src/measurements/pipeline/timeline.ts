/**
 * Lays what the readings show (running, stop, unknown) under what the machine signals and what its shift plan says, so
 * that every moment has exactly one state, and hands the time to the scopes. Base stretches come in order without a hole.
 *
 * A stop is cut by what lies over it, and each piece is judged by its own length; so a machine that stands still through a
 * break does not fail for the two minutes beside it. docs/reference/analytics.md ("States") has the rules.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { PlantCalendar } from '../calendar/plant-calendar.ts';
import { addTime, type Scope, type SegmentState } from './scope.ts';

export type Segment = { readonly from: Instant; readonly to: Instant; readonly state: SegmentState };
/** A stop with at least one breakdown. */
export type Failure = {
  readonly from: Instant;
  readonly to: Instant;
  readonly breakdownMs: number;
  readonly isRepaired: boolean;
};
export type BaseStretch = { readonly from: Instant; readonly to: Instant } & (
  | { readonly kind: 'running' | 'unknown' }
  | {
      readonly kind: 'stop';
      /** Whether it was seen to end. */
      readonly isRepaired: boolean;
      /** Lengths of its first and its last interval. */
      readonly edges: readonly [first: number, last: number];
    }
);
/** What the signal says, as far as it matters over the counters. */
export type Overlay = 'none' | 'setup' | 'planned';

/** JSON: its own snapshot. */
export type TimelineState = {
  /** The latest segment, which may still grow. */
  current: { from: Instant; to: Instant; state: SegmentState } | null;
  /** Since when the signal says what, the earliest first. */
  overlays: [from: Instant, overlay: Overlay][];
  /** Running and setup time since the last failure; null: there was none. */
  operatingMs: number | null;
};
export const newTimeline = (): TimelineState => ({ current: null, overlays: [], operatingMs: null });

/** From here on a piece of a stop is a breakdown. */
export const BREAKDOWN_MS = 300_000;

export type TimelineSink = { segment(segment: Segment): void; failure(failure: Failure): void };
type Piece = { from: Instant; to: Instant; state: SegmentState };

/** The signal says something else from `at` on. */
export function overlay(state: TimelineState, at: Instant, value: Overlay): void {
  if ((state.overlays.at(-1)?.[1] ?? 'none') !== value) state.overlays.push([at, value]);
}

export const overlayNow = ({ overlays }: TimelineState): Overlay => overlays.at(-1)?.[1] ?? 'none';

export class Timeline {
  readonly #calendar: PlantCalendar;
  readonly #sink: TimelineSink;

  constructor(calendar: PlantCalendar, sink: TimelineSink) {
    this.#calendar = calendar;
    this.#sink = sink;
  }

  /** `scopes` are all that overlap the stretch. */
  add(state: TimelineState, base: BaseStretch, scopes: readonly Scope[]): void {
    const pieces = this.#pieces(state, base);
    if (base.kind === 'stop') this.#addStop(state, { base, pieces, scopes });
    else for (const piece of pieces) this.#addPiece(state, piece, scopes);
  }

  /** Hands out the latest segment. */
  end(state: TimelineState): void {
    if (state.current !== null) this.#sink.segment(state.current);
    state.current = null;
  }

  #pieces(state: TimelineState, { from, to, kind }: BaseStretch): Piece[] {
    const pieces: Piece[] = [];
    for (let at = from; at < to; ) {
      const plan = this.#calendar.stretchAt(at);
      while (state.overlays.length > 1 && (state.overlays[1]?.[0] ?? Infinity) <= at) state.overlays.shift();
      const [first, second] = state.overlays;
      const isOver = first !== undefined && first[0] <= at;
      const over = isOver ? first[1] : 'none';
      const change = (isOver ? second?.[0] : first?.[0]) ?? Infinity;
      const end = Math.min(to, plan.to, change);
      const piece = stateOf(kind, plan.kind, over);
      const last = pieces.at(-1);
      if (last?.state === piece && last.to === at) last.to = end;
      else pieces.push({ from: at, to: end, state: piece });
      at = end;
    }
    return pieces;
  }

  #addStop(
    state: TimelineState,
    {
      base,
      pieces,
      scopes,
    }: {
      readonly base: Extract<BaseStretch, { kind: 'stop' }>;
      readonly pieces: readonly Piece[];
      readonly scopes: readonly Scope[];
    },
  ): void {
    let failure: { from: Instant; to: Instant; breakdownMs: number } | undefined;
    for (const piece of pieces) {
      const isBreakdown = piece.state === 'microstop' && piece.to - piece.from >= BREAKDOWN_MS;
      if (isBreakdown && failure === undefined) beginFailure(state, piece.from, scopes);
      this.#addPiece(state, isBreakdown ? { ...piece, state: 'breakdown' } : piece, scopes);
      if (!isBreakdown) continue;
      state.operatingMs = 0;
      failure = {
        from: failure?.from ?? piece.from,
        to: piece.to,
        breakdownMs: (failure?.breakdownMs ?? 0) + piece.to - piece.from,
      };
    }
    addEdges(base, scopes);
    if (failure === undefined) return;
    if (base.isRepaired) {
      for (const { sums } of scopes.filter((scope) => contains(scope, failure.to))) {
        sums.sumTtr += failure.breakdownMs;
        sums.repairs += 1;
      }
    }
    this.#sink.failure({ ...failure, isRepaired: base.isRepaired });
  }

  #addPiece(state: TimelineState, piece: Piece, scopes: readonly Scope[]): void {
    for (const scope of scopes) {
      const ms = Math.min(piece.to, scope.end) - Math.max(piece.from, scope.from);
      if (ms > 0) addTime(scope, piece.state, ms);
    }
    if (state.operatingMs !== null && (piece.state === 'running' || piece.state === 'setup'))
      state.operatingMs += piece.to - piece.from;
    const { current } = state;
    if (current?.state === piece.state && current.to === piece.from) current.to = piece.to;
    else {
      if (current !== null) this.#sink.segment(current);
      state.current = { ...piece };
    }
  }
}

export const contains = ({ from, end }: Pick<Scope, 'from' | 'end'>, at: Instant): boolean => from <= at && at < end;

/** Pieces of a stop are microstops until their length is looked at. */
function stateOf(kind: BaseStretch['kind'], plan: 'no_shift' | 'break' | 'work', over: Overlay): SegmentState {
  if (plan === 'no_shift') return 'no_shift';
  if (plan === 'break' || over === 'planned') return 'planned';
  if (over === 'setup') return 'setup';
  return kind === 'stop' ? 'microstop' : kind;
}

function beginFailure(state: TimelineState, at: Instant, scopes: readonly Scope[]): void {
  for (const { sums } of scopes.filter((scope) => contains(scope, at))) {
    sums.failures += 1;
    if (state.operatingMs === null) continue;
    sums.sumTbf += state.operatingMs;
    sums.intervalsTbf += 1;
  }
}

/** Up to an interval at each edge of a stop may have been running. */
function addEdges(
  { from, to, edges: [first, last] }: Extract<BaseStretch, { kind: 'stop' }>,
  scopes: readonly Scope[],
): void {
  addEdge(scopes, from, from + first);
  if (to - last > from) addEdge(scopes, to - last, to);
}

/** An interval in which the machine may have run all the same counts for every scope that it overlaps, by its full length. */
export function addEdge(scopes: readonly Scope[], from: Instant, to: Instant): void {
  for (const scope of scopes) if (scope.from < to && scope.end > from) scope.edgeMs += to - from;
}
