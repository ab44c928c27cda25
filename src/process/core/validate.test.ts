import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breachesOf } from '../../../test/process/rule-cases.ts';
import { messageOf } from '../../kernel/errors.ts';
import { compileDefinition } from './compile.ts';
import { ruleIds } from './rule.ts';
import { MAX_DEPTH, MAX_FLOWS, MAX_NODES } from './source.ts';

const page = readFileSync(new URL('../../../docs/reference/process-rules.md', import.meta.url), 'utf8');
const sections = page.split(/^## /m).slice(1);
const examples = sections.map((section) => ({
  rule: section.slice(0, section.indexOf('\n')),
  source: /^```json\n(.*?)^```/ms.exec(section)?.[1],
}));

const nested = (levels: number): object => ({
  id: `s${levels}`,
  type: 'subProcess',
  nodes: levels === 1 ? [{ id: 'inner', type: 'end' }] : [nested(levels - 1)],
});

describe('the rules', () => {
  it('have one heading each in the docs, in the order of the table', () => {
    expect(examples.map(({ rule }) => rule)).toEqual(ruleIds);
  });

  it.each(examples.filter(({ source }) => source !== undefined))(
    'refuse the example of $rule, and it alone',
    (example) => {
      const breaches = breachesOf(JSON.parse(example.source ?? ''));
      expect(breaches.map(({ rule }) => rule)).toEqual([example.rule]);
      expect(breaches[0]?.message).toMatch(/^.+\.$/);
    },
  );

  it('show an example for everything but sizes', () => {
    const without = examples.filter(({ source }) => source === undefined).map(({ rule }) => rule);
    expect(without).toEqual(['limits.depth', 'limits.nodes', 'limits.flows']);
  });

  it('let a definition be as large as the limits, and no larger', () => {
    const nodes = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `n${at}`, type: 'end' }));
    expect(breachesOf({ key: 'k', nodes: nodes(MAX_NODES) })).toEqual([]);
    const inside = { id: 'sub', type: 'subProcess', nodes: nodes(MAX_NODES) };
    expect(breachesOf({ key: 'k', nodes: [inside] })).toEqual([
      { rule: 'limits.nodes', element: 'k', message: expect.stringContaining('5001 nodes') },
    ]);

    const targets = nodes(100);
    const split = (id: string) => ({
      id,
      type: 'inclusiveGateway',
      next: targets.map(({ id: to }) => ({ to, when: 'x' })),
    });
    const splits = (count: number) => Array.from({ length: count }, (_, at) => split(`g${at}`));
    expect(breachesOf({ key: 'k', nodes: [...splits(MAX_FLOWS / 100), ...targets] })).toEqual([]);
    const [tooMany] = breachesOf({ key: 'k', nodes: [...splits(MAX_FLOWS / 100 + 1), ...targets] });
    expect(tooMany).toMatchObject({ rule: 'limits.flows', element: 'k' });
  });

  it('let sub-processes be as deep as the limit, and survive any depth', () => {
    expect(breachesOf({ key: 'k', nodes: [nested(MAX_DEPTH)] })).toEqual([]);
    expect(breachesOf({ key: 'k', nodes: [nested(MAX_DEPTH + 1)] })).toEqual([
      { rule: 'limits.depth', element: 's1', message: expect.stringContaining('17 levels') },
    ]);
    let abyss: object = {};
    for (let depth = 0; depth < 100_000; depth++) abyss = { payload: abyss };
    expect(breachesOf(abyss).map(({ rule }) => rule)).toEqual(['limits.depth']);
  });
});

