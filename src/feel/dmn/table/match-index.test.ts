/** The index against the cells themselves: whatever the table is, both find the same rules. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decision, input, table } from '../../../../test/dmn/models.ts';
import { compiled } from '../../../../test/dmn/running.ts';
import type { ConstantCell } from './cells.ts';
import { buildMatchIndex, MAX_INDEXED_RULES } from './match-index.ts';

const number = fc.integer({ min: 0, max: 5 });
const numberCell = fc.oneof(
  fc.constant('-'),
  number.map(String),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), number).map(([sign, end]) => `${sign} ${end}`),
  fc
    .tuple(fc.constantFrom('[', '('), number, number, fc.constantFrom(']', ')'))
    .map(([open, low, high, close]) => `${open}${low}..${high}${close}`),
  fc.tuple(number, number).map(([one, other]) => `${one}, > ${other}`),
  number.map((one) => `not(${one})`),
  number.map((one) => `? = ${one}`),
  fc.constantFrom(
    '"a"',
    'true',
    '1, "a"',
    'not(1, "a")',
    'n',
    '? > 1 and ? < 4',
    'null',
    '0.1',
    '0.10000000000000000001',
    '!= 3',
  ),
);
const textCell = fc.constantFrom(
  '-',
  '"a"',
  '"b"',
  '"a", "b"',
  'not("a")',
  '["a", "c"]',
  'true',
  '5',
  '> "a"',
  'starts with(?, "a")',
);
const numbers = [-1, 0, 0.1, 0.5, 1, 2, 2.5, 3, 4, 5, 6, 'a', true, null];
const texts = ['a', 'b', 'c', '', true, false, 5, null];

it('finds the rules that the cells find, for constants, formulas and values of any type', () => {
  const rules = fc.array(fc.tuple(numberCell, textCell), { minLength: 8, maxLength: 40 });
  const values = fc.array(fc.tuple(fc.constantFrom(...numbers), fc.constantFrom(...texts)), {
    minLength: 20,
    maxLength: 20,
  });
  fc.assert(
    fc.property(rules, values, (cells, questions) => {
      const rows = cells.map(([one, other], index) => [one, other, String(index + 1)]);
      const logic = table({ policy: 'COLLECT', inputs: ['n', 't'], outputs: [''], rules: rows });
      const model = compiled(input('n'), input('t'), decision({ name: 'x', inputs: ['n', 't'], logic }));
      for (const [n, t] of questions) {
        const { value } = model.evaluate({ decision: 'x', input: { n, t } });
        // A trace tries every cell.
        const { trace } = model.evaluate({ decision: 'x', input: { n, t }, trace: true });
        const fired = trace?.[0]?.tables[0]?.fired.map(({ rule }) => rule) ?? [];
        expect(value).toEqual(fired.length === 0 ? null : fired);
      }
    }),
    { numRuns: 60 },
  );
});

it('looks a column up that names many values, and none that names so many that its sets would fill the memory', () => {
  const others = new Array<[ConstantCell]>(MAX_INDEXED_RULES - 1).fill([{ kind: 'any' }]);
  const numbers = (count: number): ConstantCell => {
    const ranges = Array.from({ length: count }, (_, at) => ({
      low: at,
      high: at,
      includesLow: true,
      includesHigh: true,
    }));
    return { kind: 'ranges', type: 'number', ranges, isNegated: false };
  };
  const texts = (count: number): ConstantCell => {
    return {
      kind: 'values',
      type: 'string',
      values: Array.from({ length: count }, (_, at) => `${at}`),
      isNegated: false,
    };
  };
  const firstRule = (cell: ConstantCell, value: number | string) => {
    const bits = buildMatchIndex([[cell], ...others], 1)?.find([value]);
    return bits && ((bits[0] ?? 0) & 1) === 1;
  };
  expect([firstRule(numbers(10_000), 9_999), firstRule(numbers(10_000), 9_999.5)]).toEqual([true, false]);
  expect([firstRule(texts(10_000), '9999'), firstRule(texts(10_000), 'x')]).toEqual([true, false]);
  expect([firstRule(numbers(40_000), 1), firstRule(texts(40_000), '1')]).toEqual([undefined, undefined]);
});
