/** Hit policies, each as docs/reference/dmn.md describes it. */
import { describe, expect, it } from 'vitest';
import { decision, input, table } from '../../../../test/dmn/models.ts';
import { answerTo, compiled, told } from '../../../../test/dmn/running.ts';

type Table = Parameters<typeof table>[0];

const modelOf = (parts: Table): string[] => [
  input('n', 'number'),
  decision({ name: 'x', inputs: ['n'], logic: table(parts) }),
];
const decide = (parts: Omit<Table, 'inputs'>, n: unknown): unknown =>
  answerTo(modelOf({ inputs: ['n: number'], ...parts }), { n });
const reasonOf = (parts: Omit<Table, 'inputs'>, n: unknown): string | undefined =>
  told(modelOf({ inputs: ['n: number'], ...parts }), { n }).trace?.[0]?.tables[0]?.reason;
const rulesOf = (parts: Table): string[] => compiled(...modelOf(parts)).problems.map(({ rule }) => rule);

const grades = [
  ['>= 1', '"low"'],
  ['>= 5', '"middle"'],
  ['>= 9', '"high"'],
  ['>= 9', '"high"'],
];

describe('hit policies', () => {
  it('UNIQUE: one rule fires, and several are a mistake that is named', () => {
    const unique = { policy: 'UNIQUE', outputs: [''], rules: grades };
    expect(decide(unique, 2)).toBe('low');
    expect(decide(unique, 6)).toBeNull();
    expect(reasonOf(unique, 6)).toBe('the rules 1, 2 fired, and only one may in a table of policy UNIQUE');
  });

  it('ANY: several rules may fire with the same result', () => {
    const any = { policy: 'ANY', outputs: [''], rules: grades.slice(2) };
    expect(decide(any, 9)).toBe('high');
    const different = { ...any, rules: grades };
    expect(decide(different, 6)).toBeNull();
    expect(reasonOf(different, 6)).toBe('the rules 1, 2 fired with different results, which policy ANY does not allow');
  });

  it('FIRST: the first rule of the table counts, and those behind it are not tried', () => {
    const first = { policy: 'FIRST', outputs: [''], rules: grades };
    expect(decide(first, 9)).toBe('low');
    const { trace } = told(modelOf({ inputs: ['n: number'], ...first }), { n: 9 });
    expect(trace?.[0]?.tables[0]?.failedAt).toEqual([0, null, null, null]);
  });

  it('PRIORITY: the result that comes first in the list of output values', () => {
    const priority = { policy: 'PRIORITY', outputs: [' = "high", "middle", "low"'], rules: grades };
    expect(decide(priority, 6)).toBe('middle');
    expect(decide(priority, 9)).toBe('high');
  });

  it('PRIORITY: with several outputs the first decides, then the second', () => {
    const priority = {
      policy: 'PRIORITY',
      outputs: ['level = "high", "low"', 'way = "mail", "call"'],
      rules: [
        ['-', '"low"', '"mail"'],
        ['-', '"high"', '"call"'],
        ['> 5', '"high"', '"mail"'],
      ],
    };
    expect(decide(priority, 1)).toEqual({ level: 'high', way: 'call' });
    expect(decide(priority, 6)).toEqual({ level: 'high', way: 'mail' });
  });

  it('OUTPUT ORDER: all results, in the order of the list of output values', () => {
    const ordered = { policy: 'OUTPUT ORDER', outputs: [' = "high", "middle", "low"'], rules: grades };
    expect(decide(ordered, 9)).toEqual(['high', 'high', 'middle', 'low']);
  });

  it('PRIORITY and OUTPUT ORDER take the values that the type of the output allows, if it lists none itself', () => {
    const type =
      '<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues><text>"high", "middle", "low"</text></allowedValues></itemDefinition>';
    const logic = table({ policy: 'PRIORITY', inputs: ['n: number'], outputs: ['level'], rules: grades });
    const typed = logic.replace('name="level"', 'name="level" typeRef="tLevel"');
    const content = [type, input('n', 'number'), decision({ name: 'x', inputs: ['n'], logic: typed })];
    expect(answerTo(content, { n: 9 })).toBe('high');
  });

  it('RULE ORDER and COLLECT: all results, in the order of the rules', () => {
    for (const policy of ['RULE ORDER', 'COLLECT']) {
      expect(decide({ policy, outputs: [''], rules: grades }, 9)).toEqual(['low', 'middle', 'high', 'high']);
    }
  });

  it('COLLECT: several outputs are a list of contexts', () => {
    const rules = [
      ['> 1', '"a"', '1'],
      ['> 2', '"b"', '2'],
    ];
    expect(decide({ policy: 'COLLECT', outputs: ['name', 'cost'], rules }, 3)).toEqual([
      { name: 'a', cost: 1 },
      { name: 'b', cost: 2 },
    ]);
  });

  it('COLLECT SUM, MIN, MAX and COUNT: one number of all results', () => {
    const costs = [
      ['>= 1', '0.1'],
      ['>= 2', '0.2'],
      ['>= 2', '7'],
    ];
    const collected = (aggregation: string, n: number): unknown =>
      decide({ policy: 'COLLECT', aggregation, outputs: [''], rules: costs }, n);
    expect([collected('SUM', 1), collected('SUM', 2)]).toEqual([0.1, 7.3]);
    expect([collected('MIN', 2), collected('MAX', 2)]).toEqual([0.1, 7]);
    expect([collected('COUNT', 2), collected('COUNT', 0)]).toEqual([3, 0]);
    expect(collected('SUM', 0)).toBeNull();
    const texts = { policy: 'COLLECT', aggregation: 'SUM', outputs: [''], rules: grades };
    expect(reasonOf(texts, 5)).toBe('SUM of string has no result');
    expect(decide({ ...texts, aggregation: 'MAX' }, 5)).toBe('middle');
  });

  it('refuses to sum several outputs, when it is checked and when it runs', () => {
    const parts = { policy: 'COLLECT', aggregation: 'SUM', outputs: ['a', 'b'], rules: [['-', '1', '2']] };
    expect(rulesOf({ inputs: ['n'], ...parts })).toEqual(['hit-policy']);
    expect(reasonOf(parts, 1)).toBe('SUM of several outputs is not defined');
  });
});

