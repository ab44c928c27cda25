/** What may be edited as a graph comes back from the modeler with the same meaning; what would lose some is not let in. */
// @ts-expect-error it comes without types
import { DmnModdle } from 'dmn-moddle';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../src/feel/dmn/decisions.ts';
import { readModel } from '../../src/feel/dmn/reading/read-model.ts';
import { asBefore, asDmn13 } from '../../web/src/decisions/diagram/dmn-versions.ts';
import { lossesOf } from '../../web/src/decisions/diagram/losses.ts';
import { withLayout } from '../../web/src/decisions/diagram/with-layout.ts';
import { judge } from './judge.ts';
import { hasCases, readSuites } from './suite.ts';

/** The way of a file through the page, with nothing changed: dmn-js reads and writes by the same library. */
async function roundTrip(xml: string) {
  const laidOut = withLayout(asDmn13(xml));
  const moddle = new DmnModdle();
  const { rootElement } = await moddle.fromXML(laidOut, 'dmn:Definitions');
  const { xml: written } = await moddle.toXML(rootElement, { format: true });
  const saved = asBefore(written, xml);
  return { saved, losses: lossesOf(laidOut, saved) };
}

/** All that is read of a model but the lines. */
const saysOf = (xml: string): unknown =>
  JSON.parse(JSON.stringify(readModel(xml), (key, value) => (key === 'line' ? undefined : value)));

