/** How long whoever publishes by hand waits for the confirm: a broker that is blocked or full takes the message later. */
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';

export const CONFIRM_TIMEOUT_MS = 10_000;

/** Throws `bus.not-confirmed` when `publish` was ended by the time. */
export async function confirmed<T>(publish: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(CONFIRM_TIMEOUT_MS);
  try {
    return await publish(signal);
  } catch (cause) {
    if (!signal.aborted || isMillraceError(cause)) throw cause;
    throw new MillraceError('bus.not-confirmed', { timeoutMs: CONFIRM_TIMEOUT_MS }, { cause });
  }
}
