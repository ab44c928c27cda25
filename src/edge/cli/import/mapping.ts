/** How the columns of a file become fields of a device. Decided once, from the head of the file and what was asked for. */
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
  readonly fields: ReadonlyMap<string, string>;
};

const TIME_COLUMNS = ['ts', 'timestamp', 'time', 'datetime', 'date_time', 'date', 'at'];

/** Throws `cli.usage` with what the file has and what is missing. */
export function mappingOf(columns: readonly string[], { device, timeColumn, field, map }: MappingRequest): Mapping {
  if (device === undefined) throw usage('the file does not say which device it is about; name it with --device');
  const time = timeColumn ?? columns.find((column) => TIME_COLUMNS.includes(column.trim().toLowerCase()));
  if (time === undefined || !columns.includes(time)) {
    throw usage(
      `${timeColumn === undefined ? 'no column looks like a time' : `there is no column "${timeColumn}"`}; the file has ${columns.join(', ')}; name one with --time-column`,
    );
  }
  const values = columns.filter((column) => column !== time);
  const fields = map.length > 0 ? mapped(map, columns) : unmapped(values, field);
  return { device, timeColumn: time, fields };
}

function mapped(map: readonly string[], columns: readonly string[]): Map<string, string> {
  return new Map(
    map.map((entry): [string, string] => {
      const [column = '', field = '', ...more] = entry.split('=');
      if (column === '' || field === '' || more.length > 0) throw usage(`--map ${entry} is not column=field`);
      if (!columns.includes(column)) throw usage(`there is no column "${column}"; the file has ${columns.join(', ')}`);
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

/** An empty cell is no value; what is no number goes along as it is, and the server says so. */
export function measurementOf(
  cells: Readonly<Record<string, unknown>>,
  { device, timeColumn, fields }: Mapping,
): Measurement {
  const values: Record<string, number> = {};
  for (const [column, field] of fields) {
    const cell = cells[column];
    if (cell === undefined || cell === null || cell === '') continue;
    const number = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
    values[field] = (Number.isNaN(number) ? cell : number) as number;
  }
  return { device, ts: cells[timeColumn] as string | number, values };
}

const usage = (problem: string): MillraceError => new MillraceError('cli.usage', { problem });
