/** Silent field: a device goes on sending, but one of its fields is missing for longer than it may. */
import type { Silence } from '../pipeline/silences.ts';
import type { Finding } from './finding.ts';

const MAJOR_MS = 60 * 60_000;
const CRITICAL_MS = 8 * 60 * 60_000;

export function silentFieldOf({ from, to, ms, limitMs, isOpen }: Omit<Silence, 'metric'>, field: string): Finding {
  return {
    field,
    detector: 'silent-field',
    from,
    to,
    isOpen,
    score: ms / limitMs,
    severity: ms >= CRITICAL_MS ? 'critical' : ms >= MAJOR_MS ? 'major' : 'minor',
    evidence: { at: from, value: ms, expected: 0, sigma: 0, threshold: limitMs },
  };
}
