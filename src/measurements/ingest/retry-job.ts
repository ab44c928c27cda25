/** Job kind quarantine.retry: somebody wants refused rows taken in once more. Its payload is what `POST /api/v1/quarantine/retry` takes. */
import { z } from 'zod';
import { discard, done, type Settlement } from '../../kernel/settlement.ts';
import type { Store } from '../../store/store.ts';
import { type LongJob, settlementOf, shareOf } from '../long-job.ts';
import type { Ingest } from './ingest.ts';
import { QUARANTINE_CODES } from './quarantine.ts';
import { retryQuarantine } from './retry.ts';

export const RETRY_KIND = 'quarantine.retry';

export const retryPayload = z.strictObject({
  device: z.string().max(200).exactOptional(),
  code: z.enum(QUARANTINE_CODES).exactOptional(),
  actor: z.string().max(200),
});
export type RetryPayload = z.input<typeof retryPayload>;

export const retryJob =
  (parts: { readonly store: Store; readonly ingest: Ingest }) =>
  async ({ payload, signal, progress = () => {} }: LongJob): Promise<Settlement> => {
    const parsed = retryPayload.safeParse(payload);
    if (!parsed.success) return discard(z.prettifyError(parsed.error));
    try {
      const onProgress = (walked: Parameters<typeof shareOf>[0]) => progress(shareOf(walked));
      return done('done', await retryQuarantine(parts, { ...parsed.data, signal, onProgress }));
    } catch (error) {
      return settlementOf(error, signal);
    }
  };
