/**
 * Turns the rows of one device into segments, KPI elements, statistics and quality: docs/reference/analytics.md is its
 * specification. One form for live and batch: rows are pushed in the order of their times, in portions of any size, and
 * the same rows give the same results and the same snapshot to the last bit; a restored pipeline goes on as if there had
 * been no pause. No I/O and no clock.
 *
 * For every sample: the counters first (a row that jumps is no sample), then the scopes it belongs to, then what the
 * interval before it shows: growing, still or unknown. Only when a run of still intervals ends is it known whether it was
 * a stop; what is settled goes to the timeline, which lays signals and shifts over it.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Stretch } from '../calendar/shifts.ts';
import type { SignalMeaning } from '../device/field.ts';
import { type BucketRow, Buckets, type BucketsState } from './buckets.ts';
import { hasStates, type PipelineConfiguration, stopMs } from './configuration.ts';
import { allowedItems, type CounterState, newCounter } from './counter.ts';
import { Counters, type CountersState } from './counters.ts';
import { Intervals, type IntervalsState } from './intervals.ts';
import { type Minute, Minutes, type MinutesState } from './minutes.ts';
import { newQualityDay, type QualityDay, type QualityRow, qualityRow, slotAt, TIMELY_MS } from './quality-day.ts';
import type { Rows } from './rows.ts';
import { type BoundRules, type Scope, type ScopeSums, sumsOf } from './scope.ts';
import { Scopes } from './scopes.ts';
import { newSilences, type Silence, Silences, type SilencesState } from './silences.ts';
import { freeze, thaw } from './snapshot.ts';
import { type Failure, type Segment, Timeline } from './timeline.ts';

/** Where results go, in the order in which they are settled. */
export interface PipelineSink {
  segment(segment: Segment): void;
  scope(sums: ScopeSums): void;
  bucket(row: BucketRow): void;
  quality(row: QualityRow): void;
  failure(failure: Failure): void;
  minute(minute: Minute): void;
  /** A counter or a gauge was missing for longer than it may. */
  silence(silence: Silence): void;
  /** A row whose counter jumps, by its place in the portion. */
  jump(place: number): void;
}

type PipelineState = {
  readonly v: 1;
  /** The sample before; NaN: none. */
  lastAt: Instant;
  /** The place of its product; -1: none. */
  product: number;
  readonly counters: CountersState;
  readonly intervals: IntervalsState;
  scopes: Scope[];
  readonly buckets: BucketsState;
  readonly minutes: MinutesState;
  readonly silences: SilencesState;
  quality: QualityDay | null;
};

/** Of a counter that there is not. */
const NO_COUNTER = newCounter();
const NO_RULE = { maxRate: 0, jitter: 0 };

export class Pipeline {
  readonly #configuration: PipelineConfiguration;
  readonly #sink: PipelineSink;
  readonly #state: PipelineState;
  readonly #counters: Counters;
  readonly #intervals: Intervals;
  readonly #scopes: Scopes;
  readonly #buckets: Buckets;
  readonly #minutes: Minutes;
  readonly #silences: Silences;
  readonly #hasStates: boolean;
  readonly #bounds: BoundRules;
  /** A sample from here on begins another bucket, and another minute. */
  #bucketEnd: Instant;
  #minuteEnd: Instant;

