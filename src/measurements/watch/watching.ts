/** Everything a service watches on one device. It is told of minutes and failures, and hands out what it finds. */
import type { Field } from '../device/field.ts';
import type { Minute } from '../pipeline/minutes.ts';
import type { Silence } from '../pipeline/silences.ts';
import type { Failure } from '../pipeline/timeline.ts';
import { type MeasurementService, SPEED } from '../services/measurement-service.ts';
import {
  type EfficiencyRule,
  type EfficiencyState,
  endEfficiency,
  newEfficiency,
  watchEfficiency,
} from './efficiency.ts';
import { type ErrorRateRule, type ErrorRateState, endErrorRate, newErrorRate, watchErrorRate } from './error-rate.ts';
import type { Find } from './finding.ts';
import { type SignalState, SignalWatch } from './signal.ts';
import { silentFieldOf } from './silent-field.ts';
import { endSpikes, newSpike, type SpikeState, watchSpikes } from './spike.ts';
import { stoppageOf } from './stoppage.ts';
import { type TogetherState, TogetherWatch } from './together.ts';

/** JSON. */
export type WatchingSnapshot = {
  readonly errorRate: ErrorRateState;
  readonly efficiency: EfficiencyState;
  readonly signals: readonly (readonly [signal: string, detector: string, state: SignalState])[];
  readonly spikes: readonly (readonly [signal: string, state: SpikeState])[];
  readonly together: TogetherState | null;
};

type WatchedSignal = {
  readonly place: number;
  readonly watch: SignalWatch;
  readonly name: string;
  readonly detector: string;
};

const HOUR_MS = 3_600_000;
/** A minute in which the machine ran for less says little about its pace. */
const MIN_RUN_MS = 30_000;
/** One item a minute. */
const SPEED_RESOLUTION = 60;
const SPEED_PLACE = -2;

export class Watching {
  readonly #find: Find;
  readonly #gauges: readonly string[];
  readonly #signals: readonly WatchedSignal[];
  readonly #errorRate: { readonly rule: ErrorRateRule; readonly state: ErrorRateState } | undefined;
  readonly #efficiency: { readonly rule: EfficiencyRule; readonly state: EfficiencyState } | undefined;
  readonly #stoppageField: string | undefined;
  readonly #watchesSilence: boolean;
  readonly #spikes: readonly { readonly place: number; readonly field: Field; readonly state: SpikeState }[];
  readonly #together: { readonly places: readonly number[]; readonly watch: TogetherWatch } | undefined;
  /** Gauges of a machine say what they should say only while it runs. */
  readonly #onlyRunning: boolean;

