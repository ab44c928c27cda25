/**
 * What really happened in the simulated plant, for whoever judges the detectors and the people: the content of
 * ground-truth.json. Nothing in the product reads it but the demo itself.
 */
import { FAULT_KINDS, type Fault, type FaultKind, isHarmless } from './fault.ts';

export type GroundTruth = {
  readonly v: 1;
  readonly seed: number;
  readonly faults: readonly {
    readonly device: string;
    readonly kind: FaultKind;
    /** ISO 8601. */
    readonly from: string;
    /** When it was over, or will be unless somebody repairs it before. */
    readonly to: string;
    /** False: it looks like a fault and is none. */
    readonly isFault: boolean;
  }[];
};

export const groundTruth = (seed: number, faults: readonly Fault[]): GroundTruth => ({
  v: 1,
  seed,
  faults: faults.map(({ device, kind, from, to }) => ({
    device,
    kind,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    isFault: !isHarmless(kind),
  })),
});

/** The faults in what an earlier run wrote; none when it is something else. */
export function readFaults(written: unknown): Fault[] {
  if (typeof written !== 'object' || written === null || !('faults' in written)) return [];
  return Array.isArray(written.faults) ? written.faults.flatMap(readFault) : [];
}

function readFault(entry: unknown): Fault[] {
  const { device, kind, from, to } = { ...(entry as Partial<GroundTruth['faults'][number]>) };
  const [begun, over] = [Date.parse(String(from)), Date.parse(String(to))];
  const known = FAULT_KINDS.find((name) => name === kind);
  return typeof device === 'string' && known !== undefined && over >= begun
    ? [{ device, kind: known, from: begun, to: over }]
    : [];
}