  constructor(
    configuration: PipelineConfiguration,
    {
      sink,
      snapshot,
      window,
    }: { readonly sink: PipelineSink; readonly snapshot?: string | undefined; readonly window?: Stretch | undefined },
  ) {
    const { calendar, counters, gauges, fields, bucketMs: widthMs, maxGapMs, output, reject } = configuration;
    const names = [...counters.map(({ place }) => fields[place]?.name ?? ''), ...gauges.map(({ name }) => name)];
    this.#configuration = configuration;
    this.#sink = sink;
    this.#counters = new Counters(counters, maxGapMs);
    this.#intervals = new Intervals({
      timeline: new Timeline(calendar, sink),
      maxGapMs,
      stopMs: stopMs(configuration),
    });
    this.#buckets = new Buckets({ widthMs, metrics: names, maxGapMs });
    this.#minutes = new Minutes(gauges.length);
    this.#state = snapshot === undefined ? this.#init() : (thaw(snapshot) as PipelineState);
    const { lastAt, scopes, buckets, minutes, silences } = this.#state;
    const limitsMs = [...counters, ...gauges].map(({ maxSilenceMs }) => maxSilenceMs);
    this.#silences = new Silences({ state: silences, limitsMs, maxGapMs, emit: (one) => sink.silence(one) });
    const hasBegun = !Number.isNaN(lastAt);
    this.#scopes = new Scopes(calendar, { open: scopes, at: hasBegun ? lastAt : null, window });
    this.#hasStates = hasStates(configuration);
    this.#bounds = {
      intervalMs: configuration.intervalMs,
      output: counters[output] ?? NO_RULE,
      reject: counters[reject] ?? NO_RULE,
    };
    this.#bucketEnd = hasBegun ? buckets.start + widthMs : Number.NEGATIVE_INFINITY;
    this.#minuteEnd = hasBegun ? this.#minutes.end(minutes) : Number.NEGATIVE_INFINITY;
  }

  /** The latest sample; undefined: none yet. */
  get horizon(): Instant | undefined {
    const { lastAt } = this.#state;
    return Number.isNaN(lastAt) ? undefined : lastAt;
  }

  /** Rows `from` to `to` of a portion. None may be older than what was pushed before. */
  push(rows: Rows, from = 0, to: number = rows.count): void {
    for (const [k, signal] of this.#configuration.derived.entries())
      derive(rows, signal, { column: this.#configuration.fields.length + k, from, to });
    for (let place = from; place < to; place++) this.#row(rows, place);
  }

  /** A row that was refused since it lacks a required field: no sample, but it says which of them are silent. */
  lacks(at: Instant, has: (field: string) => boolean): void {
    const { counters, gauges, fields } = this.#configuration;
    for (const [metric, { place }] of [...counters, ...gauges].entries()) {
      const { name, required = false } = fields[place] ?? {};
      if (name === undefined || !required) continue;
      if (has(name)) this.#silences.heard(metric);
      else this.#silences.missing(metric, at);
    }
  }

  snapshot(): string {
    this.#state.scopes = this.#scopes.open;
    return freeze(this.#state);
  }

  /** Hands out everything that is still open, as it stands now, but for the minute that is not full. The pipeline is of no use afterwards. */
  finish(): void {
    const { lastAt, intervals, buckets, quality } = this.#state;
    const { intervalMs } = this.#configuration;
    if (quality !== null) this.#sink.quality(qualityRow(quality, { intervalMs, horizon: lastAt }));
    if (Number.isNaN(lastAt)) return;
    if (this.#hasStates) {
      this.#intervals.finish(intervals, lastAt, this.#scopes.open);
      for (const scope of this.#scopes.close(Infinity, lastAt)) this.#sink.scope(this.#sums(scope, lastAt));
    }
    this.#silences.finish();
    this.#buckets.finish(buckets, lastAt, (row) => this.#sink.bucket(row));
  }

  #init(): PipelineState {
    return {
      v: 1,
      lastAt: Number.NaN,
      product: -1,
      counters: this.#counters.init(),
      intervals: this.#intervals.init(),
      scopes: [],
      buckets: this.#buckets.init(),
      minutes: this.#minutes.init(),
      silences: newSilences(this.#configuration.counters.length + this.#configuration.gauges.length),
      quality: null,
    };
  }

  #row(rows: Rows, place: number): void {
    const state = this.#state;
    const at = rows.at[place] as number;
    const lateMs = (rows.receivedAt[place] as number) - at;
    let day = state.quality;
    if (day === null || at >= day.to) day = this.#qualityDay(at);
    day.stored += 1;
    if (lateMs <= TIMELY_MS) day.onTime += 1;
    if (rows.stands[place] === 0) {
      day.conflicts += 1;
      return;
    }
    if (!this.#counters.take(state.counters, { rows, place, before: state.lastAt })) {
      day.jumps += 1;
      this.#sink.jump(place);
      return;
    }
    const slot = slotAt(day, at, this.#configuration.intervalMs);
    if (slot !== day.slot) {
      if (Number.isNaN(state.lastAt)) day.firstSlot = slot;
      day.slot = slot;
      day.seen += 1;
    }
    this.#sample(rows, place, lateMs < 0 ? -lateMs : 0);
    state.lastAt = at;
  }

  #sample(rows: Rows, place: number, aheadMs: number): void {
    const state = this.#state;
    const { output, reject, product } = this.#configuration;
    const at = rows.at[place] as number;
    if (at >= this.#bucketEnd) this.#moveBuckets(at);
    if (at >= this.#minuteEnd) this.#moveMinutes(at);
    if (product >= 0) {
      const value = (rows.columns[product] as Float64Array)[place] as number;
      if (!Number.isNaN(value)) state.product = value;
    }
    const made = output < 0 ? NO_COUNTER : (state.counters.counters[output] as CounterState);
    const scrap = reject < 0 ? NO_COUNTER : (state.counters.counters[reject] as CounterState);
    if (scrap.delta > made.delta) this.#compare(rows, place);
    if (this.#hasStates) this.#judge(rows, place, { aheadMs, made, scrap });
    this.#addToBuckets(rows, place);
  }

  /** What the sample says of the machine. */
  #judge(
    rows: Rows,
    place: number,
    { aheadMs, made, scrap }: { readonly aheadMs: number; readonly made: CounterState; readonly scrap: CounterState },
  ): void {
    const state = this.#state;
    const scopes = this.#scopes;
    const { idealCycleMs, idealCycleMsOf, rework } = this.#configuration;
    const at = rows.at[place] as number;
    const before = state.lastAt;
    const crosses = at >= scopes.border;
    const isDue = scopes.isDue;
    if (crosses) this.#cross({ before, at, aheadMs, output: made, reject: scrap });
    else if (aheadMs > 0 || made.lost > 0 || scrap.lost > 0 || made.isAnew || scrap.isAnew)
      this.#doubt(aheadMs, made, scrap);
    const idealMs = state.product < 0 ? idealCycleMs : (idealCycleMsOf[state.product] ?? idealCycleMs);
    const items = made.delta;
    const reworked = rework < 0 ? 0 : (state.counters.counters[rework] as CounterState).delta;
    if (items > 0 || scrap.delta > 0 || reworked > 0)
      this.#quantities(idealMs, { items, scrap: scrap.delta, reworked });
    if (!Number.isNaN(before)) {
      const { meaning } = state.intervals;
      const isClear = this.#counters.isClear(state.counters);
      const runMs = this.#intervals.add(state.intervals, { before, at, items, isClear }, scopes.open);
      const isPlanned = crosses ? scopes.isWork(before, at) : scopes.plan === 'work';
      const isWork = isPlanned && meaning !== 'setup' && meaning !== 'planned';
      if (runMs > 0 && isWork) {
        this.#minutes.ran(state.minutes, { items, scrap: scrap.delta, runMs, idealMs: items * idealMs });
        this.#leastRun(items, { before, at, crosses });
      }
    }
    this.#intervals.signal(state.intervals, { at, meaning: this.#meaning(rows, place) }, scopes.open);
    if (!crosses && !isDue) return;
    const settledTo = this.#intervals.settle(state.intervals, at, scopes.open);
    // What the interval over a border was is only known with the next sample.
    for (const scope of scopes.close(Math.min(settledTo, before), at)) this.#sink.scope(this.#sums(scope, at));
  }

  #meaning(rows: Rows, place: number): SignalMeaning {
    const { signal, meanings } = this.#configuration;
    if (signal < 0) return 'auto';
    return meanings[(rows.columns[signal] as Float64Array)[place] as number] ?? 'auto';
  }

  /** The items of an interval took at least so long; it counts for the scopes in which all of it lies. */
  #leastRun(
    items: number,
    { before, at, crosses }: { readonly before: Instant; readonly at: Instant; readonly crosses: boolean },
  ): void {
    const { maxRate, jitter } = this.#bounds.output;
    const ms = at - before;
    const least = maxRate === 0 ? 0 : Math.min(ms, (Math.max(0, items - 1 - 2 * jitter) / maxRate) * 1_000);
    const { day, shift, window, open } = this.#scopes;
    if (crosses) {
      for (const scope of open) if (before >= scope.from && at <= scope.end) scope.leastRunMs += least;
      return;
    }
    if (day !== undefined) day.leastRunMs += least;
    if (shift !== undefined) shift.leastRunMs += least;
    if (window !== undefined) window.leastRunMs += least;
  }

  #addToBuckets(rows: Rows, place: number): void {
    const { counters, gauges } = this.#configuration;
    const { buckets, minutes, counters: counted } = this.#state;
    const silences = this.#silences;
    const isAnyAway = silences.isAnyAway;
    const at = rows.at[place] as number;
    for (let k = 0; k < counters.length; k++) {
      const value = (rows.columns[(counters[k] as { place: number }).place] as Float64Array)[place] as number;
      if (Number.isNaN(value)) {
        silences.missing(k, at);
        continue;
      }
      if (isAnyAway) silences.heard(k);
      this.#buckets.counter(buckets, k, { at, value, delta: (counted.counters[k] as CounterState).delta });
    }
    for (let k = 0; k < gauges.length; k++) {
      const value = (rows.columns[(gauges[k] as { place: number }).place] as Float64Array)[place] as number;
      if (Number.isNaN(value)) {
        silences.missing(counters.length + k, at);
        continue;
      }
      if (isAnyAway) silences.heard(counters.length + k);
      this.#buckets.gauge(buckets, counters.length + k, { at, value });
      this.#minutes.gauge(minutes, k, value);
    }
  }

  /** The cross-field rule: a machine cannot reject more than it made. */
  #compare(rows: Rows, place: number): void {
    const { counters, output, reject } = this.#configuration;
    const has = (k: number) => !Number.isNaN(rows.columns[counters[k]?.place ?? -1]?.[place] ?? Number.NaN);
    if (has(output) && has(reject) && this.#state.quality !== null) this.#state.quality.inconsistent += 1;
  }

  #quantities(
    idealMs: number,
    { items, scrap, reworked }: { readonly items: number; readonly scrap: number; readonly reworked: number },
  ): void {
    const { day, shift, window, isInShift } = this.#scopes;
    if (!isInShift) {
      if (day !== undefined) day.sums.pqOutside += items;
      if (window !== undefined) window.sums.pqOutside += items;
      return;
    }
    for (const scope of [day, shift, window]) {
      if (scope === undefined) continue;
      scope.sums.pq += items;
      scope.sums.sq += scrap;
      scope.sums.rq += reworked;
      scope.sums.idealMs += items * idealMs;
      scope.sums.idealScrapMs += scrap * idealMs;
    }
  }

  /** What is doubtful about a sample that crosses no border. */
  #doubt(aheadMs: number, made: CounterState, scrap: CounterState): void {
    const { day, shift, window, isInShift } = this.#scopes;
    if (!isInShift) return;
    for (const scope of [day, shift, window]) {
      if (scope === undefined) continue;
      scope.aheadMs = Math.max(scope.aheadMs, aheadMs);
      scope.output.here += made.lost;
      scope.reject.here += scrap.lost;
      if (made.isAnew) scope.output.anew += 1;
      if (scrap.isAnew) scope.reject.anew += 1;
    }
  }

  #sums(scope: Scope, until: Instant): ScopeSums {
    return sumsOf(scope, { until, rules: this.#bounds, stretches: (one) => this.#scopes.stretches(one, until) });
  }

  #cross(crossing: Parameters<Scopes['cross']>[0]): void {
    if (!Number.isNaN(crossing.before)) return this.#scopes.cross(crossing);
    const allowed = (k: number) => (ms: number) => {
      const rule = this.#configuration.counters[k];
      return rule === undefined ? 0 : allowedItems(rule, ms);
    };
    const { output, reject } = this.#configuration;
    this.#scopes.begin(crossing.at, { output: allowed(output), reject: allowed(reject) });
    this.#doubt(crossing.aheadMs, NO_COUNTER, NO_COUNTER);
  }

  #moveBuckets(at: Instant): void {
    const { buckets } = this.#state;
    if (this.#bucketEnd === Number.NEGATIVE_INFINITY)
      buckets.start = Math.floor(at / this.#buckets.widthMs) * this.#buckets.widthMs;
    this.#bucketEnd = this.#buckets.moveTo(buckets, at, (row) => this.#sink.bucket(row));
  }

  #moveMinutes(at: Instant): void {
    this.#minuteEnd = this.#minutes.moveTo(this.#state.minutes, at, (minute) => this.#sink.minute(minute));
  }

  #qualityDay(at: Instant): QualityDay {
    const { calendar, intervalMs } = this.#configuration;
    const state = this.#state;
    const today = calendar.dayAt(at);
    if (state.quality !== null) {
      let day = state.quality;
      for (;;) {
        this.#sink.quality(qualityRow(day, { intervalMs, horizon: Infinity }));
        if (day.to >= today.from) break;
        day = newQualityDay(calendar.dayAt(day.to));
      }
    }
    state.quality = newQualityDay(today);
    return state.quality;
  }
}

/** Fills the column of a derived signal; where one of its values is missing it has none. */
function derive(
  { columns }: Rows,
  { places, from: work }: PipelineConfiguration['derived'][number],
  { column, from, to }: { readonly column: number; readonly from: number; readonly to: number },
): void {
  const target = columns[column] as Float64Array;
  for (let row = from; row < to; row++) {
    const values = places.map((place) => columns[place]?.[row] ?? Number.NaN);
    target[row] = values.some(Number.isNaN) ? Number.NaN : work(...values);
  }
}
