// @ts-expect-error it comes without types
import { DmnModdle } from 'dmn-moddle';
import { describe, expect, it } from 'vitest';
import { decision, dmn, input, table } from '../../../../test/dmn/models.ts';
import { codeOf } from '../../../../test/dmn/running.ts';
import { hasCases, readSuites } from '../../../../test/dmn/suite.ts';
import type { DecisionTable } from '../model.ts';
import { readModel } from '../reading/read-model.ts';
import { type TableDraft, writeTable } from './write-table.ts';

/** As a modeler writes it: with a prefix, layout, extensions and comments. */
const file = `<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:x="urn:x" id="defs" name="routing" namespace="urn:routing">
  <!-- kept -->
  <dmn:decision id="route" name="Route" x:color='red'>
    <dmn:extensionElements><x:note level="1">kept &amp; kept</x:note></dmn:extensionElements>
    <dmn:decisionTable id="table">
      <dmn:input id="i1" label="Weight">
        <dmn:inputExpression id="e1" typeRef="number"><dmn:text>weight</dmn:text></dmn:inputExpression>
      </dmn:input>
      <dmn:output id="o1" name="line" typeRef="string" />
      <dmn:rule id="r1"> <!-- the light ones -->
        <dmn:extensionElements><x:note/></dmn:extensionElements>
        <dmn:inputEntry id="c1"><dmn:text>&lt; 5</dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="c2"><dmn:text>"A"</dmn:text></dmn:outputEntry>
      </dmn:rule>
      <dmn:rule id="r2">
        <dmn:inputEntry id="c3"><dmn:text><![CDATA[>= 5]]></dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="c4"><dmn:text>"B"</dmn:text></dmn:outputEntry>
      </dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="dia"><dmndi:DMNShape id="s" dmnElementRef="route"><dc:Bounds height="80" width="180" x="160" y="100"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</dmn:definitions>
`;

const tableOf = (xml: string): DecisionTable => readModel(xml).decisions[0]?.logic as DecisionTable;
const changed = (change: (draft: TableDraft) => TableDraft): string => writeTable(file, 'route', change(tableOf(file)));

/** What the table says, without lines and the ids that were made. */
const saysOf = ({ inputs, outputs, rules, hitPolicy, aggregation, annotations }: TableDraft): unknown => ({
  hitPolicy,
  aggregation,
  annotations,
  inputs: inputs.map(({ label, type, expression, values }) => [label, type?.name, expression.text, values?.text]),
  outputs: outputs.map(({ name, type, values, defaultValue }) => [name, type?.name, values?.text, defaultValue?.text]),
  rules: rules.map((rule) => [
    rule.description,
    rule.inputs.map(({ text }) => text),
    rule.outputs.map(({ text }) => text),
    rule.annotations,
  ]),
});

/** Read by the library that dmn-js opens files with: nothing may surprise it. */
async function rulesByModdle(xml: string): Promise<string[][]> {
  const { rootElement, warnings } = await new DmnModdle().fromXML(xml);
  expect(warnings).toEqual([]);
  const rules = rootElement.drgElement[0].decisionLogic.rule as Record<string, { text: string }[]>[];
  return rules.map((rule) =>
    ['inputEntry', 'outputEntry', 'annotationEntry'].flatMap((kind) => (rule[kind] ?? []).map(({ text }) => text)),
  );
}

