/** Decision tables → logic: inputs, rules that hold, outputs, and what the hit policy makes of them. */
import { nothing, spend } from '../../evaluation/frame.ts';
import type { Formula } from '../../formula.ts';
import type { Context, Frame, Value } from '../../values/value.ts';
import { fitter, formulaOf, type Logic, readFormula, type Site, typeOf } from '../compiling/logic.ts';
import type { DecisionTable, TableInput, TableRule, TextAt } from '../model.ts';
import { type Recorder, recorderOf, recordTable, tellValue } from '../trace/trace.ts';
import { type ConstantCell, constantCell, isEmptyCell, type UnknownCell } from './cells.ts';
import { checkTable } from './check-table.ts';
import { type Answer, aggregate, answerOf, endsAtFirst, type Hit } from './hit-policy.ts';
import { buildMatchIndex, type MatchIndex } from './match-index.ts';
import { compileOutputs, type Outputs } from './outputs.ts';

type Input = {
  readonly label: string;
  readonly expression: string;
  readonly run: Logic;
  readonly adapt: (value: Value, frame: Frame) => Value;
  readonly allows: Formula | undefined;
};

/** A cell that holds always is `true`, one that is missing `false`. */
type Cell = Formula | boolean;

export type Table = {
  readonly source: DecisionTable;
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly cells: readonly (readonly Cell[])[];
  readonly index: MatchIndex | undefined;
  readonly outputs: Outputs;
};

/** What the rules are asked about. */
type Query = { readonly values: readonly Value[]; readonly variables: Context; readonly frame: Frame };

export function compileTable(source: DecisionTable, site: Site): Logic {
  checkTable(source, site.report);
  const inputs = source.inputs.map((input) => compileInput(input, source, site));
  const read = cellReader(site);
  const rows = source.rules.map((rule) => inputs.map((_, place) => read(rule.inputs[place], rule)));
  const table: Table = {
    source,
    name: site.owner.name,
    inputs,
    cells: rows.map((row) => row.map(({ cell }) => cell)),
    index: buildMatchIndex(
      rows.map((row) => row.map(({ constant }) => constant)),
      inputs.length,
    ),
    outputs: compileOutputs(source, site),
  };
  return (variables, frame) => decide(table, variables, frame);
}

type ReadCell = { readonly cell: Cell; readonly constant: ConstantCell | UnknownCell };

const MISSING: ReadCell = { cell: false, constant: { kind: 'unknown', reason: 'is missing' } };
const EMPTY: ReadCell = { cell: true, constant: { kind: 'any' } };

/** Cells of one text are one formula: tables repeat themselves, and parsing takes longer than all the rest. */
function cellReader(site: Site): (text: TextAt | undefined, rule: TableRule) => ReadCell {
  const known = new Map<string, ReadCell>();
  return (text, rule) => {
    if (text === undefined) return MISSING;
    if (isEmptyCell(text.text)) return EMPTY;
    const before = known.get(text.text);
    if (before !== undefined) return before;
    const { formula, parsed } = readFormula(text, rule, { ...site, isCell: true });
    const read = { cell: formula, constant: constantCell(parsed) };
    if (formula.problems.length === 0) known.set(text.text, read);
    return read;
  };
}

function compileInput(input: TableInput, table: DecisionTable, site: Site): Input {
  const { expression, label, values, id, line } = input;
  const at = { id: id.startsWith('#') ? `${table.id}, input ${id}` : id, line };
  if (expression.text === '') site.report(at, 'missing-expression', 'The input has no expression.');
  const { run } = expression.text === '' ? { run: () => null } : formulaOf(expression, at, site);
  const title = label ?? expression.text;
  return {
    label: title,
    expression: expression.text,
    run,
    adapt: fitter(typeOf(input, at, site), () => `the input "${title}" of "${site.owner.name}"`),
    allows: values && formulaOf(values, at, { ...site, isCell: true }),
  };
}

function decide(table: Table, variables: Context, frame: Frame): Value {
  const values: Value[] = [];
  for (const { run, adapt } of table.inputs) values.push(adapt(run(variables, frame), frame));
  const query = { values, variables, frame };
  const refused = refusedInput(table, query);
  const recorder = recorderOf(frame);
  if (recorder !== undefined) return traced(table, query, { recorder, refused });
  return concluded(table, refused === undefined ? answer(table, query, findHits(table, query)) : refused, frame);
}

