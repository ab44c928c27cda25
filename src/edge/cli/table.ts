/** Tables for people: columns as wide as what is in them, cut to the width of the terminal. */

export type Column<Row> = { readonly title: string; readonly value: (row: Row) => string | number | null | undefined };

const GAP = '  ';
const NARROWEST = 8;

/** One line for each row under its titles; `empty` says what it means that there is none. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { empty, width }: { readonly empty: string; readonly width: number },
): string {
  if (rows.length === 0) return empty;
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => oneLine(value(row)))),
  ];
  const widths = columns.map((_, place) => Math.max(...cells.map((line) => line[place]?.length ?? 0)));
  shrink(widths, width - GAP.length * (columns.length - 1));
  return cells
    .map((line) =>
      line
        .map((cell, place) => padded(cell, widths[place] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Takes from the widest columns until all fit. The first stays whole: it is the id that the next command needs. */
function shrink(widths: number[], room: number): void {
  for (let surplus = widths.reduce((sum, width) => sum + width, 0) - room; surplus > 0; surplus--) {
    const widest = Math.max(...widths.slice(1));
    if (widest <= NARROWEST) return;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
}

const oneLine = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value).replace(/\s+/g, ' ');
const padded = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

/** Facts of one thing, one a line. */
export function facts(entries: readonly (readonly [string, string | number | null | undefined])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join('\n');
}

/** A label in the language of the terminal that has none: English, else the first there is. */
export const labelText = (label: string | Readonly<Record<string, string>>): string =>
  typeof label === 'string' ? label : (label.en ?? Object.values(label)[0] ?? '');

/** A program acts by its token: token:line A gateway:token-4 → line A gateway. People stand for themselves; --json keeps the whole. */
export const actorText = (actor: string): string => /^token:(.+):[^:]+$/.exec(actor)?.[1] ?? actor;

/** 2026-01-31T12:00:00.000Z → 2026-01-31 12:00:00. */
export const timeText = (time: string | null): string => (time === null ? '' : time.slice(0, 19).replace('T', ' '));

/** 0.5456332341033533 → 0.545633: as exactly as people compare. */
export const numberText = (value: number | null): string =>
  value === null ? '' : String(Number(value.toPrecision(6)));
