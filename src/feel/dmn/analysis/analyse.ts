/**
 * Which rules of a table can fire together, and which inputs fire none. Cells of constants are computed with; a rule with
 * any other cell is left out and named. null is no value here: no cell but `-` holds for it.
 */
import type { DecisionTable, DmnModel, TableInput } from '../model.ts';
import { type ConstantCell, readCell } from '../table/cells.ts';
import { type Axis, axisOf } from './axis.ts';

/** Rules of a table that are compared, each with each. */
export const MAX_ANALYSED_RULES = 1_000;
/** Overlaps and gaps that are listed. */
export const MAX_FINDINGS = 200;
/** Looks at whether a rule holds in a segment that the search for gaps may take. */
export const MAX_ANALYSIS_STEPS = 20_000_000;

/** For each input the text of a cell that describes the values: `[1..5)`, `"a", "b"`, `-`. */
export type Region = readonly string[];

export type TableAnalysis = {
  /** Pairs of rules, counted from 1, and where both fire. */
  readonly overlaps: readonly {
    readonly rules: readonly [number, number];
    readonly region: Region;
    /** Their output entries are written alike. */
    readonly isSame: boolean;
  }[];
  /** Where no rule fires. If rules were left out, one of them may. */
  readonly gaps: readonly Region[];
  readonly notAnalysed: readonly { readonly rule: number; readonly input: number; readonly reason: string }[];
  /** False if one of the limits was reached: there are more findings than are listed. */
  readonly isComplete: boolean;
};

type Box = { readonly rule: number; readonly cover: readonly (readonly boolean[])[] };
type LeftOut = TableAnalysis['notAnalysed'][number];

export function analyseTable(table: DecisionTable, model?: DmnModel): TableAnalysis {
  const { inputs, rules } = table;
  const notAnalysed: LeftOut[] = [];
  const columns = inputs.map((input, place) => columnOf(table, place, { input, model, notAnalysed }));
  const out = new Set(notAnalysed.map(({ rule }) => rule));
  const axes = columns.map(({ axis }) => axis);
  const boxes = rules.flatMap((_, index): Box[] => {
    if (out.has(index + 1) || index >= MAX_ANALYSED_RULES) return [];
    const cover = columns.map(({ axis, cells }) => axis.covered(cells[index] ?? ANYTHING));
    return [{ rule: index + 1, cover: cover.map((isIn, place) => both(isIn, axes[place]?.domain ?? [])) }];
  });
  const overlaps = findOverlaps(boxes, axes, table);
  const gaps = findGaps(boxes, axes);
  return {
    overlaps: overlaps.slice(0, MAX_FINDINGS),
    gaps: gaps.found.slice(0, MAX_FINDINGS),
    notAnalysed: notAnalysed.toSorted((left, right) => left.rule - right.rule || left.input - right.input),
    isComplete:
      rules.length <= MAX_ANALYSED_RULES &&
      overlaps.length <= MAX_FINDINGS &&
      gaps.found.length <= MAX_FINDINGS &&
      gaps.isComplete,
  };
}

const ANYTHING: ConstantCell = { kind: 'any' };
const WITHOUT_NAMES = { names: [], types: new Map() };

type Column = { readonly axis: Axis; readonly cells: readonly ConstantCell[] };
type ColumnOptions = {
  readonly input: TableInput;
  readonly model: DmnModel | undefined;
  readonly notAnalysed: LeftOut[];
};

function columnOf({ rules }: DecisionTable, place: number, { input, model, notAnalysed }: ColumnOptions): Column {
  const leaveOut = (rule: number, reason: string): ConstantCell => {
    notAnalysed.push({ rule: rule + 1, input: place + 1, reason });
    return ANYTHING;
  };
  const cells = rules.map((rule, index): ConstantCell => {
    const cell = readCell(rule.inputs[place]?.text ?? '', WITHOUT_NAMES);
    return cell.kind === 'unknown' ? leaveOut(index, cell.reason) : cell;
  });
  const allowed = domainOf(input, model);
  const axis = axisOf(cells, allowed) ?? axisOf(cells, undefined);
  if (axis !== undefined) return { axis, cells };
  const reason = 'the column asks for values that do not compare';
  const none = cells.map((cell, index) => (cell.kind === 'any' ? cell : leaveOut(index, reason)));
  return { axis: axisOf([], undefined) as Axis, cells: none };
}

