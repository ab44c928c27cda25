/**
 * How well findings meet the anomalies that the generator made: precision and recall by type. A finding meets an anomaly
 * when they touch, each with ten minutes' grace; what an outage hid is not asked of anybody.
 */
import type { Finding } from '../../../src/measurements/watch/finding.ts';
import type { DeviceTruth } from '../truth/generate.ts';

export type Detection = { readonly type: string; truths: number; found: number; findings: number; right: number };

/** Which detectors answer for a type; `field` narrows them to signals. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  stoppage: ['stoppage'],
  'high-error-rate': ['high-error-rate'],
  'low-efficiency': ['low-efficiency'],
  stuck: ['stuck'],
  drift: ['drift'],
  silent: ['silent-field'],
  spike: ['spike', 'z-score', 'novelty', 'sudden-change'],
  bearing: ['novelty', 'z-score', 'sudden-change', 'drift', 'multivariate'],
  cooling: ['novelty', 'z-score', 'sudden-change', 'drift', 'multivariate'],
};
const GRACE_MS = 600_000;
const MIN_COVERAGE = 0.8;

export function detectionOf(
  device: Pick<DeviceTruth, 'anomalies' | 'coverage'>,
  findings: readonly Finding[],
  totals: Map<string, Detection>,
): void {
  const touches = (a: { from: number; to: number }, b: { from: number; to: number }) =>
    a.from - GRACE_MS < b.to && b.from < a.to + GRACE_MS;
  for (const type of new Set(device.anomalies.map((one) => one.type))) {
    const total = totals.get(type) ?? { type, truths: 0, found: 0, findings: 0, right: 0 };
    totals.set(type, total);
    const own = findings.filter(({ detector }) => ANSWERS[type]?.includes(detector));
    for (const anomaly of device.anomalies) {
      if (anomaly.type !== type || device.coverage(anomaly) < MIN_COVERAGE) continue;
      total.truths += 1;
      if (own.some((finding) => touches(finding, anomaly))) total.found += 1;
    }
    total.findings += own.length;
    total.right += own.filter((finding) =>
      device.anomalies.some(
        (anomaly) => ANSWERS[anomaly.type]?.includes(finding.detector) && touches(finding, anomaly),
      ),
    ).length;
  }
}

export const detectionText = (totals: ReadonlyMap<string, Detection>): string =>
  [...totals.values()]
    .map(({ type, truths, found, findings, right }) => {
      const share = (part: number, all: number) => (all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`);
      return `${type.padEnd(16)} recall ${share(found, truths).padStart(8)} of ${truths}, precision ${share(right, findings).padStart(8)} of ${findings}`;
    })
    .join('\n');
