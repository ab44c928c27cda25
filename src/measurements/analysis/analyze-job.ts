/** Job kind measurements.analyze: somebody asked for an analysis. Its payload is what `POST /api/v1/analyses` takes. */
import { z } from 'zod';
import { isMillraceError, messageOf } from '../../kernel/errors.ts';
import { discard, done, fail, type Settlement, snooze } from '../../kernel/settlement.ts';
import type { Analyses } from './analyses.ts';
import { RUN_TRIGGERS } from './run-log.ts';

export const ANALYZE_KIND = 'measurements.analyze';
/** Another run has the device: it is looked at again after this. */
const TAKEN_MS = 1_000;
/** Findings and segments that the output of a job lists; all of them are in the tables. */
export const MAX_LISTED = 100;

export const analyzePayload = z.strictObject({
  device: z.string().max(200),
  service: z.string().max(50).exactOptional(),
  /** Milliseconds since 1970. */
  from: z.int(),
  to: z.int(),
  isDryRun: z.boolean().default(false),
  isAnew: z.boolean().default(false),
  batch: z.int().min(2).max(10_000).exactOptional(),
  actor: z.string().max(200),
  trigger: z.enum(RUN_TRIGGERS).default('job'),
});
export type AnalyzePayload = z.input<typeof analyzePayload>;

export type AnalyzeJob = {
  readonly payload: unknown;
  readonly signal: AbortSignal;
  /** A share from 0 to 1, for people who wait. */
  readonly progress?: ((share: number) => void) | undefined;
};

export const analyzeJob =
  ({ analyses }: { readonly analyses: Analyses }) =>
  async ({ payload, signal, progress = () => {} }: AnalyzeJob): Promise<Settlement> => {
    const parsed = analyzePayload.safeParse(payload);
    if (!parsed.success) return discard(z.prettifyError(parsed.error));
    const { device, from, to, ...rest } = parsed.data;
    const onProgress = ({ at, from: begin, to: end }: { at: number; from: number; to: number }) =>
      progress(Math.min(1, (at - begin) / Math.max(1, end - begin)));
    try {
      const processed = await analyses.process({
        ...rest,
        deviceId: device,
        startTime: from,
        endTime: to,
        signal,
        onProgress,
      });
      const { segments, findings, ...summary } = processed;
      return done('done', {
        ...summary,
        findings: findings.slice(0, MAX_LISTED),
        segments: segments.slice(0, MAX_LISTED),
      });
    } catch (error) {
      if (!isMillraceError(error) || signal.aborted) return fail(messageOf(error));
      if (error.code === 'measurement.analysis-taken') return snooze({ delayMs: TAKEN_MS });
      return error.status < 500 ? discard(error.message) : fail(error.message);
    }
  };
