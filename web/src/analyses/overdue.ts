/** Which analyses are behind the readings of their machine, and which failed the last time they ran. */
import type { AnalysisRun, FleetDevice } from '../api/analyses.ts';

/** The analysis follows within seconds; so much later it is behind. */
export const OVERDUE_MS = 10 * 60_000;

/** Machines with a service whose readings came so long after what was analysed, the longest first. */
export function overdueOf(devices: readonly FleetDevice[], nowMs: number): FleetDevice[] {
  return devices
    .filter((device) => behindMs(device, nowMs) > OVERDUE_MS)
    .sort((a, b) => behindMs(b, nowMs) - behindMs(a, nowMs));
}

function behindMs({ service, lastSeenAt, analysedTo }: FleetDevice, nowMs: number): number {
  if (service === null || lastSeenAt === null) return 0;
  const seenMs = Date.parse(lastSeenAt);
  return analysedTo === null ? nowMs - seenMs : seenMs - Date.parse(analysedTo);
}

/** The newest run of each machine among these (the newest first) that failed. */
export function lastFailed(runs: readonly AnalysisRun[]): AnalysisRun[] {
  const known = new Set<string>();
  return runs.filter(({ device, status }) => {
    if (known.has(device)) return false;
    known.add(device);
    return status === 'failed';
  });
}
