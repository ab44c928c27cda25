/** The file of a new decision: its table, the inputs that its columns read, and where they stand. Pure. */
import type { DecisionTable } from '../../api/decisions.ts';
import { withLayout } from '../diagram/with-layout.ts';

export type NewDecision = { readonly name: string; readonly key: string; readonly table: DecisionTable };

/** What a table begins with: an input, an output, a rule that always holds. */
export const FIRST_TABLE: DecisionTable = {
  id: 'table',
  hitPolicy: 'UNIQUE',
  inputs: [{ expression: 'value', type: 'number' }],
  outputs: [{ name: 'result', type: 'string' }],
  annotations: [],
  rules: [{ id: 'rule', inputs: [''], outputs: ['""'], annotations: [] }],
};

/** In DMN 1.3, which other tools read as well. */
export function newDecisionFile({ name, key, table }: NewDecision): string {
  const inputs = inputsOf(table);
  const inputData = inputs.map(
    ({ name: input, type }, at) =>
      `  <inputData id="${key}_input_${at + 1}" name="${attribute(input)}">
    <variable id="${key}_input_${at + 1}_variable" name="${attribute(input)}"${typeRef(type)}/>
  </inputData>`,
  );
  const requirements = inputs.map(
    (_, at) =>
      `    <informationRequirement id="${key}_requires_${at + 1}">
      <requiredInput href="#${key}_input_${at + 1}"/>
    </informationRequirement>`,
  );
  return withLayout(
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="${key}_model" name="${attribute(name)}" namespace="urn:millrace:decision:${key}">`,
      ...inputData,
      `  <decision id="${key}" name="${attribute(name)}">`,
      `    <variable id="${key}_variable" name="${attribute(name)}"/>`,
      ...requirements,
      tableXml(key, table),
      '  </decision>',
      '</definitions>',
      '',
    ].join('\n'),
  );
}

/** FEEL allows more in a name; whoever needs that draws the input in the graph. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]*(?: [\p{L}\p{N}_]+)*$/u;

/** The columns that read one name: what is handed in by this name. Two columns may read the same. */
function inputsOf({ inputs }: DecisionTable): { readonly name: string; readonly type: string | undefined }[] {
  const types = new Map<string, string | undefined>();
  for (const { expression, type } of inputs) {
    const name = expression.trim();
    if (NAME.test(name)) types.set(name, types.get(name) ?? type);
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

function tableXml(key: string, { hitPolicy, aggregation, inputs, outputs, annotations, rules }: DecisionTable): string {
  const aggregated = aggregation === undefined ? '' : ` aggregation="${aggregation}"`;
  const lines = [
    ...inputs.map(
      ({ label, expression, type, values }, at) =>
        `<input id="${key}_in_${at + 1}"${titled(label)}><inputExpression id="${key}_in_${at + 1}_expression"${typeRef(type)}>${text(expression)}</inputExpression>${tests('inputValues', values)}</input>`,
    ),
    ...outputs.map(
      ({ name, label, type, values, defaultValue }, at) =>
        `<output id="${key}_out_${at + 1}"${titled(label)} name="${attribute(name)}"${typeRef(type)}>${tests('outputValues', values)}${tests('defaultOutputEntry', defaultValue)}</output>`,
    ),
    ...annotations.map((title) => `<annotation name="${attribute(title)}"/>`),
    ...rules.map((rule, at) => ruleXml(`${key}_cell_${at + 1}`, rule)),
  ];
  return `    <decisionTable id="${key}_table" hitPolicy="${hitPolicy}"${aggregated}>
${lines.map((line) => `      ${line}`).join('\n')}
    </decisionTable>`;
}

function ruleXml(cell: string, { id, inputs, outputs, annotations }: DecisionTable['rules'][number]): string {
  const cells = [
    ...inputs.map((test, at) => `<inputEntry id="${cell}_in_${at + 1}">${text(test)}</inputEntry>`),
    ...outputs.map((result, at) => `<outputEntry id="${cell}_out_${at + 1}">${text(result)}</outputEntry>`),
    ...annotations.map((note) => `<annotationEntry>${text(note)}</annotationEntry>`),
  ];
  return `<rule id="${id}">${cells.join('')}</rule>`;
}

const escaped = (raw: string): string =>
  raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
const attribute = (raw: string): string =>
  escaped(raw).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');

const text = (raw: string): string => `<text>${escaped(raw)}</text>`;
const typeRef = (type: string | undefined): string => (type ? ` typeRef="${attribute(type)}"` : '');
const titled = (label: string | undefined): string => (label ? ` label="${attribute(label)}"` : '');
const tests = (name: string, raw: string | undefined): string => (raw ? `<${name}>${text(raw)}</${name}>` : '');
