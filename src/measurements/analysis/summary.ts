/**
 * What a device did in a stretch of time that somebody names: sums, KPIs, findings and quality, worked out of the stored
 * rows from the checkpoint before it on. Writes nothing; any stretch will do, also one that no shift and no day knows.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Store } from '../../store/store.ts';
import { type Assessment, assess } from '../kpi/assessment.ts';
import { type Kpis, kpisOf } from '../kpi/kpis.ts';
import { type Elements, NO_ELEMENTS } from '../pipeline/scope.ts';
import type { Segment } from '../pipeline/timeline.ts';
import type { Finding } from '../watch/finding.ts';
import { analysisFamily, checkpointFamily } from './families.ts';
import type { Subject } from './subject.ts';
import { BEGINNING, type Start, type WalkOptions, walk } from './walk.ts';

export type SummaryRequest = Pick<WalkOptions, 'batch' | 'onProgress' | 'signal'> & {
  readonly from: Instant;
  readonly to: Instant;
};
export type Summary = {
  readonly device: string;
  readonly service: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Items counted, rejects, and the average speed in items an hour while running; null: it did not run. */
  readonly countIncrement: number;
  readonly errorIncrement: number;
  readonly avgSpeed: number | null;
  readonly elements: Elements;
  readonly kpis: Kpis;
  readonly assessment: Assessment;
  readonly segments: readonly Segment[];
  readonly findings: readonly Finding[];
  /** Rows that were gone through, also those before the stretch. */
  readonly rows: number;
  readonly jumps: number;
};

/** Throws `measurement.invalid-range`. */
export async function summarise(store: Store, subject: Subject, request: SummaryRequest): Promise<Summary> {
  const { from, to } = request;
  if (!(from < to)) throw new MillraceError('measurement.invalid-range', { from, to });
  const start = await startBefore(store, subject, from);
  const walked = await walk(store, subject, { ...request, start, window: { from, to } });
  const { results, rows, jumps } = walked;
  const elements = results.scopes.find(({ kind }) => kind === 'window')?.elements ?? NO_ELEMENTS;
  const kpis = kpisOf(elements);
  const touches = (one: { readonly from: Instant; readonly to: Instant }) => one.from < to && one.to > from;
  return {
    device: subject.device.id,
    service: subject.service.name,
    from,
    to,
    countIncrement: elements.pq + elements.pqOutside,
    errorIncrement: elements.sq,
    avgSpeed: kpis.averageSpeed,
    elements,
    kpis,
    assessment: assess(kpis),
    segments: results.segments
      .filter(touches)
      .map((one) => ({ ...one, from: Math.max(from, one.from), to: Math.min(to, one.to) })),
    findings: results.findings.filter(touches),
    rows,
    jumps: jumps.length,
  };
}

/** A checkpoint is of use as long as the settings are those of the last run. */
async function startBefore(store: Store, { device, settings }: Subject, from: Instant): Promise<Start> {
  const analysis = await store.get(analysisFamily, [device.id]);
  if (analysis?.settings !== settings) return BEGINNING;
  const [checkpoint] = await store.select(checkpointFamily, {
    where: { device: device.id, upTo: { lt: from } },
    order: ['-upTo'],
    limit: 1,
  });
  return checkpoint ?? BEGINNING;
}
