import { describe, expect, it } from 'vitest';
import { decision, knowledge, literal, table } from '../../../../test/dmn/models.ts';
import { answerTo, codeOf, compiled, told } from '../../../../test/dmn/running.ts';

const boxed = (logic: string, ...more: string[]): unknown => answerTo([decision({ name: 'x', logic }), ...more]);

describe('boxed expressions', () => {
  const entry = (name: string, text: string): string =>
    `<contextEntry>${name === '' ? '' : `<variable name="${name}"/>`}${literal(text)}</contextEntry>`;

  it('evaluates contexts in order, with or without a result of their own', () => {
    expect(boxed(`<context>${entry('a', '2')}${entry('b c', 'a * 3')}</context>`)).toEqual({ a: 2, 'b c': 6 });
    expect(boxed(`<context>${entry('a', '2')}${entry('', 'a * 10')}</context>`)).toBe(20);
  });

  it('calls functions of models by invocation, with the operands by their names', () => {
    const bound = (name: string, text: string) => `<binding><parameter name="${name}"/>${literal(text)}</binding>`;
    const content = [
      knowledge({ name: 'ratio', parameters: ['good: number', 'all: number'], logic: 'good / all' }),
      decision({
        name: 'x',
        calls: ['ratio'],
        logic: `<invocation>${literal('ratio')}${bound('all', '4')}${bound('good', '3')}</invocation>`,
      }),
    ];
    expect(answerTo(content)).toBe(0.75);
  });

  it.each([
    ['string length', { string: '"abc"' }, 3],
    ['date', { year: '2026', month: '11', day: '29' }, '2026-11-29'],
    ['date', { from: '"2026-11-29"' }, '2026-11-29'],
    ['before', { range: '[1..2]', point: '3' }, true],
  ])('calls %s, a function of the language, in the form that the operands choose', (name, operands, expected) => {
    const bindings = Object.entries(operands).map(
      ([parameter, text]) => `<binding><parameter name="${parameter}"/>${literal(text)}</binding>`,
    );
    expect(boxed(`<invocation>${literal(name)}${bindings.join('')}</invocation>`)).toEqual(expected);
  });

  it('takes operands that an invocation leaves out for null', () => {
    const model = compiled(
      knowledge({ name: 'first', parameters: ['a', 'b'], logic: '[a, b]' }),
      decision({
        name: 'x',
        calls: ['first'],
        logic: `<invocation>${literal('first')}<binding><parameter name="b"/>${literal('4')}</binding></invocation>`,
      }),
    );
    expect(model.evaluate({ decision: 'x', input: {} }).value).toEqual([null, 4]);
  });

  it('takes the inputs of a table for the parameters of a function that declares none', () => {
    const logic = table({
      inputs: ['n: number', 'oil level', 'n + 1'],
      outputs: [''],
      rules: [
        ['1', '-', '-', '"one"'],
        ['2', '> 3', '3', '"two"'],
      ],
    });
    const grade = knowledge({ name: 'grade', parameters: [], logic });
    const asked = (text: string): unknown => answerTo([grade, decision({ name: 'x', calls: ['grade'], logic: text })]);
    expect(asked('grade(2, 4)')).toBe('two');
    expect(asked('grade(oil level: 4, n: 2)')).toBe('two');
    expect(asked('grade("2", 4)')).toBeNull();
  });

  it('reports operands that the function does not have', () => {
    const model = compiled(
      knowledge({ name: 'half', parameters: ['n'], logic: 'n / 2' }),
      decision({
        name: 'x',
        calls: ['half'],
        logic: `<invocation>${literal('half')}<binding><parameter name="m"/>${literal('4')}</binding></invocation>`,
      }),
    );
    expect(model.problems.map(({ message }) => message)).toEqual([
      '"half" has no parameter "m".',
      '"half" is called without n.',
    ]);
  });

  it('makes lists and relations', () => {
    expect(boxed(`<list>${literal('1')}${literal('1 + 1')}</list>`)).toEqual([1, 2]);
    const row = (...texts: string[]) => `<row>${texts.map((text) => literal(text)).join('')}</row>`;
    const relation = `<relation><column name="device"/><column name="max speed"/>${row('"a"', '1')}${row('"b"', '2')}</relation>`;
    expect(boxed(relation)).toEqual([
      { device: 'a', 'max speed': 1 },
      { device: 'b', 'max speed': 2 },
    ]);
  });

  it('chooses by a conditional, and takes anything but true as no', () => {
    const conditional = (test: string) =>
      `<conditional><if>${literal(test)}</if><then>${literal('1')}</then><else>${literal('2')}</else></conditional>`;
    expect(boxed(conditional('1 < 2'))).toBe(1);
    expect(boxed(conditional('null'))).toBe(2);
  });

  it('filters by item and by the entries of elements', () => {
    const filter = (list: string, test: string) =>
      `<filter><in>${literal(list)}</in><match>${literal(test)}</match></filter>`;
    expect(boxed(filter('[1, 5, 9]', 'item > 3'))).toEqual([5, 9]);
    expect(boxed(filter('[{speed: 1}, {speed: 7}]', 'speed > 3'))).toEqual([{ speed: 7 }]);
    expect(boxed(filter('[1, 5, 9]', '"yes"'))).toBeNull();
  });

  it('iterates over lists and counts, with the results so far', () => {
    const loop = (list: string, body: string) =>
      `<for iteratorVariable="n"><in>${literal(list)}</in><return>${literal(body)}</return></for>`;
    expect(boxed(loop('[1, 2]', 'n * 2'))).toEqual([2, 4]);
    expect(boxed(loop('3..1', 'n'))).toEqual([3, 2, 1]);
    expect(boxed(loop('1..300', 'n'))).toHaveLength(300);
    expect(boxed(loop('1..4', 'if n = 1 then 1 else n * partial[-1]'))).toEqual([1, 2, 6, 24]);
  });

  it('asks whether some or every element satisfies', () => {
    const asks = (verb: string, text: string) =>
      `<${verb} iteratorVariable="n"><in>${literal('[1, 2, 3]')}</in><satisfies>${literal(text)}</satisfies></${verb}>`;
    expect(boxed(asks('some', 'n > 2'))).toBe(true);
    expect(boxed(asks('every', 'n > 2'))).toBe(false);
  });

  it('makes functions that may call themselves, and stops them', () => {
    const own = (body: string) =>
      `<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="n" typeRef="number"/>${literal(body)}</functionDefinition></contextEntry>${entry('', 'f(5)')}</context>`;
    expect(boxed(own('if n = 0 then 1 else n * f(n - 1)'))).toBe(120);
    expect(codeOf(() => boxed(own('f(n)')))).toBe('feel.evaluation');
  });

  it('never calls Java or PMML, and says so', () => {
    const content = [
      knowledge({
        name: 'cos',
        parameters: ['n'],
        kind: 'Java',
        logic: '{class: "java.lang.Math", "method signature": "cos(double)"}',
      }),
      decision({ name: 'x', calls: ['cos'], logic: 'cos(1)' }),
    ];
    const model = compiled(...content);
    expect(model.problems.map(({ rule }) => rule)).toEqual(['external-function']);
    expect(told(content)).toMatchObject({
      value: null,
      notes: [{ reason: 'functions of kind Java are not called: only FEEL is' }],
    });
  });
});
