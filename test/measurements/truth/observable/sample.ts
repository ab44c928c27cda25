/** From stored rows to samples: one row a time, none that jumps, and what the counters of each add. */
import type { DeviceSettings } from '../settings.ts';
import { type Counted, type CounterRule, counted, goesOn, jumps, type Mark, rebased } from './counter.ts';

/** A row that was stored. `values` has one number a field: NaN where it is absent, texts as their place. */
export type StoredRow = {
  /** Its place in the order of arrival. */
  readonly row: number;
  readonly ts: number;
  readonly receivedAt: number;
  readonly values: readonly number[];
};
export type Sample = StoredRow & {
  /** By field; undefined where the field is no counter, or absent. */
  readonly counted: readonly (Counted | undefined)[];
};
export type Samples = {
  readonly samples: readonly Sample[];
  /** Rows that gave way to another one of their time. */
  readonly conflicts: readonly StoredRow[];
  /** Rows in quarantine since a counter jumps. */
  readonly jumps: readonly StoredRow[];
};

/** `rows` are in the order of ts and receivedAt, without copies. */
export function samplesOf(rows: readonly StoredRow[], settings: DeviceSettings): Samples {
  const samples: Sample[] = [];
  const conflicts: StoredRow[] = [];
  const jumping: StoredRow[] = [];
  const counters = openCounters(settings);
  for (const [place, row] of rows.entries()) {
    if (rows[place + 1]?.ts === row.ts) {
      conflicts.push(row);
      continue;
    }
    const numbers = counters(row);
    if (numbers === undefined) jumping.push(row);
    else samples.push({ ...row, counted: numbers });
  }
  return { samples, conflicts, jumps: jumping };
}

export function counterRules({ fields, maxGapMs }: DeviceSettings): (CounterRule | undefined)[] {
  return fields.map(({ role, maxRate, modulus, jitter = 0 }) => {
    if (role !== 'counter') return undefined;
    if (maxRate === undefined) throw new Error('A counter has a maximum rate.');
    return { maxRate, modulus, jitter, maxGapMs };
  });
}

/** Takes row after row; undefined: the row jumps. */
function openCounters(settings: DeviceSettings): (row: StoredRow) => (Counted | undefined)[] | undefined {
  const rules = counterRules(settings);
  const marks: (Mark | undefined)[] = rules.map(() => undefined);
  let candidate: StoredRow | undefined;
  let previousAt = Number.NaN;
  return (row) => {
    const shownBy = (from: StoredRow, field: number) => ({ value: from.values[field]!, at: from.ts });
    const present = rules.map((rule, field) => rule !== undefined && !Number.isNaN(row.values[field]));
    const jumping = rules.map((rule, field) => present[field]! && jumps(rule!, marks[field], shownBy(row, field)));
    if (jumping.includes(true)) {
      const before = candidate;
      const isExpected =
        before !== undefined &&
        rules.every((rule, field) => !jumping[field] || goesOn(rule!, shownBy(before, field), shownBy(row, field)));
      if (!isExpected) {
        candidate = row;
        return undefined;
      }
    }
    const result = rules.map((rule, field) => {
      if (!present[field]) return undefined;
      const here = shownBy(row, field);
      return jumping[field]
        ? rebased(rule!, { mark: marks[field]!, candidate: shownBy(candidate!, field) }, here)
        : counted(rule!, marks[field], { ...here, previousAt });
    });
    for (const [field, one] of result.entries()) if (one !== undefined) marks[field] = one.mark;
    candidate = undefined;
    previousAt = row.ts;
    return result;
  };
}
