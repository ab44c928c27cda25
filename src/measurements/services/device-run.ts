/**
 * The analysis of one device by its service: rows in the order of their times go in, results come out. Batch and live are
 * the same: a run over a year, and one over the last seconds that goes on from a snapshot.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { ShiftPlanRules } from '../calendar/plant-calendar.ts';
import type { Stretch } from '../calendar/shifts.ts';
import type { Field } from '../device/field.ts';
import type { BucketRow } from '../pipeline/buckets.ts';
import type { PipelineConfiguration } from '../pipeline/configuration.ts';
import type { Minute } from '../pipeline/minutes.ts';
import { configurationOf, type DeviceSettings } from '../pipeline/of-device.ts';
import { Pipeline, type PipelineSink } from '../pipeline/pipeline.ts';
import type { QualityRow } from '../pipeline/quality-day.ts';
import type { Rows } from '../pipeline/rows.ts';
import type { ScopeSums } from '../pipeline/scope.ts';
import { freeze, thaw } from '../pipeline/snapshot.ts';
import type { Failure, Segment } from '../pipeline/timeline.ts';
import type { Finding } from '../watch/finding.ts';
import { Watching, type WatchingSnapshot } from '../watch/watching.ts';
import type { MeasurementService } from './measurement-service.ts';

/** Everything that a run says of a device. */
export type Results = {
  readonly segments: Segment[];
  readonly scopes: ScopeSums[];
  readonly buckets: BucketRow[];
  readonly quality: QualityRow[];
  readonly findings: Finding[];
};
export const noResults = (): Results => ({ segments: [], scopes: [], buckets: [], quality: [], findings: [] });

export type RunOptions = {
  readonly service: MeasurementService;
  readonly device: DeviceSettings;
  readonly timeZone: string;
  readonly plan?: ShiftPlanRules | undefined;
  /** Goes on from there. */
  readonly snapshot?: string | undefined;
  /** Sums this stretch as well. */
  readonly window?: Stretch | undefined;
  /** A row whose counter jumps, by its place in the portion that is being pushed. */
  readonly onJump?: ((place: number) => void) | undefined;
  /** A minute that is over, and how to read what a signal says in it; NaN: nothing. */
  readonly onMinute?: OnMinute | undefined;
};
export type OnMinute = (at: Instant, read: (signal: string) => number) => void;

export class DeviceRun {
  readonly results: Results = noResults();
  readonly configuration: PipelineConfiguration;
  readonly #pipeline: Pipeline;
  readonly #watching: Watching;
  #isEnding = false;

  constructor(options: RunOptions) {
    const { service, device, timeZone, plan, snapshot, window, onJump = () => {}, onMinute } = options;
    const before =
      snapshot === undefined ? undefined : (thaw(snapshot) as { pipeline: string; watching: WatchingSnapshot });
    const { segments, scopes, buckets, quality, findings } = this.results;
    this.configuration = configurationOf(service, device, { timeZone, plan });
    const gauges = this.configuration.gauges.map(
      ({ name, place }): Field => device.fields[place] ?? derivedField(service, name),
    );
    this.#watching = new Watching(service, gauges, {
      find: (finding) => findings.push(finding),
      before: before?.watching,
    });
    const { counters } = this.configuration;
    const metrics = [...counters.map(({ place }) => device.fields[place]), ...gauges].map((field) => field?.name);
    const sink: PipelineSink = {
      segment: (segment) => segments.push(segment),
      scope: (sums) => scopes.push(sums),
      bucket: (row) => buckets.push(row),
      quality: (row) => quality.push(row),
      failure: (failure) => this.#tellFailure(failure),
      minute: (minute) => this.#tellMinute(minute, onMinute),
      silence: (silence) => this.#watching.silence(silence, metrics[silence.metric] ?? ''),
      jump: onJump,
    };
    this.#pipeline = new Pipeline(this.configuration, { sink, snapshot: before?.pipeline, window });
  }

  /** The latest sample; undefined: none yet. */
  get horizon(): Instant | undefined {
    return this.#pipeline.horizon;
  }

  push(rows: Rows, from = 0, to: number = rows.count): void {
    this.#pipeline.push(rows, from, to);
  }

  /** A row that was refused since it lacks a required field, in the order of the times of all rows. */
  lacks(at: Instant, has: (field: string) => boolean): void {
    this.#pipeline.lacks(at, has);
  }

  snapshot(): string {
    return freeze({ pipeline: this.#pipeline.snapshot(), watching: this.#watching.snapshot() });
  }

  /** Adds to the results what is still open, as it stands. Nothing may be pushed afterwards. */
  finish(): Results {
    this.#isEnding = true;
    this.#pipeline.finish();
    this.#watching.finish();
    return this.results;
  }

  #tellMinute(minute: Minute, onMinute: OnMinute | undefined): void {
    this.#watching.minute(minute);
    onMinute?.(minute.at, (signal) => this.#watching.valueOf(minute, signal));
  }

  /** One that lasts up to the latest sample has not been seen to end. */
  #tellFailure(failure: Failure): void {
    const isOpen = this.#isEnding && !failure.isRepaired && failure.to === this.horizon;
    this.#watching.failure(failure, isOpen);
  }
}

function derivedField({ derive }: MeasurementService, name: string): Field {
  const { unit, min, max, resolution } = derive.find((signal) => signal.name === name) ?? {};
  return {
    name,
    ...(unit !== undefined && { unit }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(resolution !== undefined && { resolution }),
  };
}
