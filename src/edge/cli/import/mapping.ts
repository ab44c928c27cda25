/** How the columns of a file become fields of a device. Decided once, from its head, its first rows and what was asked for. */
import type { Measurement } from '../../../client/wire-measurements.ts';
import { MillraceError } from '../../../kernel/errors.ts';

export type MappingRequest = {
  readonly device: string | undefined;
  readonly timeColumn: string | undefined;
  /** The field of the one value column. */
  readonly field: string | undefined;
  /** `column=field` */
  readonly map: readonly string[];
};

export type Mapping = {
  readonly device: string;
  readonly timeColumn: string;
  /** Field by column. */
  readonly fields: ReadonlyMap<string, string>;
};

/** What a device says of the fields that are mapped to. */
export type KnownField = { readonly name: string; readonly role?: string };

const TIME_COLUMNS = ['ts', 'timestamp', 'time', 'datetime', 'date_time', 'date', 'at'];
export const isTimeColumn = (column: string): boolean => TIME_COLUMNS.includes(column.trim().toLowerCase());

/** `line` is the one with the names of the columns. Throws `cli.usage` with the line and what is missing there. */
export function mappingOf(
  { columns, line }: { readonly columns: readonly string[]; readonly line: number },
  { device, timeColumn, field, map }: MappingRequest,
): Mapping {
  if (columns.length === 0) throw usage('the file is empty');
  if (device === undefined) throw usage('the file does not say which device it is about; name it with --device');
  const time = timeColumn ?? columns.find(isTimeColumn);
  if (time === undefined || !columns.includes(time)) {
    throw usage(
      `line ${line}: ${timeColumn === undefined ? 'no column looks like a time' : `there is no column "${timeColumn}"`}; the file has ${columns.join(', ')}; name one with --time-column`,
    );
  }
  const named = columns.filter((column) => column !== '');
  const twice = named.find((column, place) => named.indexOf(column) !== place);
  if (twice !== undefined) throw usage(`line ${line}: there are two columns "${twice}"`);
  // Programs that end every line with a separator make a column without a name.
  const values = named.filter((column) => column !== time);
  const fields = map.length > 0 ? mapped(map, { columns, line }) : unmapped(values, field);
  return { device, timeColumn: time, fields };
}

function mapped(
  map: readonly string[],
  { columns, line }: { readonly columns: readonly string[]; readonly line: number },
): Map<string, string> {
  return new Map(
    map.map((entry): [string, string] => {
      const at = entry.lastIndexOf('=');
      const [column, field] = [entry.slice(0, Math.max(0, at)), entry.slice(at + 1)];
      if (column === '' || field === '') throw usage(`--map ${entry} is not column=field`);
      if (!columns.includes(column))
        throw usage(`line ${line}: there is no column "${column}"; the file has ${columns.join(', ')}`);
      return [column, field];
    }),
  );
}

function unmapped(values: readonly string[], field: string | undefined): Map<string, string> {
  if (field === undefined) return new Map(values.map((column) => [column, column]));
  if (values.includes(field)) return new Map([[field, field]]);
  const [column] = values;
  if (column === undefined || values.length > 1) {
    throw usage(
      `--field ${field} is for a file with one value column, and this one has ${values.join(', ') || 'none'}; use --map column=field`,
    );
  }
  return new Map([[column, field]]);
}

/** States and labels are texts; the other fields are numbers. */
export const isText = ({ role }: KnownField): boolean => role === 'state' || role === 'label';

/** An empty cell is no value; what is no number goes along as it is, and the server says so. */
export function measurementOf(
  cells: Readonly<Record<string, unknown>>,
  { device, timeColumn, fields }: Mapping,
  texts: ReadonlySet<string>,
): Measurement {
  const values: Record<string, unknown> = {};
  for (const [column, field] of fields) {
    const cell = cells[column];
    if (cell === undefined || cell === null || cell === '') continue;
    values[field] = texts.has(field) ? cell : numberOf(cell);
  }
  return { device, ts: timeOf(cells[timeColumn]) as string | number, values: values as Record<string, number> };
}

/** Milliseconds since 1970 as a number, as JSON has them; seconds have too few digits. Any other cell as it is. */
export const timeOf = (cell: unknown): unknown =>
  typeof cell === 'string' && /^\s*\d{12,14}\s*$/.test(cell) ? Number(cell) : cell;

/** The number that a cell says, or the cell. */
export function numberOf(cell: unknown): unknown {
  const number = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  return Number.isNaN(number) ? cell : number;
}

export const usage = (problem: string): MillraceError => new MillraceError('cli.usage', { problem });
