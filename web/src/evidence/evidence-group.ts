/** Firings that belong on one chart: same device, same field. */
import type { Firing } from '../api/processes.ts';
import { fieldOf } from './firing-signal.ts';

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
  const groups = new Map<string, EvidenceGroup>();
  for (const firing of evidence) {
    const field = fieldOf(firing);
    if (field === undefined) continue;
    const key = `${firing.device}\n${field}`;
    const group = groups.get(key) ?? { device: firing.device, field, firings: [], ...windowOf(evidence) };
    groups.set(key, { ...group, firings: [...group.firings, firing] });
  }
  return [...groups.values()];
}

/** The same window for every chart of one decision, so that they can be read one under the other. */
function windowOf(firings: readonly Firing[]): { fromMs: number; toMs: number } {
  const instants = firings.flatMap(({ from, to, at }) => [from ?? at, to ?? at, at].map((text) => Date.parse(text)));
  const fromMs = Math.min(...instants);
  const toMs = Math.max(...instants);
  const aroundMs = Math.max((toMs - fromMs) * AROUND, LEAST_AROUND_MS);
  return { fromMs: fromMs - aroundMs, toMs: toMs + aroundMs };
}

/** Devices in the order of the evidence, each once. */
export const devicesOf = (evidence: readonly Firing[]): string[] => [...new Set(evidence.map(({ device }) => device))];
