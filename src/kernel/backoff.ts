/** How long to wait before the next try: exponential with full jitter, so that a crowd of failures spreads out. */

export type Backoff = { readonly firstMs: number; readonly longestMs: number };

/** `attempt` counts from 1; `random` is in [0, 1). The wait is uniform in (0, min(longest, first × 2^(attempt-1))]. */
export function backoffMs({ firstMs, longestMs }: Backoff, attempt: number, random: () => number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 40));
  return Math.max(1, Math.ceil(ceiling * (1 - random())));
}
