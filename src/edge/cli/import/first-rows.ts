/**
 * Holds the first rows of a file against its mapping. One bad cell is a matter for the quarantine; a column most of whose
 * cells are something else was taken for another one, and then nothing of the file should be stored.
 */
import { openReadTime } from '../../../measurements/ingest/event-time.ts';
import { isText, type KnownField, type Mapping, numberOf, timeOf, usage } from './mapping.ts';

/** Rows that are looked at before the first is sent. */
export const FIRST_ROWS = 100;

export type FirstRow = { readonly line: number; readonly cells: Readonly<Record<string, unknown>> };

/** Throws `cli.usage` with line and column. */
export function requireFitting(
  rows: readonly FirstRow[],
  { device, timeColumn, fields }: Mapping,
  known: readonly KnownField[] | undefined,
): void {
  const columns = Object.keys(rows[0]?.cells ?? {});
  const placeOf = (column: string) => `column ${columns.indexOf(column) + 1} ("${column}")`;
  const declared = new Map(known?.map((field) => [field.name, field]));
  for (const [column, field] of known === undefined ? [] : fields) {
    if (declared.has(field)) continue;
    throw usage(
      `line 1, ${placeOf(column)}: the device ${device} has no field ${field}; it has ${[...declared.keys()].join(', ')}; say which column is which with --map column=field`,
    );
  }
  const readTime = openReadTime('UTC');
  const asTime = (cell: unknown) => readTime(timeOf(cell)) !== undefined;
  const asNumber = (cell: unknown) => typeof numberOf(cell) === 'number';
  requireMost(rows, { column: timeColumn, isRight: asTime, wanted: TIME, placeOf });
  for (const [column, field] of fields)
    if (!isText(declared.get(field) ?? { name: field }))
      requireMost(rows, { column, isRight: asNumber, wanted: `a number for ${field} (such as 3.5)`, placeOf });
}

const TIME = 'a time (such as 2026-01-05T06:00:00Z, or milliseconds since 1970)';

function requireMost(
  rows: readonly FirstRow[],
  {
    column,
    isRight,
    wanted,
    placeOf,
  }: {
    readonly column: string;
    readonly isRight: (cell: unknown) => boolean;
    readonly wanted: string;
    readonly placeOf: (column: string) => string;
  },
): void {
  const filled = rows.filter(({ cells }) => !isEmpty(cells[column]));
  const wrong = filled.filter(({ cells }) => !isRight(cells[column]));
  const [first] = wrong;
  if (first === undefined || wrong.length * 2 <= filled.length) return;
  throw usage(
    `line ${first.line}, ${placeOf(column)}: ${JSON.stringify(first.cells[column])} is not ${wanted}, and neither are most of the first ${filled.length}; nothing was stored; say which column is which with --map column=field and --time-column`,
  );
}

const isEmpty = (cell: unknown): boolean => cell === undefined || cell === null || cell === '';
