/** What models do, from the file to the answer. */
import { describe, expect, it } from 'vitest';
import { decision, dmn, input, knowledge } from '../../../test/dmn/models.ts';
import { answerTo, codeOf, compiled, told } from '../../../test/dmn/running.ts';
import { compileModel } from './decisions.ts';
import type { DmnModel } from './model.ts';
import { readModel } from './reading/read-model.ts';

describe('requirements', () => {
  it('makes what is required visible by its name, of several words too', () => {
    const content = [
      input('belt speed', 'number'),
      decision({ name: 'is fast', inputs: ['belt speed'], logic: 'belt speed > 3' }),
      decision({
        name: 'x',
        inputs: ['belt speed'],
        requires: ['is fast'],
        logic: 'if is fast then belt speed else 0',
      }),
    ];
    expect(answerTo(content, { 'belt speed': 5 })).toBe(5);
    expect(answerTo(content, { 'belt speed': 1 })).toBe(0);
  });

  it('hides what is not required, and says so', () => {
    const model = compiled(input('speed', 'number'), decision({ name: 'x', logic: 'speed + 1' }));
    expect(model.evaluate({ decision: 'x', input: { speed: 5 } }).value).toBeNull();
    expect(model.problems).toMatchObject([
      {
        rule: 'missing-requirement',
        element: 'literalExpression',
        line: 5,
        message: '"speed + 1" reads "speed" without requiring it.',
      },
    ]);
  });

  it('evaluates a decision once, however many require it', () => {
    const content = [
      decision({ name: 'base', logic: '1' }),
      ...Array.from({ length: 40 }, (_, index) => {
        const below = index === 0 ? 'base' : `step ${index}`;
        return decision({ name: `step ${index + 1}`, requires: [below], logic: `${below} + ${below}` });
      }),
      decision({ name: 'x', requires: ['step 40'], logic: 'step 40' }),
    ];
    expect(answerTo(content)).toBe(2 ** 40);
    expect(told(content).trace).toHaveLength(42);
  });

  it('finds a decision by its id or name, and names those there are otherwise', () => {
    const model = compiled(decision({ name: 'x', logic: '1' }));
    expect(model.evaluate({ decision: 'd-x', input: {} }).value).toBe(1);
    expect(codeOf(() => model.evaluate({ decision: 'y', input: {} }))).toBe('dmn.unknown-decision');
  });

  it('reports a circle of requirements and answers null instead of turning in it', () => {
    const model = compiled(
      decision({ name: 'x', requires: ['y'], logic: 'y' }),
      decision({ name: 'y', requires: ['x'], logic: 'x' }),
    );
    expect(model.problems.map(({ rule }) => rule)).toContain('requirement-cycle');
    expect(model.evaluate({ decision: 'x', input: {} }).value).toBeNull();
  });

  it('lists what each decision takes, with types', () => {
    const model = compiled(
      input('speed', 'number'),
      decision({ name: 'base', inputs: ['speed'], logic: 'speed' }),
      decision({ name: 'x', type: 'string', requires: ['base'], logic: 'string(base)' }),
    );
    expect(model.evaluables.find(({ name }) => name === 'x')).toEqual({
      id: 'd-x',
      name: 'x',
      kind: 'decision',
      inputs: [{ name: 'speed', type: 'number' }],
      type: 'string',
    });
  });
});

