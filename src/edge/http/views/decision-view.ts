/** Decisions as the API shows them. */
import { z } from 'zod';
import type {
  DecisionNote,
  DecisionResult,
  DecisionSummary,
  DecisionTrace,
  TableAnalysis,
  TableTrace,
  Decision as WireDecision,
  DecisionTable as WireTable,
} from '../../../client/wire-decisions.ts';
import type { TableAnalysis as Analysed } from '../../../feel/dmn/analysis/analyse.ts';
import type { Evaluable } from '../../../feel/dmn/decisions.ts';
import {
  aggregations,
  type Decision,
  type DecisionTable,
  type DmnModel,
  hitPolicies,
} from '../../../feel/dmn/model.ts';
import type { DecisionTrace as Traced } from '../../../feel/dmn/trace/trace.ts';
import type { TableDraft } from '../../../feel/dmn/writing/write-table.ts';
import type { Asked } from '../../../process/decisions/decisions.ts';
import { isoTime, text, time } from '../wire-schema.ts';

/** Characters of one cell. */
const MAX_CELL = 4_000;
const MAX_COLUMNS = 200;
const MAX_RULES = 5_000;

const cell = z.string().max(MAX_CELL);
const label = z.string().max(1_000);
const name = text(200);

const versionInfo = { version: z.int(), deployedAt: time, deployedBy: z.string() };

export const decisionSummary = z.strictObject({
  key: z.string(),
  name: z.string(),
  kind: z.enum(['decision', 'service']),
  model: z.string().describe('The id of the file’s `definitions`.'),
  modelName: z.string(),
  ...versionInfo,
}) satisfies z.ZodType<DecisionSummary>;

export const tableSchema = z.strictObject({
  id: name,
  hitPolicy: z.enum(hitPolicies),
  aggregation: z.enum(aggregations).describe('Of COLLECT; without it the result is a list.').exactOptional(),
  inputs: z
    .array(
      z.strictObject({
        id: z.string().max(200).describe('Without it the column is new.').exactOptional(),
        label: label.exactOptional(),
        expression: cell.describe('FEEL.'),
        type: name.exactOptional(),
        values: cell.describe('The values that are allowed, as FEEL tests.').exactOptional(),
      }),
    )
    .max(MAX_COLUMNS),
  outputs: z
    .array(
      z.strictObject({
        id: z.string().max(200).exactOptional(),
        name: z.string().max(200).describe('Empty where there is only one.'),
        label: label.exactOptional(),
        type: name.exactOptional(),
        values: cell.exactOptional(),
        defaultValue: cell.describe('FEEL: the value when no rule fires.').exactOptional(),
      }),
    )
    .min(1)
    .max(MAX_COLUMNS),
  annotations: z.array(label).max(MAX_COLUMNS).describe('Titles of the annotations.'),
  rules: z
    .array(
      z.strictObject({
        id: z.string().max(200).describe('Empty for a new one.'),
        inputs: z.array(cell).describe('FEEL tests, one for each input.'),
        outputs: z.array(cell).describe('FEEL expressions, one for each output.'),
        annotations: z.array(cell),
        description: cell.describe('Left as it is where it is left out.').exactOptional(),
      }),
    )
    .max(MAX_RULES),
}) satisfies z.ZodType<WireTable>;

export const decisionDetail = z.strictObject({
  ...decisionSummary.shape,
  versions: z.array(z.strictObject(versionInfo)).describe('The newest first.'),
  inputs: z
    .array(z.strictObject({ name: z.string(), type: z.string() }))
    .describe('What has to be handed in; types as FEEL names them.'),
  type: z.string().describe('Of the result.'),
  question: z.string().exactOptional(),
  requires: z
    .array(z.strictObject({ key: z.string(), name: z.string() }))
    .describe('The decisions that it requires directly.'),
  expression: z.string().describe('FEEL, if its logic is a literal expression.').exactOptional(),
  table: tableSchema.describe('If its logic is a decision table.').exactOptional(),
}) satisfies z.ZodType<WireDecision>;