/** Three decisions, a function and a source, with what a modeler might drop: extensions, annotations, notes, styles. */
const plant = (version: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="${version}" xmlns:x="urn:extension" id="plant" name="Plant" namespace="urn:plant" exporter="ours" x:colour="red">
  <dmn:extensionElements><x:kept level="1"><x:inner>a &amp; b</x:inner></x:kept></dmn:extensionElements>
  <dmn:itemDefinition name="tMode" x:of="type"><dmn:typeRef>string</dmn:typeRef><dmn:allowedValues><dmn:text>"slow", "fast"</dmn:text></dmn:allowedValues></dmn:itemDefinition>
  <dmn:inputData id="speed-input" name="speed"><dmn:variable name="speed" typeRef="number"/></dmn:inputData>
  <dmn:inputData id="mode-input" name="mode"><dmn:variable name="mode" typeRef="tMode"/></dmn:inputData>
  <dmn:knowledgeSource id="manual" name="Manual" locationURI="urn:manual"><dmn:type>Law</dmn:type></dmn:knowledgeSource>
  <dmn:businessKnowledgeModel id="twice" name="twice">
    <dmn:encapsulatedLogic><dmn:formalParameter name="n" typeRef="number"/><dmn:literalExpression><dmn:text>n * 2</dmn:text></dmn:literalExpression></dmn:encapsulatedLogic>
  </dmn:businessKnowledgeModel>
  <dmn:decision id="load" name="load">
    <dmn:description>Text &lt;kept&gt;</dmn:description>
    <dmn:extensionElements><x:owner name="line 4"/></dmn:extensionElements>
    <dmn:variable name="load"/>
    <dmn:informationRequirement><dmn:requiredInput href="#speed-input"/></dmn:informationRequirement>
    <dmn:knowledgeRequirement id="k"><dmn:requiredKnowledge href="#twice"/></dmn:knowledgeRequirement>
    <dmn:authorityRequirement id="a"><dmn:requiredAuthority href="#manual"/></dmn:authorityRequirement>
    <dmn:context>
      <dmn:contextEntry><dmn:variable name="base"/><dmn:literalExpression><dmn:text>twice(speed)</dmn:text></dmn:literalExpression></dmn:contextEntry>
      <dmn:contextEntry><dmn:list><dmn:literalExpression><dmn:text>base</dmn:text></dmn:literalExpression><dmn:context><dmn:contextEntry><dmn:variable name="in"/><dmn:literalExpression><dmn:text>1</dmn:text></dmn:literalExpression></dmn:contextEntry></dmn:context><dmn:literalExpression><dmn:text>"last"</dmn:text></dmn:literalExpression></dmn:list></dmn:contextEntry>
    </dmn:context>
  </dmn:decision>
  <dmn:decision id="limit" name="limit">
    <dmn:variable name="limit"/>
    <dmn:informationRequirement id="l1"><dmn:requiredInput href="#mode-input"/></dmn:informationRequirement>
    <dmn:informationRequirement id="l2"><dmn:requiredDecision href="#load"/></dmn:informationRequirement>
    <dmn:decisionTable id="t" hitPolicy="COLLECT" aggregation="MAX" outputLabel="Limit">
      <dmn:input id="i" label="Mode"><dmn:inputExpression typeRef="string"><dmn:text>mode</dmn:text></dmn:inputExpression><dmn:inputValues><dmn:text>"slow", "fast"</dmn:text></dmn:inputValues></dmn:input>
      <dmn:input id="j"><dmn:inputExpression><dmn:text>load[1]</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output id="o" typeRef="number"><dmn:defaultOutputEntry><dmn:text>1</dmn:text></dmn:defaultOutputEntry></dmn:output>
      <dmn:annotation name="Why"/>
      <dmn:rule id="r1"><dmn:description>first</dmn:description><dmn:inputEntry><dmn:text>"slow"</dmn:text></dmn:inputEntry><dmn:inputEntry><dmn:text><![CDATA[< 10]]></dmn:text></dmn:inputEntry><dmn:outputEntry><dmn:text>5</dmn:text></dmn:outputEntry><dmn:annotationEntry><dmn:text>careful</dmn:text></dmn:annotationEntry></dmn:rule>
      <dmn:rule id="r2"><dmn:inputEntry><dmn:text>-</dmn:text></dmn:inputEntry><dmn:inputEntry><dmn:text>&gt;= 4</dmn:text></dmn:inputEntry><dmn:outputEntry><dmn:text>7</dmn:text></dmn:outputEntry><dmn:annotationEntry><dmn:text/></dmn:annotationEntry></dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
  <dmn:decisionService id="service" name="service"><dmn:outputDecision href="#limit"/><dmn:encapsulatedDecision href="#load"/><dmn:inputData href="#speed-input"/><dmn:inputData href="#mode-input"/></dmn:decisionService>
  <dmn:textAnnotation id="note"><dmn:text>Ask the shift</dmn:text></dmn:textAnnotation>
  <dmn:association id="as" associationDirection="One"><dmn:sourceRef href="#limit"/><dmn:targetRef href="#note"/></dmn:association>
</dmn:definitions>
`;

const VERSIONS = {
  '1.2': 'http://www.omg.org/spec/DMN/20180521/MODEL/',
  '1.3': 'https://www.omg.org/spec/DMN/20191111/MODEL/',
  '1.4': 'https://www.omg.org/spec/DMN/20211108/MODEL/',
  '1.5': 'https://www.omg.org/spec/DMN/20230324/MODEL/',
} as const;

describe.each(Object.entries(VERSIONS))('a model of DMN %s', (_, namespace) => {
  const before = plant(namespace);

  it('comes back whole, under the namespace that it had', async () => {
    const { saved, losses } = await roundTrip(before);
    expect(losses).toEqual([]);
    expect(saved).toContain(`="${namespace}"`);
    expect(saved).toContain('<x:inner>a &amp; b</x:inner>');
    expect(saysOf(saved)).toEqual(saysOf(before));
    const others = Object.values(VERSIONS).filter((one) => one !== namespace && saved.includes(`"${one}"`));
    expect(others).toEqual([]);
  });

  it('is evaluated as before', async () => {
    const { saved } = await roundTrip(before);
    const ask = (xml: string, decision: string, input: Record<string, unknown>): unknown =>
      compileModel(readModel(xml), new Map()).evaluate({ decision, input, clock: { now: 0, timeZone: 'UTC' } }).value;
    for (const input of [{ speed: 2, mode: 'slow' }, { speed: 1, mode: 'fast' }, { speed: 20, mode: 'slow' }, {}]) {
      for (const decision of ['load', 'limit', 'service']) {
        expect(ask(saved, decision, input)).toEqual(ask(before, decision, input));
      }
    }
    expect(ask(saved, 'limit', { speed: 2, mode: 'slow' })).toBe(7);
    expect(ask(saved, 'load', { speed: 2 })).toEqual([4, { in: 1 }, 'last']);
  });
});

describe.skipIf(!hasCases)('the conformance cases', () => {
  it('that may be edited say and answer the same when they come back', async () => {
    let edited = 0;
    for (const suite of readSuites()) {
      const { saved, losses } = await roundTrip(suite.model);
      if (losses.length > 0) continue;
      edited += 1;
      expect(saysOf(saved)).toEqual(saysOf(suite.model));
      expect(judge([{ ...suite, model: saved }])).toEqual(judge([suite]));
    }
    expect(edited).toBeGreaterThan(50);
  }, 60_000);
});

describe('what would be lost', () => {
  const inside = (logic: string): string =>
    plant(VERSIONS['1.5']).replace(/<dmn:context>[\s\S]*<\/dmn:context>/, logic);
  const text = '<dmn:literalExpression><dmn:text>[1]</dmn:text></dmn:literalExpression>';
  const of = (logic: string) => inside(logic.replaceAll(/<(\/?)(?=\w)/g, '<$1dmn:').replaceAll('TEXT', text));

  it.each([
    ['conditional', of('<conditional><if>TEXT</if><then>TEXT</then><else>TEXT</else></conditional>')],
    ['filter', of('<filter><in>TEXT</in><match>TEXT</match></filter>')],
    ['for', of('<for iteratorVariable="n"><in>TEXT</in><return>TEXT</return></for>')],
    ['some', of('<some iteratorVariable="n"><in>TEXT</in><satisfies>TEXT</satisfies></some>')],
    ['every', of('<every iteratorVariable="n"><in>TEXT</in><satisfies>TEXT</satisfies></every>')],
  ])('is named with its decision: %s', async (name, xml) => {
    expect(readModel(xml).decisions[0]?.logic).toBeDefined();
    expect((await roundTrip(xml)).losses).toEqual([{ of: 'load', what: `<${name}>` }]);
  });

  it.each([
    [
      '<typeConstraint>',
      'tMode',
      ['<dmn:allowedValues>', '<dmn:typeConstraint>'],
      ['</dmn:allowedValues>', '</dmn:typeConstraint>'],
    ],
    ['<unheardOf>', 'load', ['<dmn:description>', '<dmn:unheardOf/><dmn:description>']],
    ['<!-- -->', '', ['<dmn:description>', '<!-- why --><dmn:description>']],
    ['<? ?>', '', ['<dmn:description>', '<?order me?><dmn:description>']],
  ])('is named, whatever it is: %s', async (what, of, ...changes) => {
    const xml = (changes as string[][]).reduce(
      (all, [from = '', to = '']) => all.replace(from, to),
      plant(VERSIONS['1.5']),
    );
    expect((await roundTrip(xml)).losses).toEqual([{ of, what }]);
  });

  it('is also what stands somewhere else, or says something else', () => {
    const before = withLayout(asDmn13(plant(VERSIONS['1.3'])));
    const lossOf = (from: string, to: string) => lossesOf(before, before.replace(from, to));
    expect(lossOf('typeRef="tMode"', 'typeRef="string"')).toEqual([{ of: 'mode', what: 'typeRef' }]);
    expect(lossOf('n * 2', 'n * 3')).toEqual([{ of: 'twice', what: '<text>' }]);
    expect(lossOf('aggregation="MAX"', '')).toEqual([{ of: 'limit', what: 'aggregation' }]);
    expect(lossOf('hitPolicy="COLLECT"', '')).toEqual([{ of: 'limit', what: 'hitPolicy' }]);
    const swapped = before.replace(
      /(<dmn:list>)(<dmn:lit.*?<\/dmn:literalExpression>)(<dmn:context>.*?<\/dmn:context>)/,
      '$1$3$2',
    );
    expect(swapped).not.toBe(before);
    expect(lossesOf(before, swapped)).not.toEqual([]);
  });

  it('is not how something is written', () => {
    const before = withLayout(asDmn13(plant(VERSIONS['1.3'])));
    const other = before
      .replaceAll('dmn:', 'd:')
      .replace('xmlns:d:', 'xmlns:d=')
      .replace('xmlns:dmn=', 'xmlns:d=')
      .replace('<![CDATA[< 10]]>', '&lt; 10')
      .replace('<d:allowedValues>', '\n  <d:allowedValues>');
    expect(other).not.toBe(before);
    expect(lossesOf(before, other)).toEqual([]);
  });
});
