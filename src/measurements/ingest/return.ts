/**
 * What a unit does to quarantine when rows of it are taken in once more. A row that is taken in leaves; so does one that is
 * refused for another reason, for then it lies there under that one. What is refused as before stays as it is, and is not
 * counted again. Data quality then says what it would have said had the row been taken in when it came.
 */
import { add, type Guard, isEqual, remove, type Write } from '../../store/unit.ts';
import { intakeFamily } from '../analysis/families.ts';
import type { Run } from './call.ts';
import { quarantineFamily, quarantineId, type Refusal } from './quarantine.ts';

type Placed = { readonly row: number };
export type Return = {
  /** A row that another server has taken in meanwhile is not taken in twice. */
  readonly guards: readonly Guard[];
  readonly writes: readonly Write[];
  /** Whether a row counts as one that came, by its place. */
  readonly isNews: (row: Placed) => boolean;
};

/** Without the rows that another server has taken in meanwhile. */
export async function stillRefused<Row extends Placed>(
  { store, retried }: Run,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  if (retried.size === 0) return rows;
  const keys = rows.map(({ row }) => [retried.get(row)?.id ?? '']);
  const found = await store.getMany(quarantineFamily, keys);
  return rows.filter((_, place) => found[place] !== undefined);
}

const NOTHING: Return = { guards: [], writes: [], isNews: () => true };

export function returnOf({ retried }: Run, rows: readonly Placed[], refusals: readonly Refusal[]): Return {
  if (retried.size === 0) return NOTHING;
  const staying = new Set<number>();
  for (const { row, code, source } of refusals)
    if (quarantineId(code, source) === retried.get(row)?.id) staying.add(row);
  const leaving = rows.flatMap(({ row }) => (staying.has(row) ? [] : (retried.get(row) ?? [])));
  return {
    guards: leaving.map(({ id, code }) => isEqual(quarantineFamily, [id], ['code', code])),
    writes: leaving.flatMap(({ id, device, countedOn }) => [
      remove(quarantineFamily, [id]),
      ...(device === null || countedOn === null
        ? []
        : [add(intakeFamily, [device, countedOn], { received: -1, refused: -1 })]),
    ]),
    isNews: ({ row }) => !staying.has(row),
  };
}
