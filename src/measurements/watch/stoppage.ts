/** Stoppage: the machine stood still in planned time for so long that it counts as a breakdown. */
import { BREAKDOWN_MS, type Failure } from '../pipeline/timeline.ts';
import type { Finding } from './finding.ts';

const MAJOR_MS = 15 * 60_000;
const CRITICAL_MS = 60 * 60_000;

export function stoppageOf(
  { from, to, breakdownMs }: Failure,
  { field, isOpen }: { readonly field: string; readonly isOpen: boolean },
): Finding {
  return {
    field,
    detector: 'stoppage',
    from,
    to,
    isOpen,
    score: breakdownMs / BREAKDOWN_MS,
    severity: breakdownMs >= CRITICAL_MS ? 'critical' : breakdownMs >= MAJOR_MS ? 'major' : 'minor',
    evidence: { at: from, value: breakdownMs, expected: 0, sigma: 0, threshold: BREAKDOWN_MS },
  };
}
