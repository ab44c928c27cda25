/**
 * Which rules can fire, for all rules at once: each column answers for a value with a set of bits, one for a rule, and the
 * sets are joined. Cells that are formulas count as possible and are run afterwards. Only numbers that are doubles,
 * strings and booleans are looked up; for other values all cells are run.
 */
import type { RangeEnds, Value } from '../../values/value.ts';
import type { ConstantCell, UnknownCell } from './cells.ts';

/** Tables with more rules run their cells: the sets would take more memory than they are worth. */
export const MAX_INDEXED_RULES = 1_000;
/** Words of 32 rules that the sets of one column may take; a column that needs more is not looked up. */
export const MAX_INDEX_WORDS = 1_000_000;
/** Segments that the ranges of one column may cover, each for itself. */
const MAX_INDEX_MARKS = 10_000_000;
/** Below this the cells are run as fast. */
const MIN_INDEXED_RULES = 8;

type Bits = Int32Array;
type Cell = ConstantCell | UnknownCell;

export type MatchIndex = {
  /** The rules that can fire; undefined if the values cannot be looked up. The same array each time. */
  readonly find: (values: readonly Value[]) => Bits | undefined;
};

type Column = (value: Value) => Bits | undefined;

/** `cells` by rule and input. */
export function buildMatchIndex(cells: readonly (readonly Cell[])[], inputs: number): MatchIndex | undefined {
  const rules = cells.length;
  if (rules < MIN_INDEXED_RULES || rules > MAX_INDEXED_RULES || inputs === 0) return undefined;
  const columns = Array.from({ length: inputs }, (_, input) => columnOf(cells.map((row) => row[input] ?? UNKNOWN)));
  const found: Bits = new Int32Array(Math.ceil(rules / 32));
  return {
    find: (values) => {
      for (let input = 0; input < columns.length; input++) {
        const bits = columns[input]?.(values[input] ?? null);
        if (bits === undefined) return undefined;
        if (input === 0) found.set(bits);
        else for (let word = 0; word < found.length; word++) found[word] = (found[word] ?? 0) & (bits[word] ?? 0);
      }
      return found;
    },
  };
}

const UNKNOWN: Cell = { kind: 'unknown', reason: '' };

function columnOf(cells: readonly Cell[]): Column {
  const numbers = numbersOf(cells);
  const strings = valuesOf(cells, 'string');
  const booleans = valuesOf(cells, 'boolean');
  return (value) => {
    if (typeof value === 'number') return numbers?.(value);
    if (typeof value === 'string') return strings?.(value);
    return typeof value === 'boolean' ? booleans?.(value) : undefined;
  };
}

const isPossible = ({ kind }: Cell): boolean => kind === 'any' || kind === 'unknown';

function set(bits: Bits, rule: number, holds: boolean): void {
  const word = bits[rule >> 5] ?? 0;
  bits[rule >> 5] = holds ? word | (1 << (rule & 31)) : word & ~(1 << (rule & 31));
}

/** The rules that hold where no cell names the value. */
function elsewhere(cells: readonly Cell[], isAsked: (cell: Cell) => boolean): Bits {
  const bits = new Int32Array(Math.ceil(cells.length / 32));
  for (const [rule, cell] of cells.entries()) {
    if (isPossible(cell) || (isAsked(cell) && 'isNegated' in cell && cell.isNegated)) set(bits, rule, true);
  }
  return bits;
}

function valuesOf(cells: readonly Cell[], type: 'string' | 'boolean'): ((value: string | boolean) => Bits) | undefined {
  const other = elsewhere(cells, (cell) => cell.kind === 'values' && cell.type === type);
  const known = new Map<string | boolean, Bits>();
  for (const [rule, cell] of cells.entries()) {
    if (cell.kind !== 'values' || cell.type !== type) continue;
    for (const value of cell.values) {
      const bits = known.get(value) ?? other.slice();
      set(bits, rule, !cell.isNegated);
      known.set(value, bits);
      if (known.size * other.length > MAX_INDEX_WORDS) return undefined;
    }
  }
  return (value) => known.get(value) ?? other;
}

/** The line of numbers is cut at every end of a range: points and the stretches between them, each with its set. */
function numbersOf(cells: readonly Cell[]): ((value: number) => Bits) | undefined {
  const points = pointsOf(cells);
  const other = elsewhere(cells, (cell) => cell.kind === 'ranges' && cell.type === 'number');
  const size = (points?.length ?? 0) * 2 + 1;
  if (points === undefined || size * other.length > MAX_INDEX_WORDS) return undefined;
  const sets = Array.from({ length: size }, () => other.slice());
  let marked = 0;
  for (const [rule, cell] of cells.entries()) {
    if (cell.kind !== 'ranges' || cell.type !== 'number') continue;
    for (const range of cell.ranges) {
      const [from, to] = segmentsOf(range, points);
      marked += Math.max(0, to - from);
      if (marked > MAX_INDEX_MARKS) return undefined;
      for (let segment = from; segment <= to; segment++) set(sets[segment] as Bits, rule, !cell.isNegated);
    }
  }
  return (value) => {
    const at = placeOf(value, points);
    return sets[points[at] === value ? at * 2 + 1 : at * 2] as Bits;
  };
}

/** Each end of a range once, in order; undefined if one is a decimal that no double equals. */
function pointsOf(cells: readonly Cell[]): Float64Array | undefined {
  const ends = new Set<number>();
  for (const cell of cells) {
    if (cell.kind !== 'ranges' || cell.type !== 'number') continue;
    for (const end of cell.ranges.flatMap(({ low, high }) => [low, high])) {
      if (end !== null && typeof end !== 'number') return undefined;
      if (end !== null) ends.add(end);
    }
  }
  return Float64Array.from([...ends].sort((left, right) => left - right));
}

/** The first and the last segment of a range. Segment 2i+1 is the point i, segment 2i the stretch before it. */
function segmentsOf({ low, high, includesLow, includesHigh }: RangeEnds, points: Float64Array): [number, number] {
  const from = low === null ? 0 : placeOf(Number(low), points) * 2 + (includesLow ? 1 : 2);
  const to = high === null ? points.length * 2 : placeOf(Number(high), points) * 2 + (includesHigh ? 1 : 0);
  return [from, to];
}

/** The first point that is not below the value. */
function placeOf(value: number, points: Float64Array): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
