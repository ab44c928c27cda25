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
/** Of the overlaps, and of the gaps: columns can name so many values that a region fills a page. */
export const MAX_FINDING_CHARACTERS = 1_000_000;
/** Looks at whether a rule holds in a segment that the search for gaps may take; a gap that it finds counts for some. */
export const MAX_ANALYSIS_STEPS = 20_000_000;
const STEPS_PER_GAP = 10;
/** Segments of all columns, times rules. A column that does not fit in is left out. */
export const MAX_ANALYSED_SEGMENTS = 20_000_000;

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

/** For each input the segments in which the rule holds. */
type Box = { readonly rule: number; readonly cover: readonly Bits[] };
/** Thirty-two segments a word. */
type Bits = Int32Array;
type LeftOut = TableAnalysis['notAnalysed'][number];

export function analyseTable(table: DecisionTable, model?: DmnModel): TableAnalysis {
  const { inputs, rules } = table;
  const notAnalysed: LeftOut[] = [];
  const room = { segments: MAX_ANALYSED_SEGMENTS };
  const columns = inputs.map((input, place) => columnOf(table, place, { input, model, notAnalysed, room }));
  const out = new Set(notAnalysed.map(({ rule }) => rule));
  const axes = columns.map(({ axis }) => axis);
  const boxes = rules.flatMap((_, index): Box[] => {
    if (out.has(index + 1) || index >= MAX_ANALYSED_RULES) return [];
    const cover = columns.map(({ axis, cells }) => bitsOf(axis.covered(cells[index] ?? ANYTHING), axis.domain));
    return [{ rule: index + 1, cover }];
  });
  const overlaps = findOverlaps(boxes, axes, table);
  const gaps = findGaps(boxes, axes);
  return {
    overlaps: overlaps.found,
    gaps: gaps.found,
    notAnalysed: notAnalysed.toSorted((left, right) => left.rule - right.rule || left.input - right.input),
    isComplete: rules.length <= MAX_ANALYSED_RULES && overlaps.isComplete && gaps.isComplete,
  };
}

const ANYTHING: ConstantCell = { kind: 'any' };

type Column = { readonly axis: Axis; readonly cells: readonly ConstantCell[] };
type ColumnOptions = {
  readonly input: TableInput;
  readonly model: DmnModel | undefined;
  readonly notAnalysed: LeftOut[];
  /** What is left for this column and those behind it. */
  readonly room: { segments: number };
};

function columnOf({ rules }: DecisionTable, place: number, { input, model, notAnalysed, room }: ColumnOptions): Column {
  const leaveOut = (rule: number, reason: string): ConstantCell => {
    notAnalysed.push({ rule: rule + 1, input: place + 1, reason });
    return ANYTHING;
  };
  const cells = rules.map((rule, index): ConstantCell => {
    const cell = readCell(rule.inputs[place]?.text ?? '');
    return cell.kind === 'unknown' ? leaveOut(index, cell.reason) : cell;
  });
  const allowed = domainOf(input, model);
  const axis = axisOf(cells, allowed) ?? axisOf(cells, undefined);
  const segments = (axis?.size ?? 0) * Math.min(rules.length, MAX_ANALYSED_RULES);
  if (axis !== undefined && segments <= room.segments) {
    room.segments -= segments;
    return { axis, cells };
  }
  const reason = `the column ${axis === undefined ? 'asks for values that do not compare' : 'tells too many values apart'}`;
  const none = cells.map((cell, index) => (cell.kind === 'any' ? cell : leaveOut(index, reason)));
  return { axis: axisOf([], undefined) as Axis, cells: none };
}

/** The values that the input declares, or that its type allows. */
function domainOf({ values, type }: TableInput, model: DmnModel | undefined): ConstantCell | undefined {
  const definition = model?.types.find(({ name, isCollection }) => name === type?.name && !isCollection);
  const text = (values ?? definition?.allowedValues)?.text;
  const cell = text === undefined ? undefined : readCell(text);
  if (cell === undefined && type?.name === 'boolean') {
    return { kind: 'values', type: 'boolean', values: [true, false], isNegated: false };
  }
  return cell?.kind === 'unknown' ? undefined : cell;
}

