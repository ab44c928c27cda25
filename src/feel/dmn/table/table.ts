/** Decision tables → logic: inputs, rules that hold, outputs, and what the hit policy makes of them. */
import { nothing, spend } from '../../evaluation/frame.ts';
import type { Formula } from '../../formula.ts';
import type { Context, Frame, Value } from '../../values/value.ts';
import { fitter, formulaOf, type Logic, type Site, typeOf } from '../compiling/logic.ts';
import type { DecisionTable, TableInput, TableRule, TextAt } from '../model.ts';
import { recorderOf, recordTable, tellValue } from '../trace/trace.ts';
import { isEmptyCell, readCell } from './cells.ts';
import { checkTable } from './check-table.ts';
import { aggregate, answerOf, endsAtFirst, type Hit } from './hit-policy.ts';
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
  const known = new Map<string, Formula>();
  /** Cells of one text are one formula: tables repeat themselves, and parsing takes longer than all the rest. */
  const compileCell = (text: TextAt | undefined, rule: TableRule): Cell => {
    if (text === undefined) return false;
    if (isEmptyCell(text.text)) return true;
    const before = known.get(text.text);
    if (before !== undefined && before.problems.length === 0) return before;
    const formula = formulaOf(text, rule, { ...site, isCell: true });
    known.set(text.text, formula);
    return formula;
  };
  const inputs = source.inputs.map((input) => compileInput(input, source, site));
  const cells = source.rules.map((rule) => inputs.map((_, place) => compileCell(rule.inputs[place], rule)));
  const table: Table = {
    source,
    name: site.owner.name,
    inputs,
    cells,
    index: buildMatchIndex(constantsOf(source, site), inputs.length),
    outputs: compileOutputs(source, site),
  };
  return (variables, frame) => decide(table, variables, frame);
}

function constantsOf({ rules }: DecisionTable, { keys, visible, types }: Site) {
  const options = { names: [...keys, ...visible], types: types.named };
  const known = new Map<string, ReturnType<typeof readCell>>();
  const read = (text: string) => {
    const cell = known.get(text) ?? readCell(text, options);
    known.set(text, cell);
    return cell;
  };
  return rules.map(({ inputs }) => inputs.map(({ text }) => read(text)));
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
  const { inputs } = table;
  const values: Value[] = [];
  for (const { run, adapt } of inputs) values.push(adapt(run(variables, frame), frame));
  const query = { values, variables, frame };
  const refused = refusedInput(table, query);
  if (refused !== undefined) return concluded(table, query, { hits: [], failedAt: [], value: null, reason: refused });
  return recorderOf(frame) === undefined
    ? answered(table, query, { hits: findHits(table, query), failedAt: [] })
    : traced(table, query);
}

function refusedInput({ inputs }: Table, { values, variables, frame }: Query): string | undefined {
  for (const [place, { allows, label }] of inputs.entries()) {
    const value = values[place] ?? null;
    if (allows === undefined || value === null || allows.run(variables, frame, value) === true) continue;
    return `the input "${label}" is none of its allowed values: ${allows.text}`;
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

/** As `findHits`, remembering of each rule why it did not fire. */
function traced(table: Table, query: Query): Value {
  const hits: number[] = [];
  const failedAt: (number | null)[] = [];
  for (const cells of table.cells) {
    if (endsAtFirst(table.source.hitPolicy) && hits.length > 0) {
      failedAt.push(null);
      continue;
    }
    const failure = firstFailure(cells, query);
    if (failure === 0) hits.push(failedAt.length);
    failedAt.push(failure);
  }
  return answered(table, query, { hits, failedAt });
}

type Match = { readonly hits: readonly number[]; readonly failedAt: readonly (number | null)[] };
type Outcome = Match & { readonly value: Value; readonly reason?: string | undefined };

function answered(table: Table, query: Query, match: Match): Value {
  const { source, outputs } = table;
  const { variables, frame } = query;
  const { hits: rules } = match;
  if (outputs.refusal !== undefined) return concluded(table, query, { ...match, value: null, reason: outputs.refusal });
  if (rules.length === 0) {
    const isCount = source.hitPolicy === 'COLLECT' && source.aggregation === 'COUNT' && !outputs.hasDefault;
    if (isCount) return concluded(table, query, { ...match, value: 0 });
    const value = outputs.whenNone(variables, frame);
    const reason = outputs.hasDefault ? undefined : 'no rule fired, and there is no default';
    return concluded(table, query, { ...match, value, reason });
  }
  const hits: Hit[] = rules.map((rule) => {
    const value = outputs.ofRule(rule, variables, frame);
    return { rule, value, ranks: outputs.ranksOf(value, frame) };
  });
  const answer =
    source.hitPolicy === 'COLLECT' && source.aggregation !== undefined
      ? aggregate(
          source.aggregation,
          hits.map(({ value }) => value),
          frame,
        )
      : answerOf(source.hitPolicy, hits, frame);
  return concluded(table, query, { ...match, ...answer });
}

function concluded(table: Table, { values, frame }: Query, { hits, failedAt, value, reason }: Outcome): Value {
  if (reason !== undefined) nothing(frame, 0, () => `the table of "${table.name}": ${reason}`);
  const recorder = recorderOf(frame);
  if (recorder === undefined) return value;
  const { source, inputs } = table;
  recordTable(recorder, {
    id: source.id,
    hitPolicy: source.aggregation === undefined ? source.hitPolicy : `${source.hitPolicy} ${source.aggregation}`,
    inputs: inputs.map(({ expression }, place) => ({ expression, value: tellValue(values[place] ?? null) })),
    fired: hits.map((rule) => {
      const { id = '', annotations = [], description } = source.rules[rule] ?? {};
      const comments = [...annotations, ...(description === undefined ? [] : [description])];
      return { rule: rule + 1, id, annotations: comments.filter((comment) => comment !== '') };
    }),
    failedAt,
    ...(reason !== undefined && { reason }),
  });
  return value;
}
