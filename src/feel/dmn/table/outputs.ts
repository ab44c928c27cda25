/** The right side of a table: results of rules, defaults, which outputs are allowed, and how they rank. */
import { nothing } from '../../evaluation/frame.ts';
import type { Formula } from '../../formula.ts';
import { type Context, type Frame, isContext, own, type Value } from '../../values/value.ts';
import { fitter, formulaOf, type Logic, NOTHING, type Site, typeOf } from '../compiling/logic.ts';
import type { DecisionTable, Identified, TableOutput, TextAt } from '../model.ts';
import { isEmptyCell, splitTests } from './cells.ts';

export type Outputs = {
  /** Why the table can have no result at all. */
  readonly refusal: string | undefined;
  readonly hasDefault: boolean;
  /** One value, or a context of all outputs. */
  readonly ofRule: (rule: number, variables: Context, frame: Frame) => Value;
  readonly whenNone: Logic;
  /** For each output the place of its value among the output values, lower comes first. Empty unless the policy asks. */
  readonly ranksOf: (value: Value, frame: Frame) => readonly number[];
};

type Column = {
  readonly name: string;
  readonly whose: () => string;
  readonly adapt: (value: Value, frame: Frame) => Value;
  readonly allows: Formula | undefined;
  readonly ranking: readonly Formula[];
};

const NO_RANKS: readonly number[] = [];

export function compileOutputs(table: DecisionTable, site: Site): Outputs {
  const { outputs, rules, aggregation, hitPolicy } = table;
  const isRanked = hitPolicy === 'PRIORITY' || hitPolicy === 'OUTPUT ORDER';
  const columns = outputs.map((output) => compileColumn(output, table, { site, isRanked }));
  const rows = rules.map((rule) => columns.map((_, place) => compileEntry(rule.outputs[place], rule, site)));
  const hasDefault = outputs.some(({ defaultValue }) => defaultValue !== undefined);
  const defaults = outputs.map(({ defaultValue, ...at }) => compileEntry(defaultValue, at, site));
  const isOne = columns.length === 1;
  const [only] = columns;

  const resultOf = (entries: readonly Logic[], variables: Context, frame: Frame): Value => {
    if (isOne && only !== undefined) return valueIn(only, entries[0] ?? NOTHING, { variables, frame });
    return Object.fromEntries(
      columns.map((column, place) => [column.name, valueIn(column, entries[place] ?? NOTHING, { variables, frame })]),
    );
  };
  return {
    refusal:
      !isOne && hitPolicy === 'COLLECT' && aggregation !== undefined && aggregation !== 'COUNT'
        ? `${aggregation} of several outputs is not defined`
        : undefined,
    hasDefault,
    ofRule: (rule, variables, frame) => resultOf(rows[rule] ?? [], variables, frame),
    whenNone: (variables, frame) => (hasDefault ? resultOf(defaults, variables, frame) : null),
    ranksOf: (value, frame) => {
      if (!isRanked) return NO_RANKS;
      return columns.map(({ name, ranking }) => {
        const output = isOne ? value : isContext(value) ? own(value, name) : null;
        const rank = ranking.findIndex((formula) => formula.run({}, frame, output) === true);
        return rank === -1 ? Number.POSITIVE_INFINITY : rank;
      });
    },
  };
}

type ColumnOptions = { readonly site: Site; readonly isRanked: boolean };

function compileColumn(output: TableOutput, table: DecisionTable, { site, isRanked }: ColumnOptions): Column {
  const at = { id: output.id.startsWith('#') ? `${table.id}, output ${output.id}` : output.id, line: output.line };
  const cell = { ...site, isCell: true };
  const { values } = output;
  const source = output.type ?? (table.outputs.length === 1 ? table.type : undefined);
  const order = values ?? (source && site.types.definitionOf(source)?.allowedValues);
  const ranking = isRanked && order !== undefined ? splitTests(order.text) : [];
  if (isRanked && ranking.length === 0) {
    const message = `Policy ${table.hitPolicy} ranks by output values, and the output "${output.name}" has none.`;
    site.report(at, 'output-values', message);
  }
  const whose = (): string => `the output${output.name === '' ? '' : ` "${output.name}"`} of "${site.owner.name}"`;
  return {
    name: output.name,
    whose,
    adapt: fitter(typeOf(output, at, site), whose),
    allows: values && formulaOf(values, at, cell),
    ranking: ranking.map((text) => formulaOf({ text, line: order?.line ?? at.line }, at, cell)),
  };
}

/** An empty entry is null, as editors of tables have it. */
const compileEntry = (text: TextAt | undefined, at: Identified, site: Site): Logic =>
  text === undefined || isEmptyCell(text.text) ? NOTHING : formulaOf(text, at, site).run;

type Run = { readonly variables: Context; readonly frame: Frame };

function valueIn({ whose, adapt, allows }: Column, entry: Logic, { variables, frame }: Run): Value {
  const value = adapt(entry(variables, frame), frame);
  if (allows === undefined || value === null || allows.run(variables, frame, value) === true) return value;
  return nothing(frame, 0, () => `${whose()} is none of its allowed values: ${allows.text}`);
}
