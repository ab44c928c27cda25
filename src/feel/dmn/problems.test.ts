/** Every rule of docs/reference/dmn.md, each with a model that breaks it; and models that nobody would write. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decision, dmn, input, knowledge, literal, table } from '../../../test/dmn/models.ts';
import { compiled } from '../../../test/dmn/running.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { compileModel } from './decisions.ts';
import { type DmnModel, type DmnRule, dmnRules } from './model.ts';
import { readModel } from './reading/read-model.ts';

const x = (logic: string): string => decision({ name: 'x', logic });
const entry = (name: string, logic = literal('1')): string =>
  `<contextEntry>${name === '' ? '' : `<variable name="${name}"/>`}${logic}</contextEntry>`;
const ruled = (rule: string[], policy = 'FIRST'): string =>
  x(table({ policy, inputs: ['1'], outputs: [''], rules: [rule] }));
const half = knowledge({ name: 'half', parameters: ['n'], logic: 'n / 2' });

const breaches: Readonly<Record<DmnRule, readonly string[]>> = {
  'missing-name': [x('1'), '<inputData id="i"><variable/></inputData>'],
  'duplicate-name': [x(`<context>${entry('a')}${entry('a')}</context>`)],
  'missing-expression': ['<decision id="d" name="x"><variable name="x"/></decision>'],
  'unknown-requirement': [decision({ name: 'x', inputs: ['none'], logic: '1' })],
  'missing-requirement': [input('belt speed'), x('belt speed + 1')],
  'requirement-cycle': [
    decision({ name: 'x', requires: ['y'], logic: 'y' }),
    decision({ name: 'y', requires: ['x'], logic: 'x' }),
  ],
  'unknown-type': [decision({ name: 'x', type: 'tNone', logic: '1' })],
  'type-cycle': ['<itemDefinition name="tA" isCollection="true"><typeRef>tA</typeRef></itemDefinition>', x('1')],
  feel: [x('1 +')],
  'unknown-name': [x('somethng + 1')],
  'hit-policy': [x(table({ aggregation: 'SUM', inputs: ['1'], outputs: [''], rules: [['-', '1']] }))],
  'output-name': [x(table({ inputs: ['1'], outputs: ['a', 'a'], rules: [['-', '1', '2']] }))],
  'output-values': [ruled(['-', '1'], 'PRIORITY')],
  'table-size': [x(table({ inputs: ['1'], outputs: [''], rules: [] }))],
  'entry-count': [ruled(['-'])],
  'result-entry': [x(`<context>${entry('')}${entry('a')}</context>`)],
  'unknown-parameter': [
    half,
    decision({ name: 'x', calls: ['half'], logic: `<invocation>${literal('half')}</invocation>` }),
  ],
  'external-function': [knowledge({ name: 'cos', parameters: [], kind: 'Java', logic: '1' })],
  'expression-language': [x('<literalExpression expressionLanguage="urn:groovy"><text>1</text></literalExpression>')],
  'unknown-import': ['<import name="base" namespace="urn:none"/>', x('1')],
  'service-output': ['<decisionService id="s" name="s"><variable name="s"/></decisionService>'],
  'service-input': [
    input('n'),
    decision({ name: 'x', inputs: ['n'], logic: 'n' }),
    '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#d-x"/></decisionService>',
  ],
  limit: Array.from({ length: 502 }, (_, index) =>
    decision({ name: `n${index}`, requires: index === 0 ? [] : [`n${index - 1}`], logic: '1' }),
  ),
};

it('takes no unknown hit policy or aggregation for another one', () => {
  const said = (policy: string, aggregation?: string) =>
    compiled(
      x(table({ policy, ...(aggregation && { aggregation }), inputs: ['1'], outputs: [''], rules: [['-', '1']] })),
    ).problems;
  expect(said('FRIST')).toMatchObject([{ rule: 'hit-policy', severity: 'error' }]);
  expect(said('FRIST')[0]?.message).toContain('"FRIST" is no hit policy');
  expect(said('COLLECT', 'AVG')[0]?.message).toContain('"AVG" is no hit policy');
  expect([said('OUTPUT  ORDER').map(({ rule }) => rule), said('collect', 'sum')]).toEqual([['output-values'], []]);
});

describe('problems', () => {
  it.each(dmnRules)('finds %s', (rule) => {
    const { problems } = compiled(...breaches[rule]);
    expect([...new Set(problems.map((problem) => problem.rule))]).toContain(rule);
    for (const { element, line, message } of problems) {
      expect([element, message]).not.toContain('');
      expect(line).toBeGreaterThan(1);
    }
  });

  it('counts the ways through imports, and goes only so many', () => {
    const models = Array.from({ length: 9 }, (_, level) => {
      const next = `namespace="urn:m${level + 1}"`;
      const imports = level === 8 ? '' : `<import id="a" name="a" ${next}/><import id="b" name="b" ${next}/>`;
      return readModel(dmn(imports, { namespace: `urn:m${level}` }));
    });
    const [first] = models;
    const { problems } = compileModel(first as DmnModel, new Map(models.map((model) => [model.namespace, model])));
    expect(problems).toMatchObject([{ rule: 'limit', message: 'More than 200 ways lead through the imports.' }]);
  });

  it('finds unknown names beside filters and lists, where they can be no entry of an element', () => {
    const { problems } = compiled(
      input('list'),
      decision({ name: 'x', inputs: ['list'], logic: '[oops, list[a > 1]]' }),
    );
    expect(problems.map(({ rule, message }) => `${rule} ${message}`)).toEqual([
      'unknown-name "[oops, list[a > 1]]" reads "oops", which is declared nowhere: it is taken from the input.',
    ]);
  });

  it('tells line and column of what is wrong in the midst of boxed expressions of several lines', () => {
    const text = '<literalExpression><text>\n\n  1 &lt; 2\n    and oops\n   or )</text></literalExpression>';
    const boxed = (inner: string): string => x(`<context>\n${entry('a')}\n${entry('b', inner)}</context>`);
    const at = (content: string) => {
      const lines = dmn(content).split('\n');
      return compiled(content).problems.map(({ rule, line = 0, column = 0 }) => [
        rule,
        lines[line - 1]?.slice(column - 1, column + 3),
      ]);
    };
    expect(at(boxed(text))).toEqual([['feel', ')</t']]);
    expect(at(boxed(text.replace('or )', 'or no')))).toEqual([
      ['unknown-name', 'oops'],
      ['unknown-name', 'no</'],
    ]);
  });

  it('finds nothing in a model that is right', () => {
    const model = compiled(
      input('n', 'number'),
      half,
      decision({ name: 'x', inputs: ['n'], calls: ['half'], logic: 'half(n) + count([n][item > 1]) + abs(n)' }),
    );
    expect(model.problems).toEqual([]);
  });
});

describe('models that nobody would write', () => {
  const pieces = [
    ...Object.values(breaches)
      .flat()
      .filter((piece) => piece.length < 2_000)
      .slice(0, 60),
    x(
      table({
        inputs: ['1'],
        outputs: [''],
        rules: [
          ['-', 'x()'],
          ['> 1', '"a"'],
        ],
      }),
    ),
    decision({ name: 'x', requires: ['x'], logic: 'x' }),
    knowledge({ name: 'f', parameters: ['f'], calls: ['f'], logic: 'f(f)' }),
  ];

  it('are refused with a code or evaluated, and never end otherwise', () => {
    const cuts = fc.array(
      fc.tuple(fc.nat(), fc.nat(40), fc.constantFrom('', '<', '"', '&amp;', '<list>', '</text>', 'null', '#d-x')),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.subarray(pieces), cuts, (content, changes) => {
        let xml = dmn(
          content.join('\n').replaceAll(/ id="[^"]*"/g, (id, offset: number) => id.replace('"', `"${offset}-`)),
        );
        for (const [at, length, put] of changes) {
          const start = at % xml.length;
          xml = xml.slice(0, start) + put + xml.slice(start + length);
        }
        try {
          const model = compileModel(readModel(xml));
          for (const { id } of model.evaluables) {
            for (const trace of [true, false])
              evaluated(() => model.evaluate({ decision: id, input: { n: 1 }, trace }));
          }
        } catch (error) {
          if (!isMillraceError(error) || !error.code.startsWith('dmn.')) throw error;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('cost their fuel at most', () => {
    const deep = Array.from({ length: 12 }, (_, index) =>
      decision({
        name: `n${index}`,
        requires: index === 0 ? [] : [`n${index - 1}`],
        logic: index === 0 ? '[1, 2]' : `[n${index - 1}, n${index - 1}]`,
      }),
    );
    const model = compiled(...deep, knowledge({ name: 'f', parameters: ['n'], logic: 'f(n + 1) + f(n + 2)' }));
    evaluated(() => model.evaluate({ decision: 'f', input: { n: 1 } }));
    expect(model.evaluate({ decision: 'n11', input: {} }).value).toHaveLength(2);
  });
});

/** Too expensive or no JSON is all that may happen. */
function evaluated(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(isMillraceError(error) && error.code).toMatch(/^feel\.(too-expensive|evaluation)$/);
  }
}