describe('inputs and types', () => {
  const typeOf = (name: string, content: string): string =>
    `<itemDefinition name="${name}">${content}</itemDefinition>`;

  it('reads texts as dates where the model declares dates', () => {
    const content = [input('since', 'date'), decision({ name: 'x', inputs: ['since'], logic: 'since.year' })];
    expect(answerTo(content, { since: '2026-11-30' })).toBe(2026);
    expect(told(content, { since: 'soon' }).notes?.[0]?.reason).toBe(
      'the input "since" is of type date, not this string',
    );
  });

  it('makes what does not fit the declared type null, with a reason', () => {
    const content = [input('speed', 'number'), decision({ name: 'x', inputs: ['speed'], logic: 'speed = null' })];
    expect(answerTo(content, { speed: 'fast' })).toBe(true);
    expect(told(content, {}).notes?.[0]?.reason).toBe('the input "speed" is not given');
  });

  it('allows only the values that a type declares', () => {
    const content = [
      typeOf('tMode', '<typeRef>string</typeRef><allowedValues><text>"auto", "manual"</text></allowedValues>'),
      input('mode', 'tMode'),
      decision({ name: 'x', inputs: ['mode'], logic: 'mode' }),
    ];
    expect(answerTo(content, { mode: 'auto' })).toBe('auto');
    expect(answerTo(content, { mode: 'off' })).toBeNull();
  });

  it('tests each element of a collection by allowed values, and the whole by a type constraint', () => {
    const collection = (inside: string): string =>
      `<itemDefinition name="tList" isCollection="true"><typeRef>number</typeRef>${inside}</itemDefinition>`;
    const content = (inside: string): string[] => [
      collection(inside),
      input('list', 'tList'),
      decision({ name: 'x', inputs: ['list'], logic: 'list' }),
    ];
    const each = content('<allowedValues><text>[0..10]</text></allowedValues>');
    expect(answerTo(each, { list: [1, 10] })).toEqual([1, 10]);
    expect(answerTo(each, { list: [1, 11] })).toBeNull();
    const whole = content('<typeConstraint><text>count(?) = 2</text></typeConstraint>');
    expect(answerTo(whole, { list: [1, 11] })).toEqual([1, 11]);
    expect(answerTo(whole, { list: [1] })).toBeNull();
  });

  it('knows components, of several words too, and types by which they are asked', () => {
    const content = [
      typeOf(
        'tLine',
        '<itemComponent name="line name"><typeRef>string</typeRef></itemComponent><itemComponent name="speed"><typeRef>number</typeRef></itemComponent>',
      ),
      input('line', 'tLine'),
      decision({ name: 'x', inputs: ['line'], logic: 'line.line name + string(line instance of tLine)' }),
    ];
    expect(answerTo(content, { line: { 'line name': 'A', speed: 1 } })).toBe('Atrue');
    expect(answerTo(content, { line: { 'line name': 'A', speed: 'fast' } })).toBeNull();
  });

  it('fits the value of a decision to its type: a list of one is its element', () => {
    expect(answerTo([decision({ name: 'x', type: 'number', logic: '[5]' })])).toBe(5);
    expect(answerTo([decision({ name: 'x', type: 'number', logic: '"5"' })])).toBeNull();
  });

  it('reports types that do not exist and types that are made of themselves', () => {
    const model = compiled(
      typeOf('tSelf', '<itemComponent name="next"><typeRef>tSelf</typeRef></itemComponent>'),
      input('y', 'tNone'),
      decision({ name: 'x', logic: '1' }),
    );
    expect(model.problems.map(({ rule }) => rule).sort()).toEqual(['type-cycle', 'unknown-type']);
  });
});

describe('decision services', () => {
  const service = (name: string, parts: string): string =>
    `<decisionService id="f-${name}" name="${name}"><variable name="${name}"/>${parts}</decisionService>`;
  const content = [
    input('speed', 'number'),
    decision({ name: 'limit', logic: '3' }),
    decision({ name: 'is fast', inputs: ['speed'], requires: ['limit'], logic: 'speed > limit' }),
    decision({ name: 'margin', inputs: ['speed'], requires: ['limit'], logic: 'speed - limit' }),
    service(
      'judge',
      '<outputDecision href="#d-is-fast"/><inputDecision href="#d-limit"/><inputData href="#in-speed"/>',
    ),
    service(
      'both',
      '<outputDecision href="#d-is-fast"/><outputDecision href="#d-margin"/><encapsulatedDecision href="#d-limit"/><inputData href="#in-speed"/>',
    ),
    decision({ name: 'x', calls: ['judge'], logic: '[judge(5, 10), judge(limit: 1, speed: 5)]' }),
    decision({ name: 'y', calls: ['both'], logic: 'both(5).margin' }),
  ];

  it('is called by expressions: input data first, then input decisions, which are not evaluated', () => {
    expect(answerTo(content)).toEqual([false, true]);
    expect(answerTo(content, {}, 'y')).toBe(2);
  });

  it('is called by its name with the operands by theirs', () => {
    expect(answerTo(content, { speed: 5, limit: 9 }, 'judge')).toBe(false);
    expect(answerTo(content, { speed: 5 }, 'both')).toEqual({ 'is fast': true, margin: 2 });
  });

  it('reports what it needs and nobody hands in', () => {
    const model = compiled(
      ...content,
      service('alone', '<outputDecision href="#d-is-fast"/><inputDecision href="#d-limit"/>'),
    );
    expect(model.problems).toMatchObject([{ rule: 'service-input', element: 'f-alone' }]);
  });
});

