/** A press whose anomalies people have judged: what tests of proposed thresholds begin with. */
import type { Instant } from '../kernel/clock.ts';
import { anomalyFamily } from '../measurements/anomaly/anomaly.ts';
import type { Measurements } from '../measurements/open-measurements.ts';
import type { Store } from '../store/store.ts';
import { put } from '../store/unit.ts';

const MINUTE_MS = 60_000;
/** Hot for two minutes in every ten; people confirmed what was hotter than 60, and rejected the rest. */
export const PEAKS: readonly number[] = [45, 46, 48, 50, 52, 54, 62, 65, 66, 70, 72, 75];
const CONFIRMED_ABOVE = 60;

export type JudgedPress = { readonly store: Store; readonly measurements: Measurements; readonly until: Instant };

/** `press-1` with the criterion `hot`, above 44, and one anomaly of `z-score` at each peak. */
export async function addJudgedPress(
  { store, measurements, until }: JudgedPress,
  peaks: readonly number[] = PEAKS,
): Promise<void> {
  const by = { actor: 'ada' };
  await measurements.devices.create({ id: 'press-1', fields: [{ name: 'temperature', detectors: [] }] }, by);
  const settings = { signal: { field: 'temperature' }, direction: 'above', limit: 44 } as const;
  await measurements.criteria.create({ device: 'press-1', name: 'hot', settings }, by);
  const start = until - 10 * PEAKS.length * MINUTE_MS;
  const rows = peaks.flatMap((peak, place) =>
    [peak, peak, 20].map((temperature, minute) => ({
      device: 'press-1',
      ts: start + (place * 10 + minute) * MINUTE_MS,
      values: { temperature },
    })),
  );
  await measurements.ingest(rows, { mode: 'import', ...by });
  const anomalies = peaks.map((peak, place) => {
    const from = start + place * 10 * MINUTE_MS;
    const evidence = { v: 1, at: from, value: peak, expected: 20, sigma: 1, threshold: 4 };
    return {
      ...{ id: `ano_${place.toString(16).padStart(20, '0')}`, device: 'press-1', field: 'temperature' },
      ...{ detector: 'z-score', from, to: from + MINUTE_MS, isOpen: 0, score: peak / 10, severity: 'minor' },
      ...{ evidence: JSON.stringify(evidence), service: '', revisedBy: null, labelledBy: 'ada', labelledAt: from },
      label: peak > CONFIRMED_ABOVE ? 'confirmed' : 'rejected',
    };
  });
  await store.commit([{ guards: [], writes: anomalies.map((row) => put(anomalyFamily, row)) }]);
}