  /** `gauges` in the order in which minutes have their means. */
  constructor(
    service: MeasurementService,
    gauges: readonly Field[],
    { find, before }: { readonly find: Find; readonly before?: WatchingSnapshot | undefined },
  ) {
    const { highErrorRate, lowEfficiency, stoppage, silentFields, signals, spikes, together, rising } = service.watch;
    this.#find = find;
    this.#gauges = gauges.map(({ name }) => name);
    this.#watchesSilence = silentFields;
    this.#stoppageField = stoppage ? (service.output ?? service.signal) : undefined;
    this.#errorRate = highErrorRate && {
      rule: { field: service.reject ?? '', ...highErrorRate },
      state: before?.errorRate ?? newErrorRate(),
    };
    this.#efficiency = lowEfficiency && {
      rule: { field: service.output ?? '', ...lowEfficiency },
      state: before?.efficiency ?? newEfficiency(),
    };
    this.#onlyRunning = service.output !== undefined || service.signal !== undefined;
    const places = together?.map((name) => gauges.findIndex((field) => field.name === name));
    this.#together = places && {
      places,
      watch: new TogetherWatch(
        places.map((place) => gauges[place] as Field),
        { rising, before: before?.together ?? undefined },
      ),
    };
    this.#spikes = spikes.map((name) => {
      const place = gauges.findIndex((field) => field.name === name);
      const [, state] = before?.spikes.find(([signal]) => signal === name) ?? [];
      return { place, field: gauges[place] as Field, state: state ?? newSpike() };
    });
    this.#signals = Object.entries(signals).flatMap(([name, detectors]) => {
      const place = name === SPEED ? SPEED_PLACE : gauges.findIndex((field) => field.name === name);
      const field = gauges[place] ?? { name, unit: '1/h', min: 0, resolution: SPEED_RESOLUTION };
      return detectors.map((detector) => {
        const [, , state] = before?.signals.find(([signal, other]) => signal === name && other === detector) ?? [];
        const watch = new SignalWatch(detector, field, { isRising: rising.includes(name), before: state });
        return { place, name, detector, watch };
      });
    });
  }

  minute(minute: Minute): void {
    const { at, means, lows, highs } = minute;
    const told = { minute, find: this.#find };
    if (this.#errorRate !== undefined) watchErrorRate(this.#errorRate.rule, this.#errorRate.state, told);
    if (this.#efficiency !== undefined) watchEfficiency(this.#efficiency.rule, this.#efficiency.state, told);
    for (const { place, watch } of this.#signals) {
      const value = this.#value(minute, place);
      if (!Number.isNaN(value)) watch.push(at, value, this.#find);
    }
    if (!this.#isJudged(minute)) return;
    for (const { place, field, state } of this.#spikes) {
      const [mean = Number.NaN, low = Number.NaN, high = Number.NaN] = [means[place], lows[place], highs[place]];
      if (!Number.isNaN(mean)) watchSpikes(field, state, { minute: { at, mean, low, high }, find: this.#find });
    }
    if (this.#together === undefined) return;
    const values = this.#together.places.map((place) => means[place] ?? Number.NaN);
    if (!values.every(Number.isNaN)) this.#together.watch.push(at, values, this.#find);
  }

  /** What a gauge, a derived signal or `speed` says in a minute; NaN: nothing, or the machine hardly ran. */
  valueOf(minute: Minute, signal: string): number {
    return this.#value(minute, signal === SPEED ? SPEED_PLACE : this.#gauges.indexOf(signal));
  }

  #value(minute: Minute, place: number): number {
    const { items, runMs, means } = minute;
    if (place === SPEED_PLACE) return runMs < MIN_RUN_MS ? Number.NaN : (items * HOUR_MS) / runMs;
    return this.#isJudged(minute) ? (means[place] ?? Number.NaN) : Number.NaN;
  }

  #isJudged({ runMs }: Minute): boolean {
    return !this.#onlyRunning || runMs >= MIN_RUN_MS;
  }

  failure(failure: Failure, isOpen: boolean): void {
    if (this.#stoppageField !== undefined) this.#find(stoppageOf(failure, { field: this.#stoppageField, isOpen }));
  }

  silence(silence: Silence, field: string): void {
    if (this.#watchesSilence) this.#find(silentFieldOf(silence, field));
  }

  /** Hands out what is still open. It is of no use afterwards. */
  finish(): void {
    if (this.#errorRate !== undefined)
      endErrorRate(this.#errorRate.rule, this.#errorRate.state, { find: this.#find, isOpen: true });
    if (this.#efficiency !== undefined)
      endEfficiency(this.#efficiency.rule, this.#efficiency.state, { find: this.#find, isOpen: true });
    for (const { watch } of this.#signals) watch.end(this.#find);
    for (const { field, state } of this.#spikes) endSpikes(field, state, this.#find);
    this.#together?.watch.end(this.#find);
  }

  snapshot(): WatchingSnapshot {
    return {
      errorRate: this.#errorRate?.state ?? newErrorRate(),
      efficiency: this.#efficiency?.state ?? newEfficiency(),
      signals: this.#signals.map(({ name, detector, watch }) => [name, detector, watch.snapshot()]),
      spikes: this.#spikes.map(({ field, state }) => [field.name, state]),
      together: this.#together?.watch.snapshot() ?? null,
    };
  }
}
