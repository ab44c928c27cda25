/** Stoppage: the machine stood still in planned time for so long that it counts as a breakdown. */
import type { Instant } from '../../kernel/clock.ts';
import { BREAKDOWN_MS, type Failure } from '../pipeline/timeline.ts';
import type { Finding } from './finding.ts';

const MAJOR_MS = 15 * 60_000;
const CRITICAL_MS = 60 * 60_000;

export function stoppageOf(
  { from, to, breakdownMs, isRepaired }: Failure,
  { field, horizon }: { readonly field: string; readonly horizon: Instant },
): Finding {
  return {
    field,
    detector: 'stoppage',
    from,
    to,
    isOpen: !isRepaired && to >= horizon,
    score: breakdownMs / BREAKDOWN_MS,
    severity: breakdownMs >= CRITICAL_MS ? 'critical' : breakdownMs >= MAJOR_MS ? 'major' : 'minor',
    evidence: { at: from, value: breakdownMs, expected: 0, sigma: 0, threshold: BREAKDOWN_MS },
  };
}
