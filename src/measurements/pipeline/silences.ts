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

export const newSilences = (metrics: number): SilencesState => {
  const zeros = () => new Array<number>(metrics).fill(0);
  return { phases: new Array<'unheard'>(metrics).fill('unheard'), from: zeros(), to: zeros(), ms: zeros() };
};

export class Silences {
  readonly #state: SilencesState;
  readonly #limitsMs: readonly number[];
  readonly #maxGapMs: number;
  readonly #emit: (silence: Silence) => void;
  /** Metrics that the latest samples do not have. Nearly always none: then `heard` need not be told. */
  #away: number;

  /** `limitsMs` by the place of the metric; one without a limit is never too long. */
  constructor({
    state,
    limitsMs,
    maxGapMs,
    emit,
  }: {
    readonly state: SilencesState;
    readonly limitsMs: readonly number[];
    readonly maxGapMs: number;
    readonly emit: (silence: Silence) => void;
  }) {
    this.#state = state;
    this.#away = state.phases.filter((phase) => phase !== 'heard').length;
    this.#limitsMs = limitsMs;
    this.#maxGapMs = maxGapMs;
    this.#emit = emit;
  }

  get isAnyAway(): boolean {
    return this.#away > 0;
  }

  heard(metric: number): void {
    const { phases } = this.#state;
    if (phases[metric] === 'heard') return;
    if (phases[metric] === 'silent') this.#end(metric, false);
    phases[metric] = 'heard';
    this.#away -= 1;
  }

  missing(metric: number, at: Instant): void {
    const { phases, from, to, ms } = this.#state;
    if (phases[metric] === 'unheard') return;
    if (phases[metric] === 'heard') {
      phases[metric] = 'silent';
      this.#away += 1;
      from[metric] = at;
      ms[metric] = 0;
    } else {
      const stepMs = at - (to[metric] as Instant);
      if (stepMs <= this.#maxGapMs) ms[metric] = (ms[metric] as number) + stepMs;
    }
    to[metric] = at;
  }

  /** Hands out those that last. */
  finish(): void {
    for (const [metric, phase] of this.#state.phases.entries()) if (phase === 'silent') this.#end(metric, true);
  }

  #end(metric: number, isOpen: boolean): void {
    const { from, to, ms } = this.#state;
    const limitMs = this.#limitsMs[metric] as number;
    if ((ms[metric] as number) <= limitMs) return;
    const stretch = { from: from[metric] as Instant, to: to[metric] as Instant, ms: ms[metric] as number };
    this.#emit({ metric, ...stretch, limitMs, isOpen });
  }
}
