/**
 * What the intervals between samples show: growing, still or unknown; and what the state signal says beside the counters.
 * Only when a run of still intervals ends is it known whether it was a stop, so what is settled follows behind.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { SignalMeaning } from '../device/field.ts';
import type { Scope } from './scope.ts';
import {
  addEdge,
  newTimeline,
  type Overlay,
  overlay,
  overlayNow,
  type Timeline,
  type TimelineState,
} from './timeline.ts';

/** JSON: its own snapshot. */
export type IntervalsState = {
  /** What the signal of the sample before says. */
  meaning: SignalMeaning;
  /** From here on the timeline has not been told; NaN: there is no sample yet. */
  baseFrom: Instant;
  /** The run of still intervals: its beginning (NaN: none), and the lengths of its first and last interval. */
  stillFrom: Instant;
  stillFirstMs: number;
  stillLastMs: number;
  /** The next interval is the first of what the signal says. */
  isOverlayNew: boolean;
  /** Length of the interval before. */
  lastMs: number;
  readonly timeline: TimelineState;
};

/** An interval, and whether what was counted in it is certain. */
export type Interval = {
  readonly before: Instant;
  readonly at: Instant;
  readonly items: number;
  readonly isClear: boolean;
};

export class Intervals {
  readonly #timeline: Timeline;
  readonly #maxGapMs: number;
  readonly #stopMs: number;

  constructor({ timeline, maxGapMs, stopMs }: { timeline: Timeline; maxGapMs: number; stopMs: number }) {
    this.#timeline = timeline;
    this.#maxGapMs = maxGapMs;
    this.#stopMs = stopMs;
  }

  init(): IntervalsState {
    return {
      meaning: 'auto',
      baseFrom: Number.NaN,
      stillFrom: Number.NaN,
      stillFirstMs: 0,
      stillLastMs: 0,
      isOverlayNew: false,
      lastMs: 0,
      timeline: newTimeline(),
    };
  }

  /** Answers the run time that is certain now, short still runs before it included; 0 unless the interval is growing. */
  add(state: IntervalsState, { before, at, items, isClear }: Interval, scopes: readonly Scope[]): number {
    const ms = at - before;
    if (ms > this.#maxGapMs || !isClear) {
      this.#unknown(state, { from: before, to: at }, scopes);
      state.lastMs = ms;
      return 0;
    }
    if (state.isOverlayNew) {
      addEdge(scopes, before, at);
      state.isOverlayNew = false;
    }
    state.lastMs = ms;
    const { meaning, stillFrom } = state;
    if (meaning === 'stopped' || (meaning !== 'running' && items <= 0)) {
      if (Number.isNaN(stillFrom)) {
        state.stillFrom = before;
        state.stillFirstMs = ms;
      }
      state.stillLastMs = ms;
      return 0;
    }
    if (Number.isNaN(stillFrom)) return ms;
    const wasStop = this.#endStill(state, { until: before, isRepaired: true }, scopes);
    return wasStop ? ms : at - stillFrom;
  }

  /** The sample at `at` says this; the interval before it has been added. */
  signal(
    state: IntervalsState,
    { at, meaning }: { at: Instant; meaning: SignalMeaning },
    scopes: readonly Scope[],
  ): void {
    state.meaning = meaning;
    if (Number.isNaN(state.baseFrom)) state.baseFrom = at;
    const over: Overlay = meaning === 'setup' || meaning === 'planned' ? meaning : 'none';
    if (over === overlayNow(state.timeline)) return;
    this.#endOverlay(state, at, scopes);
    overlay(state.timeline, at, over);
    state.isOverlayNew = over !== 'none';
  }

  /** Tells the timeline what is settled of the time before `at`. Answers until when that is. */
  settle(state: IntervalsState, at: Instant, scopes: readonly Scope[]): Instant {
    const until = Number.isNaN(state.stillFrom) ? at : state.stillFrom;
    if (state.baseFrom < until) this.#base(state, { kind: 'running', from: state.baseFrom, to: until }, scopes);
    return state.baseFrom;
  }

  /** Tells the timeline everything up to the last sample, as it stands. */
  finish(state: IntervalsState, at: Instant, scopes: readonly Scope[]): void {
    this.#endOverlay(state, at, scopes);
    this.#endStill(state, { until: at, isRepaired: false }, scopes);
    this.settle(state, at, scopes);
    this.#timeline.end(state.timeline);
  }

  /** Nothing is known of the interval: whatever was going on is over with the sample before it. */
  #unknown(state: IntervalsState, { from, to }: { from: Instant; to: Instant }, scopes: readonly Scope[]): void {
    this.#endStill(state, { until: from, isRepaired: false }, scopes);
    this.settle(state, from, scopes);
    this.#endOverlay(state, from, scopes);
    overlay(state.timeline, from, 'none');
    state.isOverlayNew = false;
    this.#base(state, { kind: 'unknown', from, to }, scopes);
  }

  /** The run of still intervals is over. Answers whether it was a stop; a shorter one was running. */
  #endStill(
    state: IntervalsState,
    { until, isRepaired }: { until: Instant; isRepaired: boolean },
    scopes: readonly Scope[],
  ): boolean {
    const { stillFrom: from, stillFirstMs, stillLastMs } = state;
    state.stillFrom = Number.NaN;
    if (Number.isNaN(from) || until - from < this.#stopMs) return false;
    this.settle(state, from, scopes);
    const edges = [stillFirstMs, stillLastMs] as const;
    this.#timeline.add(state.timeline, { kind: 'stop', from, to: until, isRepaired, edges }, scopes);
    state.baseFrom = until;
    return true;
  }

  #base(
    state: IntervalsState,
    stretch: { kind: 'running' | 'unknown'; from: Instant; to: Instant },
    scopes: readonly Scope[],
  ): void {
    this.#timeline.add(state.timeline, stretch, scopes);
    state.baseFrom = stretch.to;
  }

  /** What the signal said ends at `until`, with the latest interval; one that was also the first counts once. */
  #endOverlay({ timeline, lastMs }: IntervalsState, until: Instant, scopes: readonly Scope[]): void {
    const [since, over] = timeline.overlays.at(-1) ?? [0, 'none'];
    if (over !== 'none' && until - lastMs > since) addEdge(scopes, until - lastMs, until);
  }
}