function concluded({ name }: Table, { value, reason }: Answer, frame: Frame): Value {
  if (reason !== undefined) nothing(frame, 0, () => `the table of "${name}": ${reason}`);
  return value;
}

function refusedInput({ inputs }: Table, { values, variables, frame }: Query): Answer | undefined {
  for (const [place, { allows, label }] of inputs.entries()) {
    const value = values[place] ?? null;
    if (allows === undefined || value === null || allows.run(variables, frame, value) === true) continue;
    return { value: null, reason: `the input "${label}" is none of its allowed values: ${allows.text}` };
  }
  return undefined;
}

/** The rules that fire, from 0. */
function findHits(table: Table, query: Query): number[] {
  const { cells, index, source } = table;
  const isFirst = endsAtFirst(source.hitPolicy);
  const hits: number[] = [];
  spend(query.frame, query.values.length);
  const possible = index?.find(query.values);
  if (possible === undefined) {
    for (let rule = 0; rule < cells.length; rule++) {
      if (firstFailure(cells[rule] ?? [], query) !== 0) continue;
      hits.push(rule);
      if (isFirst) break;
    }
    return hits;
  }
  // A formula may call a function that decides by this very table, and so overwrite the set.
  const words = Array.from(possible);
  for (let word = 0; word < words.length; word++) {
    for (let bits = words[word] ?? 0; bits !== 0; bits &= bits - 1) {
      const rule = word * 32 + 31 - Math.clz32(bits & -bits);
      if (firstFailure(cells[rule] ?? [], query) !== 0) continue;
      hits.push(rule);
      if (isFirst) return hits;
    }
  }
  return hits;
}

/** The number of the first input, from 1, whose cell does not hold; 0 if all do. */
function firstFailure(cells: readonly Cell[], { values, variables, frame }: Query): number {
  for (let place = 0; place < cells.length; place++) {
    const cell = cells[place];
    if (cell === true) continue;
    if (cell === undefined || cell === false || cell.run(variables, frame, values[place] ?? null) !== true) {
      return place + 1;
    }
  }
  return 0;
}

/** `hits` are the rules that fired, from 0. */
function answer({ source, outputs }: Table, { variables, frame }: Query, hits: readonly number[]): Answer {
  if (outputs.refusal !== undefined) return { value: null, reason: outputs.refusal };
  const { hitPolicy, aggregation } = source;
  if (hits.length === 0) {
    if (outputs.hasDefault) return { value: outputs.whenNone(variables, frame) };
    return hitPolicy === 'COLLECT' && aggregation === 'COUNT' ? NO_RULES : NO_RULE;
  }
  const found: Hit[] = hits.map((rule) => {
    const value = outputs.ofRule(rule, variables, frame);
    return { rule, value, ranks: outputs.ranksOf(value, frame) };
  });
  if (hitPolicy !== 'COLLECT' || aggregation === undefined) return answerOf(hitPolicy, found, frame);
  return aggregate(
    aggregation,
    found.map(({ value }) => value),
    frame,
  );
}

const NO_RULES: Answer = { value: 0 };
const NO_RULE: Answer = { value: null, reason: 'no rule fired, and there is no default' };

type Tracing = { readonly recorder: Recorder; readonly refused: Answer | undefined };

/** Tries every rule, remembering of each why it did not fire. */
function traced(table: Table, query: Query, { recorder, refused }: Tracing): Value {
  const { source, inputs, cells } = table;
  const hits: number[] = [];
  const failedAt: (number | null)[] = [];
  for (const row of refused === undefined ? cells : []) {
    const isOver = endsAtFirst(source.hitPolicy) && hits.length > 0;
    const failure = isOver ? null : firstFailure(row, query);
    if (failure === 0) hits.push(failedAt.length);
    failedAt.push(failure);
  }
  const answered = refused ?? answer(table, query, hits);
  const value = concluded(table, answered, query.frame);
  recordTable(recorder, {
    id: source.id,
    hitPolicy: source.aggregation === undefined ? source.hitPolicy : `${source.hitPolicy} ${source.aggregation}`,
    inputs: inputs.map(({ expression }, place) => ({ expression, value: tellValue(query.values[place] ?? null) })),
    fired: hits.map((rule) => {
      const { id = '', annotations = [], description } = source.rules[rule] ?? {};
      const comments = [...annotations, ...(description === undefined ? [] : [description])];
      return { rule: rule + 1, id, annotations: comments.filter((comment) => comment !== '') };
    }),
    failedAt,
    ...(answered.reason !== undefined && { reason: answered.reason }),
  });
  return value;
}