describe('writing a table', () => {
  it('changes nothing if nothing was changed', () => {
    expect(changed((draft) => draft)).toBe(file);
  });

  it.skipIf(!hasCases)('gives every table of the conformance cases back letter for letter', () => {
    const tables = readSuites().flatMap(({ model }) => {
      const { decisions, functions } = readModel(model);
      return [...decisions, ...functions].flatMap(({ id, logic }) => {
        const found = logic?.kind === 'function' ? logic.body : logic;
        return found?.kind === 'table' ? [{ model, id, table: found }] : [];
      });
    });
    expect(tables.length).toBeGreaterThan(10);
    for (const { model, id, table: draft } of tables) expect(writeTable(model, id, draft)).toBe(model);
  });

  it('changes a cell and nothing else', () => {
    const written = changed((draft) => ({
      ...draft,
      rules: draft.rules.map((rule) => (rule.id === 'r2' ? { ...rule, inputs: [{ text: '>= 6 & "<"' }] } : rule)),
    }));
    expect(written).toBe(file.replace('<![CDATA[>= 5]]>', '&gt;= 6 &amp; "&lt;"'));
  });

  it('adds, moves and removes rules, keeping what stands inside of those that stay', async () => {
    const written = changed((draft) => ({
      ...draft,
      rules: [
        { id: 'new', description: 'for tests', inputs: [{ text: '0' }], outputs: [{ text: '"C"' }], annotations: [] },
        ...draft.rules.filter(({ id }) => id === 'r1'),
      ],
    }));
    expect(await rulesByModdle(written)).toEqual([
      ['0', '"C"'],
      ['< 5', '"A"'],
    ]);
    expect(written).toContain(
      '<dmn:rule id="r1"> <!-- the light ones -->\n        <dmn:extensionElements><x:note/></dmn:extensionElements>',
    );
    expect(written).not.toContain('id="r2"');
    expect(written.slice(written.indexOf('</dmn:decision>'))).toBe(file.slice(file.indexOf('</dmn:decision>')));
  });

  it('adds columns, policy, output values, defaults and annotations', async () => {
    const draft = tableOf(file);
    const wanted: TableDraft = {
      hitPolicy: 'COLLECT',
      aggregation: 'COUNT',
      inputs: [
        ...draft.inputs,
        {
          id: '',
          label: 'Mode "x"',
          type: { name: 'string' },
          expression: { text: 'mode' },
          values: { text: '"a", "b"' },
        },
      ],
      outputs: [
        ...draft.outputs.map((output) => ({ ...output, values: { text: '"A", "B"' }, defaultValue: { text: '"B"' } })),
        { id: '', name: 'cost', type: { name: 'number' } },
      ],
      annotations: ['why'],
      rules: draft.rules.map((rule) => ({
        ...rule,
        inputs: [...rule.inputs, { text: '"a"' }],
        outputs: [...rule.outputs, { text: '1' }],
        annotations: ['because'],
      })),
    };
    const written = writeTable(file, 'table', wanted);
    expect(saysOf(tableOf(written))).toEqual(saysOf(wanted));
    expect(await rulesByModdle(written)).toEqual([
      ['< 5', '"a"', '"A"', '1', 'because'],
      ['>= 5', '"a"', '"B"', '1', 'because'],
    ]);
    // And back again.
    const back = writeTable(written, 'Route', tableOf(file));
    expect(saysOf(tableOf(back))).toEqual(saysOf(tableOf(file)));
    expect(await rulesByModdle(back)).toHaveLength(2);
  });

  it('fills a table that has nothing', async () => {
    const empty = dmn(
      input('n') + decision({ name: 'x', inputs: ['n'], logic: '<decisionTable id="table"/>' }),
    ).replace('20230324', '20191111');
    const full = readModel(
      dmn(decision({ name: 'x', logic: table({ inputs: ['n'], outputs: ['a'], rules: [['1', '2']] }) })),
    );
    const written = writeTable(empty, 'x', full.decisions[0]?.logic as DecisionTable);
    expect(saysOf(tableOf(written))).toEqual(saysOf(full.decisions[0]?.logic as DecisionTable));
  });

  it('keeps comments and other elements between rules that come and go', () => {
    const between = '      <!-- the heavy ones -->\n      <x:line/>\n      <dmn:rule id="r2">';
    const commented = file.replace('      <dmn:rule id="r2">', between);
    const draft = tableOf(commented);
    const added = { id: '', inputs: [{ text: '0' }], outputs: [{ text: '"C"' }], annotations: [] };
    const written = writeTable(commented, 'route', { ...draft, rules: [...draft.rules, added] });
    const end = written.indexOf('\n      <dmn:rule id="DecisionRule');
    expect(written.slice(0, end)).toBe(commented.slice(0, end));
    const [light, heavy] = draft.rules;
    const turned = writeTable(commented, 'route', { ...draft, rules: [added, heavy, light] } as TableDraft);
    expect(tableOf(turned).rules.map(({ inputs }) => inputs[0]?.text)).toEqual(['0', '>= 5', '< 5']);
    for (const kept of ['<!-- the heavy ones -->', '<x:line/>', '<!-- the light ones -->'])
      expect(turned).toContain(kept);
  });

  it('keeps the description of a rule where the draft says none, and takes an empty one away', () => {
    const described = file.replace('<dmn:rule id="r2">', '<dmn:rule id="r2"><dmn:description>heavy</dmn:description>');
    const rulesWith = (description?: string) =>
      tableOf(described).rules.map(({ description: _, ...rule }) => ({
        ...rule,
        ...(description !== undefined && { description }),
      }));
    const written = (description?: string) =>
      writeTable(described, 'route', { ...tableOf(described), rules: rulesWith(description) });
    expect(written()).toBe(described);
    expect(written('')).not.toContain('heavy');
    expect(tableOf(written('new')).rules.map(({ description }) => description)).toEqual(['new', 'new']);
  });

  it('writes attributes as their quotes demand', () => {
    const single = file.replace('label="Weight"', "label='Weight'");
    const draft = tableOf(single);
    const label = `the operator's "weight"`;
    const written = writeTable(single, 'route', { ...draft, inputs: draft.inputs.map((each) => ({ ...each, label })) });
    expect(tableOf(written).inputs[0]?.label).toBe(label);
  });

  it('refuses a table that is not there', () => {
    expect(codeOf(() => writeTable(file, 'other', tableOf(file)))).toBe('dmn.unknown-table');
  });
});
