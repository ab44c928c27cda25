/**
 * What the detectors of a service look at: one point a minute, since the pace of a machine is in the minute and not in the
 * five seconds between two readings. Counted is what ran in planned time; gauges have their mean.
 */
import type { Instant } from '../../kernel/clock.ts';

export const MINUTE_MS = 60_000;

export type Minute = {
  readonly at: Instant;
  /** Made, rejected, and the run time it took; `idealMs` is what it takes at best. */
  readonly items: number;
  readonly scrap: number;
  readonly runMs: number;
  readonly idealMs: number;
  /** By the place of the gauge; NaN: no reading. */
  readonly means: readonly number[];
  /** The least and the greatest reading of each gauge. */
  readonly lows: readonly number[];
  readonly highs: readonly number[];
};

/** JSON: its own snapshot. */
export type MinutesState = {
  start: Instant;
  items: number;
  scrap: number;
  runMs: number;
  idealMs: number;
  sums: number[];
  counts: number[];
  lows: number[];
  highs: number[];
};

export class Minutes {
  readonly #gauges: number;

  constructor(gauges: number) {
    this.#gauges = gauges;
  }

  init(): MinutesState {
    const zeros = () => new Array<number>(this.#gauges).fill(0);
    const unknown = () => new Array<number>(this.#gauges).fill(Number.NaN);
    const nothing = { start: Number.NaN, items: 0, scrap: 0, runMs: 0, idealMs: 0 };
    return { ...nothing, sums: zeros(), counts: zeros(), lows: unknown(), highs: unknown() };
  }

  end({ start }: MinutesState): Instant {
    return start + MINUTE_MS;
  }

  /** Hands out the minute that is over; answers where the one of `at` ends. */
  moveTo(state: MinutesState, at: Instant, emit: (minute: Minute) => void): Instant {
    if (!Number.isNaN(state.start)) emit(minuteOf(state));
    state.start = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    state.items = 0;
    state.scrap = 0;
    state.runMs = 0;
    state.idealMs = 0;
    state.sums.fill(0);
    state.counts.fill(0);
    state.lows.fill(Number.NaN);
    state.highs.fill(Number.NaN);
    return this.end(state);
  }

  ran(
    state: MinutesState,
    { items, scrap, runMs, idealMs }: Pick<MinutesState, 'items' | 'scrap' | 'runMs' | 'idealMs'>,
  ): void {
    state.items += items;
    state.scrap += scrap;
    state.runMs += runMs;
    state.idealMs += idealMs;
  }

  gauge(state: MinutesState, place: number, value: number): void {
    state.sums[place] = (state.sums[place] as number) + value;
    state.counts[place] = (state.counts[place] as number) + 1;
    if (!(value >= (state.lows[place] as number))) state.lows[place] = value;
    if (!(value <= (state.highs[place] as number))) state.highs[place] = value;
  }
}

const minuteOf = ({ start, items, scrap, runMs, idealMs, sums, counts, lows, highs }: MinutesState): Minute => ({
  at: start,
  items,
  scrap,
  runMs,
  idealMs,
  means: sums.map((sum, place) => (counts[place] === 0 ? Number.NaN : sum / (counts[place] as number))),
  lows: [...lows],
  highs: [...highs],
});
