/**
 * Which rules can fire, for all rules at once: each column answers for a value with a set of bits, one for a rule, and the
 * sets are joined. Cells that are formulas count as possible and are run afterwards. Only numbers that are doubles,
 * strings and booleans are looked up; for other values all cells are run.
 */
import type { Value } from '../../values/value.ts';
import type { ConstantCell, UnknownCell } from './cells.ts';

/** Tables with more rules run their cells: the sets would take more memory than they are worth. */
export const MAX_INDEXED_RULES = 1_000;
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
    if (typeof value === 'string') return strings(value);
    return typeof value === 'boolean' ? booleans(value) : undefined;
  };
}

function bitsOf(cells: readonly Cell[], holds: (cell: Cell) => boolean): Bits {
  const bits = new Int32Array(Math.ceil(cells.length / 32));
  for (const [rule, cell] of cells.entries()) {
    if (holds(cell)) bits[rule >> 5] = (bits[rule >> 5] ?? 0) | (1 << (rule & 31));
  }
  return bits;
}

const isPossible = ({ kind }: Cell): boolean => kind === 'any' || kind === 'unknown';

function valuesOf(cells: readonly Cell[], type: 'string' | 'boolean'): (value: string | boolean) => Bits {
  const holds = (cell: Cell, value: string | boolean | undefined): boolean => {
    if (isPossible(cell)) return true;
    if (cell.kind !== 'values' || cell.type !== type) return false;
    return (value !== undefined && cell.values.includes(value)) !== cell.isNegated;
  };
  const known = new Map<string | boolean, Bits>();
  for (const cell of cells) {
    if (cell.kind !== 'values' || cell.type !== type) continue;
    for (const value of cell.values) {
      if (!known.has(value))
        known.set(
          value,
          bitsOf(cells, (other) => holds(other, value)),
        );
    }
  }
  const other = bitsOf(cells, (cell) => holds(cell, undefined));
  return (value) => known.get(value) ?? other;
}

/** The line of numbers is cut at every end of a range: points and the stretches between them, each with its set. */
function numbersOf(cells: readonly Cell[]): ((value: number) => Bits) | undefined {
  const ends = new Set<number>();
  for (const cell of cells) {
    if (cell.kind !== 'ranges' || cell.type !== 'number') continue;
    for (const { low, high } of cell.ranges) {
      for (const end of [low, high]) {
        if (end !== null && typeof end !== 'number') return undefined; // a decimal that no double equals
        if (end !== null) ends.add(end);
      }
    }
  }
  const points = Float64Array.from([...ends].sort((left, right) => left - right));
  const sets: Bits[] = [];
  for (let segment = 0; segment <= points.length * 2; segment++) {
    sets.push(bitsOf(cells, (cell) => holdsIn(cell, segment, points)));
  }
  return (value) => {
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((points[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return sets[points[low] === value ? low * 2 + 1 : low * 2] as Bits;
  };
}

/** Segment 2i+1 is the point i, segment 2i the stretch before it. */
function holdsIn(cell: Cell, segment: number, points: Float64Array): boolean {
  if (isPossible(cell)) return true;
  if (cell.kind !== 'ranges' || cell.type !== 'number') return false;
  const at = segment >> 1;
  const isPoint = segment % 2 === 1;
  const point = points[at] ?? Number.POSITIVE_INFINITY;
  const before = points[at - 1] ?? Number.NEGATIVE_INFINITY;
  const isInside = cell.ranges.some(({ low, high, includesLow, includesHigh }) => {
    const from = low === null ? Number.NEGATIVE_INFINITY : Number(low);
    const to = high === null ? Number.POSITIVE_INFINITY : Number(high);
    if (!isPoint) return from <= before && to >= point;
    return (from < point || (from === point && includesLow)) && (to > point || (to === point && includesHigh));
  });
  return isInside !== cell.isNegated;
}