describe('a refusal', () => {
  it('names everything wrong at once, by element', () => {
    const breaches = breachesOf({
      key: 'k',
      nodes: [
        { id: 'a', type: 'userTask', role: 'r', due: 'soon', next: { yes: 'nowhere', no: 'b' }, commentOn: ['maybe'] },
        { id: 'b', type: 'job', kind: 'j', boundary: [{ id: 'c', timer: '1h', message: 'm' }] },
      ],
    });
    expect(breaches.map(({ rule, element }) => `${element} ${rule}`)).toEqual([
      'a flow.unknown-target',
      'a outcome.unknown',
      'c boundary.trigger',
      'a duration.invalid',
    ]);
  });

  it('gives schema faults in words, at the innermost element', () => {
    const breaches = breachesOf({
      key: 'k',
      nodes: [
        { id: 'a', type: 'userTask', next: ['b', { to: 5 }], commentOn: 'x y', boundary: [{ id: 'late', timer: 1 }] },
        {
          id: 'b',
          type: 'subProcess',
          nodes: [
            { id: 'c', type: 'jb' },
            7,
            { type: 'mail', to: 'x', subject: 's', text: [], next: { 'not done': 'b' } },
          ],
        },
      ],
      extra: 1,
    });
    const lines = breaches.map(({ rule, element, message }) => `${rule} ${element} | ${message}`);
    expect(lines.sort()).toEqual(
      [
        'schema.boundary late | timer: expected string or object, found number.',
        'schema.definition k | there is no field "extra".',
        'schema.flow a | next.1.to: expected string, found number.',
        'schema.node c | type: expected one of start, end, catch, throw, task, manualTask, criterion, userTask, job, module, mail, ' +
          'scriptTask, businessRuleTask, sendTask, receiveTask, callActivity, exclusiveGateway, parallelGateway, ' +
          'inclusiveGateway, eventGateway, complexGateway, subProcess, transaction, eventSubProcess, adHocSubProcess.',
        'schema.node a | commentOn: expected array, found string.',
        'schema.node nodes[1] | expected object, found number.',
        'schema.flow nodes[2] | next.not done: an id starts with a letter or "_" and has letters, digits, "_", "." or "-", at most 100.',
        'schema.node nodes[2] | id: is missing.',
        'schema.node nodes[2] | text: expected string or object, found array.',
      ].sort(),
    );
  });

  it.each([null, undefined, 5, 'text', [], {}, { nodes: 5 }, { key: 'k', nodes: [null] }])('answers %j', (source) => {
    expect(breachesOf(source).length).toBeGreaterThan(0);
  });

  it('counts what does not fit into the answer', () => {
    const nodes = Array.from({ length: 1_500 }, (_, at) => ({ id: `n${at}`, type: 'timerCatch', after: 'x' }));
    expect(breachesOf({ key: 'k', nodes })).toHaveLength(1_000);
    expect(() => compileDefinition({ key: 'k', nodes }, 1)).toThrow('has 1500 problem(s): n0: "x" is not a duration.');
  });

  it('spares what may be odd on purpose', () => {
    expect(
      breachesOf({
        key: 'k',
        nodes: [
          { id: 'a', type: 'criterion', criterion: 'other', within: '1h', next: { fired: 'b', expired: 'b' } },
          {
            id: 'b',
            type: 'userTask',
            role: 'r',
            next: { again: 'b', done: 'c' },
            boundary: [{ id: 'late', timer: 'PT1H' }],
          },
          { id: 'c', type: 'exclusiveGateway', next: [{ to: 'b', when: 'x > 1' }] },
        ],
      }),
    ).toEqual([]);
  });

  it('lets outcomes share a default way, and have one each', () => {
    const task = (next: unknown) => ({
      key: 'k',
      nodes: [
        { id: 'a', type: 'userTask', role: 'r', outcomes: ['yes', 'no', 'maybe'], next },
        { id: 'b', type: 'end' },
        { id: 'c', type: 'end' },
      ],
    });
    const yes = { to: 'b', outcome: 'yes' };
    expect(breachesOf(task([yes, { to: 'c', default: true }]))).toEqual([]);
    expect(breachesOf(task([yes])).map(({ message }) => message)).toEqual([
      '"a" can end with "no", and no way leads on from there; name one for it.',
      '"a" can end with "maybe", and no way leads on from there; name one for it.',
    ]);
    const each = ['yes', 'no', 'maybe'].map((outcome) => ({ to: 'c', outcome, default: true }));
    expect(breachesOf(task([{ to: 'b', when: 'x' }, ...each]))).toEqual([]);
    const both = [...each, { to: 'b', default: true }];
    expect(breachesOf(task(both)).map(({ rule }) => rule)).toEqual(['flow.several-defaults']);
  });
});

describe('a name that objects have already', () => {
  const definition = (text: string): unknown => JSON.parse(`{"key":"a","nodes":[{"id":"t",${text}}]}`);
  const job = '"type":"job","kind":"k"';
  const refusal = (source: unknown): string => {
    try {
      compileDefinition(source, 1);
    } catch (error) {
      return messageOf(error);
    }
    return 'taken';
  };

  it.each([
    ['of a way on', '"type":"userTask","role":"r","next":{"__proto__":"t"}'],
    ['in a mapping', `${job},"input":{"__proto__":"1"}`],
    ['in a mapping of what comes back', `${job},"output":{"__proto__":"1"}`],
    ['in a payload', `${job},"payload":{"list":[{"__proto__":1}]}`],
    ['in a label', `${job},"name":{"__proto__":"x"}`],
    ['of an outcome', '"type":"userTask","role":"r","outcomes":["__proto__"]'],
    ['of a result', '"type":"scriptTask","script":"1","result":"__proto__"'],
    ['of an item', `${job},"multiInstance":{"cardinality":"1","element":"__proto__"}`],
  ])('is refused %s, and not ignored', (_, text) => {
    expect(refusal(definition(text))).toMatch(/t: .*"__proto__" is no name/);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'prototype'])('is taken when it is only %s', (name) => {
    const source = `{"key":"${name}","data":[{"name":"${name}","value":"1"}],"nodes":[{"id":"${name}","type":"userTask","role":"r","next":{"${name}":"b"},"input":{"${name}":"1"}},{"id":"b","type":"end"}]}`;
    expect(refusal(JSON.parse(source))).toBe('taken');
  });
});