function findOverlaps(boxes: readonly Box[], axes: readonly Axis[], { rules }: DecisionTable) {
  const found: TableAnalysis['overlaps'][number][] = [];
  const page = newPage();
  const outputsOf = (rule: number): string => JSON.stringify(rules[rule - 1]?.outputs.map(({ text }) => text));
  for (const [index, left] of boxes.entries()) {
    for (let other = index + 1; other < boxes.length; other++) {
      const right = boxes[other];
      if (right === undefined || !left.cover.every((bits, place) => meet(bits, right.cover[place]))) continue;
      const region = axes.map(({ domain, describe }, place) =>
        describe(domain.map((_, segment) => isIn(left.cover[place], segment) && isIn(right.cover[place], segment))),
      );
      if (!page.takes(region)) return { found, isComplete: false };
      const isSame = outputsOf(left.rule) === outputsOf(right.rule);
      found.push({ rules: [left.rule, right.rule], region, isSame });
    }
  }
  return { found, isComplete: true };
}

/** Says of one region after the other whether it may still be listed. */
function newPage() {
  let count = 0;
  let characters = 0;
  return {
    takes: (region: Region): boolean => {
      count += 1;
      for (const text of region) characters += text.length;
      return count <= MAX_FINDINGS && characters <= MAX_FINDING_CHARACTERS;
    },
  };
}

/** Of a cover what can occur. */
function bitsOf(cover: readonly boolean[], domain: readonly boolean[]): Bits {
  const bits = new Int32Array((cover.length >> 5) + 1);
  for (const [place, holds] of cover.entries())
    if (holds && domain[place]) bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
  return bits;
}

const isIn = (bits: Bits | undefined, segment: number): boolean =>
  (((bits?.[segment >> 5] ?? 0) >> (segment & 31)) & 1) === 1;

/** Most pairs of rules have no segment in common, and there are many pairs. */
const meet = (left: Bits, right: Bits | undefined): boolean =>
  left.some((word, place) => (word & (right?.[place] ?? 0)) !== 0);

/** The numbers of those that are meant. */
type Segments = readonly number[];
/** Segments input by input, from one on to the last. Gaps of one end share it: there are many. */
type Gap = { readonly segments: Segments; readonly rest: Gap | undefined };

/** Input by input: segments in which the same rules are left are one case; where none is left, the rest is a gap. */
function findGaps(boxes: readonly Box[], axes: readonly Axis[]) {
  const known = new Map<string, readonly (Gap | undefined)[]>();
  const wide: (Gap | undefined)[] = [];
  for (const [place, { domain }] of [...axes.entries()].reverse()) {
    const segments = [...domain.keys()].filter((segment) => domain[segment]);
    wide[place] = { segments, rest: wide[place + 1] };
  }
  let steps = 0;
  const search = (place: number, active: readonly Box[]): readonly (Gap | undefined)[] => {
    const axis = axes[place];
    if (active.length === 0) return [wide[place]];
    if (axis === undefined) return [];
    const key = `${place}:${active.map(({ rule }) => rule).join(',')}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    steps += active.length * axis.size;
    if (steps > MAX_ANALYSIS_STEPS) return [];
    const gaps: Gap[] = [];
    for (const { segments, rest } of casesOf(axis, active, place)) {
      for (const gap of search(place + 1, rest)) {
        if (gaps.length <= MAX_FINDINGS) gaps.push({ segments, rest: gap });
      }
    }
    steps += gaps.length * STEPS_PER_GAP;
    known.set(key, gaps);
    return gaps;
  };
  const found: Region[] = [];
  const page = newPage();
  for (const gap of search(0, boxes)) {
    const region = regionOf(gap, axes);
    if (!page.takes(region)) return { found, isComplete: false };
    found.push(region);
  }
  return { found, isComplete: steps <= MAX_ANALYSIS_STEPS };
}

function regionOf(gap: Gap | undefined, axes: readonly Axis[]): Region {
  const texts: string[] = [];
  for (let at = gap; at !== undefined; at = at.rest) {
    const axis = axes[texts.length];
    const segments = new Array<boolean>(axis?.size ?? 0).fill(false);
    for (const segment of at.segments) segments[segment] = true;
    texts.push(axis?.describe(segments) ?? '-');
  }
  return texts;
}

function casesOf(axis: Axis, active: readonly Box[], place: number) {
  const cases = new Map<string, { readonly segments: number[]; readonly rest: readonly Box[] }>();
  for (const [segment, canOccur] of axis.domain.entries()) {
    if (!canOccur) continue;
    const rest = active.filter(({ cover }) => isIn(cover[place], segment));
    const key = rest.map(({ rule }) => rule).join(',');
    const known = cases.get(key) ?? { segments: [], rest };
    known.segments.push(segment);
    cases.set(key, known);
  }
  return cases.values();
}