describe('imports', () => {
  const base = readModel(
    dmn(
      [
        '<itemDefinition name="tMode"><typeRef>string</typeRef><allowedValues><text>"auto"</text></allowedValues></itemDefinition>',
        input('speed', 'number'),
        decision({ name: 'twice', inputs: ['speed'], logic: 'speed * 2' }),
        knowledge({ name: 'half', parameters: ['n'], logic: 'n / 2' }),
      ].join('\n'),
      { namespace: 'urn:base' },
    ),
  );
  const models = new Map<string, DmnModel>([['urn:base', base]]);
  const importing = (name: string, ...content: string[]) =>
    compileModel(readModel(dmn([`<import name="${name}" namespace="urn:base"/>`, ...content].join('\n'))), models);

  it('reads imported elements below the name of the import, inputs too', () => {
    const model = importing(
      'base',
      decision({
        name: 'x',
        requires: ['urn:base#d-twice'],
        calls: ['urn:base#f-half'],
        logic: 'base.half(base.twice) + 1',
      }),
    );
    expect(model.problems).toEqual([]);
    expect(model.evaluate({ decision: 'x', input: { base: { speed: 5 } } }).value).toBe(6);
    expect(model.evaluables.find(({ name }) => name === 'x')?.inputs).toEqual([{ name: 'base.speed', type: 'number' }]);
  });

  it('puts them among its own names if the import has none', () => {
    const model = importing('', decision({ name: 'x', requires: ['urn:base#d-twice'], logic: 'twice + 1' }));
    expect(model.problems).toEqual([]);
    expect(model.evaluate({ decision: 'x', input: { speed: 5 } }).value).toBe(11);
  });

  it('hands services what is imported under the name of the import', () => {
    const model = importing(
      'base',
      '<decisionService id="f-s" name="s"><variable name="s"/><outputDecision href="urn:base#d-twice"/><inputData href="urn:base#in-speed"/></decisionService>',
      decision({ name: 'x', calls: ['s'], logic: '[s(5), s(base.speed: 6), s(speed: 7)]' }),
    );
    expect(model.evaluate({ decision: 'x', input: {} }).value).toEqual([10, 12, null]);
    expect(model.evaluate({ decision: 's', input: { base: { speed: 5 } } }).value).toBe(10);
  });

  it('knows imported types', () => {
    const model = importing(
      'base',
      input('mode', 'base.tMode'),
      decision({ name: 'x', inputs: ['mode'], logic: 'mode' }),
    );
    expect(model.problems).toEqual([]);
    expect(model.evaluate({ decision: 'x', input: { mode: 'off' } }).value).toBeNull();
  });

  it('takes the inputs of a model that is imported on two ways twice, below each of them', () => {
    const via = (name: string): DmnModel =>
      readModel(
        dmn(
          `<import name="base" namespace="urn:base"/>${decision({ name: 'out', requires: ['urn:base#d-twice'], logic: 'base.twice + 1' })}`,
          { namespace: `urn:${name}` },
        ),
      );
    const all = new Map([...models, ['urn:left', via('left')], ['urn:right', via('right')]]);
    const content = [
      '<import name="left" namespace="urn:left"/><import name="right" namespace="urn:right"/>',
      decision({ name: 'x', requires: ['urn:left#d-out', 'urn:right#d-out'], logic: '[left.out, right.out]' }),
    ];
    const model = compileModel(readModel(dmn(content.join('\n'))), all);
    expect(model.problems).toEqual([]);
    const given = { left: { base: { speed: 1 } }, right: { base: { speed: 10 } } };
    expect(model.evaluate({ decision: 'x', input: given }).value).toEqual([3, 21]);
  });

  it('reports models that are not there, and those that import each other', () => {
    const lone = compileModel(readModel(dmn('<import name="base" namespace="urn:none"/>')));
    expect(lone.problems).toMatchObject([{ rule: 'unknown-import', element: 'base' }]);
    const other = readModel(dmn('<import name="me" namespace="urn:test"/>', { namespace: 'urn:other' }));
    const me = readModel(dmn('<import name="other" namespace="urn:other"/>'));
    const both = compileModel(
      me,
      new Map([
        ['urn:other', other],
        ['urn:test', me],
      ]),
    );
    expect(both.problems).toMatchObject([{ rule: 'unknown-import', element: 'me' }]);
  });
});

it('is not read in another encoding than UTF-8', () => {
  const xml = `<?xml version="1.0" encoding="ISO-8859-1"?>${dmn(decision({ name: 'x', logic: '"ü"' }))}`;
  expect(readModel(xml).decisions).toHaveLength(1);
  const misread = new TextDecoder().decode(Buffer.from(xml, 'latin1'));
  expect(() => readModel(misread)).toThrow('the file is in ISO-8859-1; only UTF-8 is read');
});

it('reads all versions of DMN from 1.1 on', () => {
  const old = dmn(input('speed', 'feel:number') + decision({ name: 'x', inputs: ['speed'], logic: 'speed + 1' }))
    .replace('https://www.omg.org/spec/DMN/20230324/MODEL/', 'http://www.omg.org/spec/DMN/20151101/dmn.xsd')
    .replace('<definitions', '<definitions xmlns:feel="http://www.omg.org/spec/FEEL/20140401"');
  const model = compileModel(readModel(old));
  expect([model.model.version, model.problems]).toEqual(['1.1', []]);
  expect(model.evaluate({ decision: 'x', input: { speed: 1 } }).value).toBe(2);
});
