/** Firings that belong on one chart: same device, same field. */
import type { Firing } from '../api/measurements.ts';

export type EvidenceGroup = {
  readonly device: string;
  readonly field: string;
  readonly firings: readonly Firing[];
  /** What to show: the evidence with some time before and after it. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** Of the evidence's own length, on each side; but at least a minute. */
const AROUND = 0.25;
const LEAST_AROUND_MS = 60_000;

export function groupEvidence(evidence: readonly Firing[]): EvidenceGroup[] {
  const groups = new Map<string, Firing[]>();
  for (const firing of evidence) {
    const key = `${firing.device}\n${firing.signal.field}`;
    groups.set(key, [...(groups.get(key) ?? []), firing]);
  }
  return [...groups.values()].flatMap((firings) => {
    const [first] = firings;
    return first === undefined ? [] : [{ device: first.device, field: first.signal.field, firings, ...windowOf(evidence) }];
  });
}

/** The same window for every chart of one decision, so that they can be read one under the other. */
function windowOf(firings: readonly Firing[]): { fromMs: number; toMs: number } {
  const instants = firings.flatMap(({ from, to, at }) => [from, to, at].map((text) => Date.parse(text)));
  const fromMs = Math.min(...instants);
  const toMs = Math.max(...instants);
  const aroundMs = Math.max((toMs - fromMs) * AROUND, LEAST_AROUND_MS);
  return { fromMs: fromMs - aroundMs, toMs: toMs + aroundMs };
}

/** Whether the reading itself was compared with the limit, or a detector's score on it. */
export const isOfReading = ({ signal }: Firing): boolean => !signal.detector;

/** Devices in the order of the evidence, each once. */
export const devicesOf = (evidence: readonly Firing[]): string[] => [...new Set(evidence.map(({ device }) => device))];
