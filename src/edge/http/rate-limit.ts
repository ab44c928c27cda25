/** Bounds how much one caller can ask for: a bucket of tokens for each, filled again at a steady rate. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';

export type RateLimit = { readonly perSecond: number; readonly burst: number };

/** Callers remembered at once; the one that was longest quiet is forgotten first, which can only be in its favour. */
export const MAX_CALLERS = 10_000;

type Bucket = { tokens: number; at: Instant };

export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Throws `request.rate-limited` with the wait in `retryAfterSeconds`. */
  take(caller: string, now: Instant): void {
    const { perSecond, burst } = this.#limit;
    const before = this.#buckets.get(caller);
    const filled =
      before === undefined
        ? burst
        : Math.min(burst, before.tokens + (Math.max(0, now - before.at) / 1_000) * perSecond);
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: Math.max(0, filled - 1), at: now });
    if (this.#buckets.size > MAX_CALLERS) {
      const [quietest] = this.#buckets.keys();
      if (quietest !== undefined) this.#buckets.delete(quietest);
    }
    if (filled < 1)
      throw new MillraceError('request.rate-limited', {
        perSecond,
        retryAfterSeconds: Math.ceil((1 - filled) / perSecond),
      });
  }
}
