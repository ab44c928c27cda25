/** Data quality of a device and day: its parts and its score, of what was seen in the rows and what came. Pure. */
import type { RowOf } from '../../store/family.ts';
import type { intakeFamily, qualityFamily } from './families.ts';

export type QualityParts = {
  readonly completeness: number | null;
  readonly validity: number | null;
  readonly uniqueness: number | null;
  readonly consistency: number | null;
  readonly timeliness: number | null;
  /** The product of the parts there are. */
  readonly score: number | null;
  /** What they are made of. */
  readonly counts: {
    readonly seen: number;
    readonly expected: number;
    readonly received: number;
    readonly quarantined: number;
    readonly duplicates: number;
    readonly stored: number;
    readonly conflicts: number;
    readonly inconsistent: number;
    readonly onTime: number;
  };
};

export function qualityParts(
  rows: RowOf<typeof qualityFamily> | undefined,
  came: RowOf<typeof intakeFamily> | undefined,
): QualityParts {
  const { seen = 0, expected = 0, stored = 0, onTime = 0, conflicts = 0, inconsistent = 0, jumps = 0 } = rows ?? {};
  const { received = 0, duplicate = 0, refused = 0 } = came ?? {};
  const quarantined = refused + jumps;
  const parts = {
    completeness: ratio(seen, expected),
    validity: ratio(received - quarantined, received),
    uniqueness: ratio(received - duplicate, received),
    consistency: ratio(stored - conflicts - inconsistent, stored),
    timeliness: ratio(onTime, stored),
  };
  const known = Object.values(parts).filter((part) => part !== null);
  return {
    ...parts,
    score: known.length === 0 ? null : known.reduce((product, part) => product * part, 1),
    counts: { seen, expected, received, quarantined, duplicates: duplicate, stored, conflicts, inconsistent, onTime },
  };
}

const ratio = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator;
