/** Job kind measurements.analyze: somebody asked for an analysis. Its payload is what `POST /api/v1/analyses` takes. */
import { z } from 'zod';
import { isMillraceError } from '../../kernel/errors.ts';
import { discard, done, type Settlement, snooze } from '../../kernel/settlement.ts';
import { type LongJob, settlementOf, shareOf } from '../long-job.ts';
import type { Analyses } from './analyses.ts';
import { LAST_PERIODS, type LastPeriod } from './last-period.ts';
import { RUN_TRIGGERS } from './run-log.ts';

export const ANALYZE_KIND = 'measurements.analyze';
/** Another run has the device: it is looked at again after this. */
const TAKEN_MS = 1_000;
/** Findings and segments that the output of a job lists; all of them are in the tables. */
export const MAX_LISTED = 100;

const common = {
  device: z.string().max(200),
  service: z.string().max(50).exactOptional(),
  isDryRun: z.boolean().default(false),
  isAnew: z.boolean().default(false),
  batch: z.int().min(2).max(10_000).exactOptional(),
  actor: z.string().max(200).default('schedule'),
};
export const analyzePayload = z.union([
  /** A stretch, in milliseconds since 1970. */
  z.strictObject({ ...common, from: z.int(), to: z.int(), trigger: z.enum(RUN_TRIGGERS).default('job') }),
  /** What a schedule asks for: the last hour, shift or local day that was over when the job was due. */
  z.strictObject({ ...common, last: z.enum(LAST_PERIODS), scheduledAt: z.iso.datetime({ offset: true }) }),
]);
export type AnalyzePayload = z.input<typeof analyzePayload>;

export const analyzeJob =
  ({ analyses }: { readonly analyses: Analyses }) =>
  async ({ payload, signal, progress = () => {} }: LongJob): Promise<Settlement> => {
    const parsed = analyzePayload.safeParse(payload);
    if (!parsed.success) return discard(z.prettifyError(parsed.error));
    const { device, ...asked } = parsed.data;
    try {
      const { from, to, ...rest } = 'last' in asked ? await scheduled(analyses, device, asked) : asked;
      const processed = await analyses.process({
        ...rest,
        deviceId: device,
        startTime: from,
        endTime: to,
        signal,
        onProgress: (walked) => progress(shareOf(walked)),
      });
      const { segments, findings, ...summary } = processed;
      return done('done', {
        ...summary,
        findings: findings.slice(0, MAX_LISTED),
        segments: segments.slice(0, MAX_LISTED),
      });
    } catch (error) {
      const isTaken = isMillraceError(error) && error.code === 'measurement.analysis-taken';
      return isTaken && !signal.aborted ? snooze({ delayMs: TAKEN_MS }) : settlementOf(error, signal);
    }
  };

/** The stretch that a schedule means. Throws `measurement.no-shift` when no shift of the device has ended. */
async function scheduled<Rest extends object>(
  analyses: Analyses,
  device: string,
  { last, scheduledAt, ...rest }: Rest & { readonly last: LastPeriod; readonly scheduledAt: string },
) {
  const stretch = await analyses.lastPeriod(device, last, Date.parse(scheduledAt));
  return { ...rest, from: stretch.from, to: stretch.to, trigger: 'schedule' as const };
}
