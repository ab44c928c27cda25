/** Decision tables: XML → data. */
import { MillraceError } from '../../../kernel/errors.ts';
import {
  aggregations,
  type DecisionTable,
  hitPolicies,
  type TableInput,
  type TableOutput,
  type TableRule,
  type TextAt,
} from '../model.ts';
import { attribute, childNamed, childrenNamed, type DmnElement } from './document.ts';
import { identified, optional, plainText, type Reading, readText, typed } from './parts.ts';

/** Of one table. */
export const MAX_TABLE_RULES = 5_000;
/** Inputs, outputs and annotations of one table together. */
export const MAX_TABLE_COLUMNS = 200;

export function readTable(of: DmnElement, reading: Reading): DecisionTable {
  const inputs = childrenNamed(of, 'input');
  const outputs = childrenNamed(of, 'output');
  const annotations = childrenNamed(of, 'annotation');
  const rules = childrenNamed(of, 'rule');
  limit('columns of a table', inputs.length + outputs.length + annotations.length, MAX_TABLE_COLUMNS);
  limit('rules of a table', rules.length, MAX_TABLE_RULES);
  const hitPolicy = find(hitPolicies, attribute(of, 'hitPolicy'));
  const aggregation = find(aggregations, attribute(of, 'aggregation'));
  const unknownWords = [
    ...(hitPolicy === undefined ? [attribute(of, 'hitPolicy')] : []),
    ...(aggregation === undefined ? [attribute(of, 'aggregation')] : []),
  ].filter((word) => word !== undefined);
  return {
    ...identified(of),
    ...typed(of, reading),
    kind: 'table',
    hitPolicy: hitPolicy ?? 'UNIQUE',
    ...optional('aggregation', aggregation),
    ...(unknownWords.length > 0 && { unknownWords }),
    inputs: inputs.map((input, index) => readInput(input, index, reading)),
    outputs: outputs.map((output, index) => readOutput(output, index, reading)),
    annotations: annotations.map((annotation) => attribute(annotation, 'name')?.trim() ?? ''),
    rules: rules.map((rule, index) => readRule(rule, index, reading)),
  };
}

function limit(what: string, count: number, most: number): void {
  if (count > most) throw new MillraceError('dmn.too-large', { what, limit: most });
}

const find = <Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined =>
  words.find((word) => word === text?.trim().replace(/\s+/g, ' ').toUpperCase());

function readInput(of: DmnElement, index: number, reading: Reading): TableInput {
  const expression = childNamed(of, 'inputExpression');
  return {
    ...identified(of, `#${index + 1}`),
    ...typed(expression, reading),
    ...optional('label', attribute(of, 'label')),
    expression: readText(expression, reading) ?? { text: '', line: of.line },
    ...optional('values', tests(childNamed(of, 'inputValues'), reading)),
  };
}

function readOutput(of: DmnElement, index: number, reading: Reading): TableOutput {
  return {
    id: attribute(of, 'id') ?? `#${index + 1}`,
    line: of.line,
    ...typed(of, reading),
    name: (attribute(of, 'name') ?? '').trim().replace(/\s+/g, ' '),
    ...optional('label', attribute(of, 'label')),
    ...optional('values', tests(childNamed(of, 'outputValues'), reading)),
    ...optional('defaultValue', filled(readText(childNamed(of, 'defaultOutputEntry'), reading))),
  };
}

function readRule(of: DmnElement, index: number, reading: Reading): TableRule {
  const cells = (name: string): TextAt[] =>
    childrenNamed(of, name).map((entry) => readText(entry, reading) ?? { text: '', line: entry.line });
  return {
    ...identified(of, `#${index + 1}`),
    ...optional('description', plainText(of, 'description')),
    inputs: cells('inputEntry'),
    outputs: cells('outputEntry'),
    annotations: childrenNamed(of, 'annotationEntry').map((entry) => childNamed(entry, 'text')?.text.trim() ?? ''),
  };
}

const filled = (text: TextAt | undefined): TextAt | undefined => (text?.text === '' ? undefined : text);

/** Tests that allow everything are none. */
export const tests = (of: DmnElement | undefined, reading: Reading): TextAt | undefined => {
  const text = filled(readText(of, reading));
  return text?.text === '-' ? undefined : text;
};
