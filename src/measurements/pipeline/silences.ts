/**
 * Values that are missing while the device goes on sending: docs/reference/analytics.md ("A field that falls silent"). A
 * metric is silent from the first sample without it, once it had one with it, to the last before it comes back; how long
 * counts only what the device itself went through without a gap.
 */
import type { Instant } from '../../kernel/clock.ts';

export type Silence = {
  /** The place of the metric. */
  readonly metric: number;
  /** The first and the last sample without it. */
  readonly from: Instant;
  readonly to: Instant;
  /** How long the device went on sending without it, and how long it may. */
  readonly ms: number;
  readonly limitMs: number;
  /** It has not come back. */
  readonly isOpen: boolean;
};

/** JSON: its own snapshot. By the place of the metric; `phases` says what the numbers mean. */
export type SilencesState = {
  readonly phases: ('unheard' | 'heard' | 'silent')[];
  readonly from: Instant[];
  readonly to: Instant[];
  readonly ms: number[];
};

export class Silences {
  readonly #limitsMs: readonly number[];
  readonly #maxGapMs: number;
  readonly #emit: (silence: Silence) => void;

  /** `limitsMs` by the place of the metric; one without a limit is never too long. */
  constructor({
    limitsMs,
    maxGapMs,
    emit,
  }: {
    readonly limitsMs: readonly number[];
    readonly maxGapMs: number;
    readonly emit: (silence: Silence) => void;
  }) {
    this.#limitsMs = limitsMs;
    this.#maxGapMs = maxGapMs;
    this.#emit = emit;
  }

  init(): SilencesState {
    const zeros = () => this.#limitsMs.map(() => 0);
    return { phases: this.#limitsMs.map(() => 'unheard'), from: zeros(), to: zeros(), ms: zeros() };
  }

  heard(state: SilencesState, metric: number): void {
    if (state.phases[metric] === 'heard') return;
    if (state.phases[metric] === 'silent') this.#end(state, metric, false);
    state.phases[metric] = 'heard';
  }

  missing(state: SilencesState, metric: number, at: Instant): void {
    if (state.phases[metric] === 'unheard') return;
    if (state.phases[metric] === 'heard') {
      state.phases[metric] = 'silent';
      state.from[metric] = at;
      state.ms[metric] = 0;
    } else {
      const stepMs = at - (state.to[metric] as Instant);
      if (stepMs <= this.#maxGapMs) state.ms[metric] = (state.ms[metric] as number) + stepMs;
    }
    state.to[metric] = at;
  }

  /** Hands out those that last. */
  finish(state: SilencesState): void {
    for (const [metric, phase] of state.phases.entries()) if (phase === 'silent') this.#end(state, metric, true);
  }

  #end({ from, to, ms }: SilencesState, metric: number, isOpen: boolean): void {
    const limitMs = this.#limitsMs[metric] as number;
    if ((ms[metric] as number) <= limitMs) return;
    const stretch = { from: from[metric] as Instant, to: to[metric] as Instant, ms: ms[metric] as number };
    this.#emit({ metric, ...stretch, limitMs, isOpen });
  }
}
