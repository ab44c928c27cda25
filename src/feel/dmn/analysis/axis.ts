/**
 * The values that a column of a table tells apart, as a row of segments: for ordered values each end of a range is a
 * segment and so is each stretch between two ends; strings and booleans are one each, and all other strings together.
 * Two values of one segment are the same to every cell of the column.
 */
import { openFrame } from '../../evaluation/frame.ts';
import { isTemporal } from '../../temporal/temporal.ts';
import { formatTemporal } from '../../temporal/temporal-text.ts';
import { order } from '../../values/comparison.ts';
import { formatNumber, isNumber } from '../../values/number.ts';
import type { RangeEnds, Value } from '../../values/value.ts';
import type { ConstantCell } from '../table/cells.ts';

export type Axis = {
  readonly size: number;
  /** The segments that can occur: fewer than all if the input declares its values. */
  readonly domain: readonly boolean[];
  /** For each segment whether the cell holds in it. */
  readonly covered: (cell: ConstantCell) => readonly boolean[];
  /** Segments as the text of a cell: `[1..5)`, `"a", "b"`, `-`. */
  readonly describe: (segments: readonly boolean[]) => string;
};

/** undefined: the cells cannot be laid on one axis, as texts and numbers, or times with and without a zone. */
export function axisOf(cells: readonly ConstantCell[], allowed: ConstantCell | undefined): Axis | undefined {
  const all = allowed === undefined ? cells : [...cells, allowed];
  const asking = all.filter((cell) => cell.kind !== 'any');
  const types = new Set(asking.map((cell) => cell.type));
  if (types.size > 1) return undefined;
  const values = asking.filter((cell) => cell.kind === 'values');
  const ranges = asking.filter((cell) => cell.kind === 'ranges');
  if (values.length > 0) return valueAxis(values, allowed);
  return rangeAxis(ranges, allowed);
}

const withDomain = (axis: Omit<Axis, 'domain' | 'describe'>, allowed: ConstantCell | undefined): readonly boolean[] =>
  allowed === undefined ? new Array(axis.size).fill(true) : axis.covered(allowed);

type ValueCell = Extract<ConstantCell, { kind: 'values' }>;
type RangeCell = Extract<ConstantCell, { kind: 'ranges' }>;

function valueAxis(cells: readonly ValueCell[], allowed: ConstantCell | undefined): Axis {
  const isBoolean = cells[0]?.type === 'boolean';
  const known = isBoolean ? [true, false] : [...new Set(cells.flatMap(({ values }) => values))];
  // The last segment is every other string.
  const size = isBoolean ? 2 : known.length + 1;
  const places = new Map(known.map((value, place) => [value, place]));
  const covered: Axis['covered'] = (cell) => {
    if (cell.kind !== 'values') return new Array<boolean>(size).fill(cell.kind === 'any');
    const segments = new Array<boolean>(size).fill(cell.isNegated);
    for (const value of cell.values) segments[places.get(value) ?? size] = !cell.isNegated;
    return segments.slice(0, size);
  };
  const domain = withDomain({ size, covered }, allowed);
  const describe: Axis['describe'] = (segments) => {
    if (domain.every((isIn, place) => !isIn || segments[place])) return '-';
    const listed = (wanted: boolean): string =>
      known
        .filter((_, place) => (segments[place] === true) === wanted)
        .map((value) => JSON.stringify(value))
        .join(', ');
    const hasOthers = !isBoolean && segments[known.length] === true;
    return hasOthers ? `not(${listed(false)})` : listed(true);
  };
  return { size, domain, covered, describe };
}

function rangeAxis(cells: readonly RangeCell[], allowed: ConstantCell | undefined): Axis | undefined {
  const ends = cells.flatMap(({ ranges }) =>
    ranges.flatMap(({ low, high }) => [low, high].filter((end) => end !== null)),
  );
  const points = sorted(ends);
  if (points === undefined) return undefined;
  const size = points.length * 2 + 1;
  const covered: Axis['covered'] = (cell) => {
    if (cell.kind !== 'ranges') return new Array<boolean>(size).fill(cell.kind === 'any');
    const segments = new Array<boolean>(size).fill(cell.isNegated);
    for (const range of cell.ranges) {
      const [from, to] = boundsOf(range, points);
      if (from <= to) segments.fill(!cell.isNegated, from, to + 1);
    }
    return segments;
  };
  const domain = withDomain({ size, covered }, allowed);
  const describe: Axis['describe'] = (segments) => {
    if (domain.every((isIn, place) => !isIn || segments[place])) return '-';
    return stretches(segments)
      .map(([from, to]) => rangeText(from, to, points))
      .join(', ');
  };
  return { size, domain, covered, describe };
}

/** Each once, in order; undefined if two of them do not compare. */
function sorted(ends: readonly Value[]): Value[] | undefined {
  const frame = openFrame();
  let isComparable = true;
  const compare = (left: Value, right: Value): number => {
    const sign = order(left, right, frame);
    if (sign === null) isComparable = false;
    return sign ?? 0;
  };
  const all = ends.toSorted(compare);
  const points = all.filter((point, place) => place === 0 || compare(all[place - 1] ?? null, point) !== 0);
  return isComparable ? points : undefined;
}

/** The first and the last segment of a range. Segment 2i+1 is the point i, segment 2i the stretch before it. */
function boundsOf({ low, high, includesLow, includesHigh }: RangeEnds, points: readonly Value[]): [number, number] {
  const from = low === null ? 0 : placeOf(low, points) * 2 + (includesLow ? 1 : 2);
  const to = high === null ? points.length * 2 : placeOf(high, points) * 2 + (includesHigh ? 1 : 0);
  return [from, to];
}

/** Every end is among the points. */
function placeOf(end: Value, points: readonly Value[]): number {
  const frame = openFrame();
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order(points[middle] ?? null, end, frame) ?? 0) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stretches(segments: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [place, isIn] of segments.entries()) {
    const last = found.at(-1);
    if (!isIn) continue;
    if (last !== undefined && last[1] === place - 1) last[1] = place;
    else found.push([place, place]);
  }
  return found;
}

function rangeText(from: number, to: number, points: readonly Value[]): string {
  const isOpenBelow = from === 0;
  const isOpenAbove = to === points.length * 2;
  const low = literal(points[from % 2 === 1 ? (from - 1) / 2 : from / 2 - 1] ?? null);
  const high = literal(points[to % 2 === 1 ? (to - 1) / 2 : to / 2] ?? null);
  if (isOpenBelow && isOpenAbove) return '-';
  if (isOpenBelow) return `${to % 2 === 1 ? '<=' : '<'} ${high}`;
  if (isOpenAbove) return `${from % 2 === 1 ? '>=' : '>'} ${low}`;
  if (from === to && from % 2 === 1) return low;
  return `${from % 2 === 1 ? '[' : '('}${low}..${high}${to % 2 === 1 ? ']' : ')'}`;
}

function literal(value: Value): string {
  if (isNumber(value)) return formatNumber(value);
  return isTemporal(value) ? `@"${formatTemporal(value)}"` : 'null';
}
