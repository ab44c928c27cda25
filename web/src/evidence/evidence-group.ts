/** Firings that belong on one chart: same device, same field. */
import type { Firing } from '../api/processes.ts';
import { chartedFieldsOf } from './firing-signal.ts';

export type EvidenceGroup = {
  readonly device: string;
  readonly field: string;
  readonly firings: readonly Firing[];
  /** What to show: the evidence with some time before and after it. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** The last part of the readings before a firing shows what is usual, and leaves room to see what was not. */
const SHOWN_BEFORE = 1 / 3;
/** Of what is shown, and at least a minute. */
const SHOWN_AFTER = 1 / 3;
const LEAST_AROUND_MS = 60_000;

export function groupEvidence(evidence: readonly Firing[]): EvidenceGroup[] {
  const groups = new Map<string, EvidenceGroup>();
  for (const firing of evidence) {
    for (const field of chartedFieldsOf(firing)) {
      const key = `${firing.device}\n${field}`;
      const group = groups.get(key) ?? { device: firing.device, field, firings: [], ...windowOf(evidence) };
      groups.set(key, { ...group, firings: [...group.firings, firing] });
    }
  }
  return [...groups.values()];
}

/** The same window for every chart of one decision, so that they can be read one under the other. */
function windowOf(firings: readonly Firing[]): { fromMs: number; toMs: number } {
  const instants = (pick: (firing: Firing) => string) => firings.map((firing) => Date.parse(pick(firing)));
  const begun = Math.min(...instants(({ from, at }) => from ?? at));
  const firstFired = Math.min(...instants(({ at }) => at));
  const toMs = Math.max(...instants(({ to, at }) => to ?? at));
  const fromMs = firstFired - Math.max((firstFired - begun) * SHOWN_BEFORE, LEAST_AROUND_MS);
  return { fromMs, toMs: toMs + Math.max((toMs - fromMs) * SHOWN_AFTER, LEAST_AROUND_MS) };
}

/** Devices in the order of the evidence, each once. */
export const devicesOf = (evidence: readonly Firing[]): string[] => [...new Set(evidence.map(({ device }) => device))];