describe('tables', () => {
  it('answer the defaults if no rule fires, and null if there is none', () => {
    const rules = [['> 5', '"a"', '1']];
    expect(decide({ outputs: ['name | "none"', 'cost | 0'], rules }, 1)).toEqual({ name: 'none', cost: 0 });
    expect(decide({ outputs: ['name', 'cost'], rules }, 1)).toBeNull();
    expect(reasonOf({ outputs: ['name', 'cost'], rules }, 1)).toBe('no rule fired, and there is no default');
  });

  it('take only the values that an input allows', () => {
    const parts = { inputs: ['n: number = [0..10]'], outputs: [''], rules: [['-', '"yes"']] };
    expect(answerTo(modelOf(parts), { n: 10 })).toBe('yes');
    expect(answerTo(modelOf(parts), { n: 11 })).toBeNull();
    expect(told(modelOf(parts), { n: 11 }).trace?.[0]?.tables[0]?.reason).toBe(
      'the input "n" is none of its allowed values: [0..10]',
    );
  });

  it('give only the values that an output allows', () => {
    const parts = {
      outputs: [' = "a", "b"'],
      rules: [
        ['1', '"a"'],
        ['2', '"c"'],
      ],
    };
    expect([decide(parts, 1), decide(parts, 2)]).toEqual(['a', null]);
  });

  it('ask about the input by ?, by other variables, and by functions', () => {
    const rules = [
      ['? * 2 = 4', '"twice"'],
      ['n - 1, n + 10', '"never"'],
      ['modulo(?, 5) = 0', '"five"'],
      ['not(1, 2, 5)', '"other"'],
    ];
    expect([2, 5, 7].map((n) => decide({ outputs: [''], rules }, n))).toEqual(['twice', 'five', 'other']);
  });

  it('fire rules without a question for null as well', () => {
    const rules = [
      ['-', '"any"'],
      ['null', '"nothing"'],
    ];
    expect(decide({ policy: 'COLLECT', outputs: [''], rules }, null)).toEqual(['any', 'nothing']);
  });

  it('report rules of the wrong size, outputs without names, and output values that are missing', () => {
    expect(
      rulesOf({
        inputs: ['n'],
        outputs: ['', 'b'],
        rules: [
          ['1', '2', '3'],
          ['1', '2'],
        ],
      }),
    ).toEqual(['output-name', 'entry-count']);
    expect(rulesOf({ policy: 'PRIORITY', inputs: ['n'], outputs: [''], rules: [['1', '2']] })).toEqual([
      'output-values',
    ]);
    expect(rulesOf({ inputs: ['n'], outputs: [], rules: [] })).toEqual(['table-size', 'table-size']);
    expect(
      rulesOf({ policy: 'UNIQUE', aggregation: 'SUM', inputs: ['n'], outputs: [''], rules: [['1', '2']] }),
    ).toEqual(['hit-policy']);
  });

  it('report a wrong cell with its line and column in the file', () => {
    const model = compiled(
      ...modelOf({
        inputs: ['n'],
        outputs: [''],
        rules: [
          ['1', '2'],
          ['[1..', '2'],
        ],
      }),
    );
    const line = dmnLineOf(
      modelOf({
        inputs: ['n'],
        outputs: [''],
        rules: [
          ['1', '2'],
          ['[1..', '2'],
        ],
      }),
      '[1..',
    );
    expect(model.problems).toMatchObject([{ rule: 'feel', element: 'r2', line }]);
    expect(model.evaluate({ decision: 'x', input: { n: 1 } }).value).toBe(2);
  });
});

/** Two lines stand before the content. */
const dmnLineOf = (content: readonly string[], text: string): number =>
  content
    .join('\n')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 3;