/** The values that the input declares, or that its type allows. */
function domainOf({ values, type }: TableInput, model: DmnModel | undefined): ConstantCell | undefined {
  const definition = model?.types.find(({ name, isCollection }) => name === type?.name && !isCollection);
  const text = (values ?? definition?.allowedValues)?.text;
  const cell = text === undefined ? undefined : readCell(text, WITHOUT_NAMES);
  if (cell === undefined && type?.name === 'boolean') {
    return { kind: 'values', type: 'boolean', values: [true, false], isNegated: false };
  }
  return cell?.kind === 'unknown' ? undefined : cell;
}

const both = (left: readonly boolean[], right: readonly boolean[]): boolean[] =>
  left.map((isIn, place) => isIn && right[place] === true);

function findOverlaps(boxes: readonly Box[], axes: readonly Axis[], { rules }: DecisionTable) {
  const found: TableAnalysis['overlaps'][number][] = [];
  const outputsOf = (rule: number): string => JSON.stringify(rules[rule - 1]?.outputs.map(({ text }) => text));
  const packed = boxes.map((box) => ({ ...box, bits: box.cover.map(bitsOf) }));
  for (const [index, left] of packed.entries()) {
    for (let other = index + 1; other < packed.length; other++) {
      const right = packed[other];
      if (right === undefined || !left.bits.every((bits, place) => meet(bits, right.bits[place]))) continue;
      const common = left.cover.map((cover, place) => both(cover, right.cover[place] ?? []));
      const region = common.map((cover, place) => axes[place]?.describe(cover) ?? '-');
      found.push({
        rules: [left.rule, right.rule],
        region,
        isSame: outputsOf(left.rule) === outputsOf(right.rule),
      });
      if (found.length > MAX_FINDINGS) return found;
    }
  }
  return found;
}

/** Thirty-two segments a word: most pairs of rules have none in common, and there are many pairs. */
function bitsOf(cover: readonly boolean[]): Int32Array {
  const bits = new Int32Array((cover.length >> 5) + 1);
  for (const [place, isIn] of cover.entries())
    if (isIn) bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
  return bits;
}

const meet = (left: Int32Array, right: Int32Array | undefined): boolean =>
  left.some((word, place) => (word & (right?.[place] ?? 0)) !== 0);

type Segments = readonly boolean[];

/** Input by input: segments in which the same rules are left are one case; where none is left, the rest is a gap. */
function findGaps(boxes: readonly Box[], axes: readonly Axis[]) {
  const known = new Map<string, readonly (readonly Segments[])[]>();
  let steps = 0;
  const search = (place: number, active: readonly Box[]): readonly (readonly Segments[])[] => {
    const axis = axes[place];
    if (active.length === 0) return [axes.slice(place).map(({ domain }) => domain)];
    if (axis === undefined) return [];
    const key = `${place}:${active.map(({ rule }) => rule).join(',')}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    steps += active.length * axis.size;
    if (steps > MAX_ANALYSIS_STEPS) return [];
    const gaps: (readonly Segments[])[] = [];
    for (const { segments, rest } of casesOf(axis, active, place)) {
      for (const gap of search(place + 1, rest)) {
        if (gaps.length <= MAX_FINDINGS) gaps.push([segments, ...gap]);
      }
    }
    known.set(key, gaps);
    return gaps;
  };
  const regions = search(0, boxes);
  return {
    found: regions.map((gap): Region => gap.map((segments, place) => axes[place]?.describe(segments) ?? '-')),
    isComplete: steps <= MAX_ANALYSIS_STEPS,
  };
}

function casesOf(axis: Axis, active: readonly Box[], place: number) {
  const cases = new Map<string, { readonly segments: boolean[]; readonly rest: readonly Box[] }>();
  for (const [segment, isIn] of axis.domain.entries()) {
    if (!isIn) continue;
    const rest = active.filter(({ cover }) => cover[place]?.[segment] === true);
    const key = rest.map(({ rule }) => rule).join(',');
    const known = cases.get(key) ?? { segments: new Array<boolean>(axis.size).fill(false), rest };
    known.segments[segment] = true;
    cases.set(key, known);
  }
  return cases.values();
}