const note = z.strictObject({
  expression: z.string(),
  line: z.int(),
  column: z.int(),
  reason: z.string(),
}) satisfies z.ZodType<DecisionNote>;

const tableTrace = z.strictObject({
  id: z.string(),
  hitPolicy: z.string(),
  inputs: z.array(z.strictObject({ expression: z.string(), value: z.unknown() })),
  fired: z
    .array(z.strictObject({ rule: z.int(), id: z.string(), annotations: z.array(z.string()) }))
    .describe('Rules count from 1.'),
  failedAt: z
    .array(z.int().nullable())
    .describe('For each rule the first input whose cell did not hold, from 1; 0: it fired, null: it was not tried.'),
  reason: z.string().describe('Why the table has no result.').exactOptional(),
}) satisfies z.ZodType<TableTrace>;

const decisionTrace = z.strictObject({
  id: z.string(),
  name: z.string(),
  imports: z.array(z.string()).describe('The names of the imports that lead to its model.'),
  inputs: z.record(z.string(), z.unknown()),
  value: z.unknown(),
  tables: z.array(tableTrace),
  notes: z.array(note),
}) satisfies z.ZodType<DecisionTrace>;

const problem = z.strictObject({
  rule: z.string(),
  severity: z.enum(['error', 'warning']),
  element: z.string(),
  message: z.string(),
  line: z.int(),
  column: z.int().exactOptional(),
});

export const decisionResult = z.strictObject({
  value: z.unknown(),
  version: z.int(),
  decisions: z
    .array(decisionTrace)
    .describe('With `trace`: every decision that was evaluated, in order.')
    .exactOptional(),
  notes: z.array(note).describe('With `trace`: why something is null.').exactOptional(),
  problems: z.array(problem).describe('Of a draft: what is wrong with it.').exactOptional(),
}) satisfies z.ZodType<DecisionResult>;

export const tableAnalysis = z.strictObject({
  overlaps: z
    .array(
      z.strictObject({
        rules: z.array(z.int()),
        region: z.array(z.string()),
        isSame: z.boolean().describe('Their output entries are written alike.'),
      }),
    )
    .describe('Rules, from 1, that fire together; a region is one FEEL test for each input.'),
  gaps: z.array(z.strictObject({ region: z.array(z.string()) })).describe('Where no rule fires.'),
  notAnalysed: z.array(z.string()).describe('What could not be looked at, and why.'),
  isComplete: z.boolean().describe('False: there is more than is listed.'),
}) satisfies z.ZodType<TableAnalysis>;

type Stamp = { readonly version: number; readonly deployedAt: number; readonly deployedBy: string };

export const stampView = ({ version, deployedAt, deployedBy }: Stamp) => ({
  version,
  deployedAt: isoTime(deployedAt),
  deployedBy,
});

/** What a decision answered, with the rules that fired where that was asked for. */
export const resultOf = ({ value, version, trace, notes, problems }: Asked): DecisionResult => ({
  value,
  version,
  ...(trace !== undefined && { decisions: trace.map(decisionView) }),
  ...(notes !== undefined && { notes: [...notes] }),
  ...(problems !== undefined && { problems: [...problems] }),
});

const decisionView = ({ imports, inputs, tables, notes, ...decision }: Traced): DecisionTrace => ({
  ...decision,
  imports: [...imports],
  inputs: { ...inputs },
  tables: tables.map((table) => ({
    ...table,
    inputs: [...table.inputs],
    fired: table.fired.map((rule) => ({ ...rule, annotations: [...rule.annotations] })),
    failedAt: [...table.failedAt],
  })),
  notes: [...notes],
});

/** What a model says of one of its decisions or services. */
export function contentOf(
  model: DmnModel,
  { id, inputs, type }: Evaluable,
): Pick<WireDecision, 'inputs' | 'type' | 'question' | 'requires' | 'expression' | 'table'> {
  const decision = model.decisions.find((each) => each.id === id);
  const logic = decision?.logic;
  return {
    inputs: [...inputs],
    type,
    requires: decision === undefined ? [] : requiredBy(model, decision),
    ...(decision?.question !== undefined && { question: decision.question }),
    ...(logic?.kind === 'literal' && { expression: logic.text }),
    ...(logic?.kind === 'table' && { table: tableView(logic) }),
  };
}

/** Of the model itself; those of imported models have pages of their own. */
const requiredBy = (model: DmnModel, { requirements }: Decision): { key: string; name: string }[] =>
  requirements.flatMap(({ kind, target, namespace }) => {
    const required = namespace === undefined ? model.decisions.find(({ id }) => id === target) : undefined;
    return kind !== 'decision' || required === undefined ? [] : [{ key: required.id, name: required.name }];
  });

/** A table as it travels → what is written into the file. */
export const draftOf = ({ hitPolicy, aggregation, inputs, outputs, annotations, rules }: WireTable): TableDraft => ({
  hitPolicy,
  ...(aggregation !== undefined && { aggregation }),
  inputs: inputs.map(({ id = '', label: title, expression, type, values }) => ({
    id,
    ...(title !== undefined && { label: title }),
    expression: { text: expression },
    ...(type !== undefined && { type: { name: type } }),
    ...(values !== undefined && { values: { text: values } }),
  })),
  outputs: outputs.map(({ id = '', name: field, label: title, type, values, defaultValue }) => ({
    id,
    name: field,
    ...(title !== undefined && { label: title }),
    ...(type !== undefined && { type: { name: type } }),
    ...(values !== undefined && { values: { text: values } }),
    ...(defaultValue !== undefined && { defaultValue: { text: defaultValue } }),
  })),
  annotations,
  rules: rules.map((rule) => ({
    id: rule.id,
    inputs: rule.inputs.map(textOf),
    outputs: rule.outputs.map(textOf),
    annotations: rule.annotations,
    ...(rule.description !== undefined && { description: rule.description }),
  })),
});

const textOf = (content: string): { readonly text: string } => ({ text: content });

export const analysisView = ({ overlaps, gaps, notAnalysed, isComplete }: Analysed): TableAnalysis => ({
  overlaps: overlaps.map(({ rules, region, isSame }) => ({ rules: [...rules], region: [...region], isSame })),
  gaps: gaps.map((region) => ({ region: [...region] })),
  notAnalysed: notAnalysed.map(({ rule, input, reason }) => `rule ${rule}, input ${input}: ${reason}`),
  isComplete,
});

const tableView = ({ id, hitPolicy, aggregation, inputs, outputs, annotations, rules }: DecisionTable): WireTable => ({
  id,
  hitPolicy,
  ...(aggregation !== undefined && { aggregation }),
  inputs: inputs.map((input) => ({
    id: input.id,
    ...(input.label !== undefined && { label: input.label }),
    expression: input.expression.text,
    ...(input.type !== undefined && { type: input.type.name }),
    ...(input.values !== undefined && { values: input.values.text }),
  })),
  outputs: outputs.map((output) => ({
    id: output.id,
    name: output.name,
    ...(output.label !== undefined && { label: output.label }),
    ...(output.type !== undefined && { type: output.type.name }),
    ...(output.values !== undefined && { values: output.values.text }),
    ...(output.defaultValue !== undefined && { defaultValue: output.defaultValue.text }),
  })),
  annotations: [...annotations],
  rules: rules.map((rule) => ({
    id: rule.id,
    inputs: rule.inputs.map((test) => test.text),
    outputs: rule.outputs.map((entry) => entry.text),
    annotations: [...rule.annotations],
    ...(rule.description && { description: rule.description }),
  })),
});
