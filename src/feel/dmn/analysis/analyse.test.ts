import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decision, dmn, table } from '../../../../test/dmn/models.ts';
import { openFrame } from '../../evaluation/frame.ts';
import { compileFormula } from '../../formula.ts';
import type { Value } from '../../values/value.ts';
import type { DecisionTable } from '../model.ts';
import { readModel } from '../reading/read-model.ts';
import { analyseTable, MAX_FINDING_CHARACTERS, MAX_FINDINGS, type Region, type TableAnalysis } from './analyse.ts';

function analysed(inputs: readonly string[], rules: readonly (readonly string[])[], types = ''): TableAnalysis {
  const logic = table({ policy: 'COLLECT', inputs, outputs: [''], rules: rules.map((cells) => [...cells, '1']) });
  const model = readModel(dmn(types + decision({ name: 'x', logic })));
  return analyseTable(model.decisions[0]?.logic as DecisionTable, model);
}

describe('overlaps and gaps', () => {
  it('finds numbers that two rules or none ask for', () => {
    const { overlaps, gaps, isComplete } = analysed(['n'], [['< 5'], ['[4..10)'], ['> 10']]);
    expect(overlaps).toEqual([{ rules: [1, 2], region: ['[4..5)'], isSame: true }]);
    expect(gaps).toEqual([['10']]);
    expect(isComplete).toBe(true);
  });

  it('finds strings, and tells all others apart from those that are named', () => {
    const { overlaps, gaps } = analysed(['mode'], [['"a", "b"'], ['"b"']]);
    expect(overlaps).toMatchObject([{ rules: [1, 2], region: ['"b"'] }]);
    expect(gaps).toEqual([['not("a", "b")']]);
  });

  it('keeps to the values that the input, its type, or a boolean allows', () => {
    expect(analysed(['mode: string = "a", "b"'], [['"a"']]).gaps).toEqual([['"b"']]);
    expect(analysed(['on: boolean'], [['true']]).gaps).toEqual([['false']]);
    const type =
      '<itemDefinition name="tN"><typeRef>number</typeRef><allowedValues><text>[0..9]</text></allowedValues></itemDefinition>';
    expect(analysed(['n: tN'], [['< 5']], type).gaps).toEqual([['[5..9]']]);
  });

  it('orders dates and durations', () => {
    const dates = analysed(['day'], [['< date("2026-01-01")'], ['> @"2026-12-31"']]);
    expect(dates.gaps).toEqual([['[@"2026-01-01"..@"2026-12-31"]']]);
    expect(analysed(['wait'], [['<= duration("PT1H")'], ['>= @"PT60M"']]).overlaps).toMatchObject([
      { region: ['@"PT1H"'] },
    ]);
  });

  it('joins the inputs of a rule', () => {
    const { overlaps, gaps } = analysed(
      ['n', 'mode = "a", "b"'],
      [
        ['< 5', '-'],
        ['-', '"a"'],
      ],
    );
    expect(overlaps).toMatchObject([{ rules: [1, 2], region: ['< 5', '"a"'] }]);
    expect(gaps).toEqual([['>= 5', '"b"']]);
  });

  it('says which cells it does not understand, and leaves their rules out', () => {
    const { notAnalysed, overlaps } = analysed(
      ['n', 't'],
      [
        ['-', '1'],
        ['? > m', '1'],
        ['abs(?) = 1', '> "a"'],
      ],
    );
    expect(notAnalysed).toEqual([
      { rule: 2, input: 1, reason: 'is a formula' },
      { rule: 3, input: 1, reason: 'is a formula' },
      { rule: 3, input: 2, reason: 'compares by ">"' },
    ]);
    expect(overlaps).toEqual([]);
    expect(analysed(['n'], [['1'], ['"a"']]).notAnalysed).toMatchObject([{ rule: 1 }, { rule: 2 }]);
  });

  it('stops at its limits and says so', () => {
    const { overlaps, isComplete } = analysed(
      ['n'],
      Array.from({ length: 30 }, () => ['-']),
    );
    expect([overlaps.length, isComplete]).toEqual([MAX_FINDINGS, false]);
  });

  it('is right at every point of small tables', () => {
    const end = fc.integer({ min: 0, max: 3 });
    const numberCell = fc.oneof(
      fc.constant('-'),
      end.map(String),
      fc.tuple(fc.constantFrom('<', '<=', '>', '>='), end).map(([sign, at]) => `${sign} ${at}`),
      fc
        .tuple(fc.constantFrom('[', '('), end, end, fc.constantFrom(']', ')'))
        .map(([open, low, high, close]) => `${open}${low}..${high}${close}`),
      end.map((at) => `not(${at})`),
    );
    const textCell = fc.constantFrom('-', '"a"', '"b"', '"a", "b"', 'not("a")');
    const flagCell = fc.constantFrom('-', 'true', 'false');
    const points = [-0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5].flatMap((n) =>
      ['a', 'b', 'c'].flatMap((t) => [true, false].map((flag): Value[] => [n, t, flag])),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(numberCell, textCell, flagCell), { minLength: 1, maxLength: 8 }), (rules) => {
        const { overlaps, gaps } = analysed(['n', 't', 'flag: boolean'], rules);
        for (const point of points) {
          const fired = rules.flatMap((cells, index) => (isIn(cells, point) ? [index + 1] : []));
          expect(gaps.some((gap) => isIn(gap, point))).toBe(fired.length === 0);
          for (const { rules: pair, region } of overlaps) {
            expect(isIn(region, point)).toBe(pair.every((rule) => fired.includes(rule)));
          }
          const pairs = fired.flatMap((one, place) => fired.slice(place + 1).map((other) => [one, other]));
          for (const pair of pairs) expect(overlaps.map((overlap) => overlap.rules)).toContainEqual(pair);
        }
      }),
      { numRuns: 100 },
    );
  });
});

const known = new Map<string, ReturnType<typeof compileFormula>>();

/** By the cells themselves: a region is written as cells are. */
function isIn(cells: Region, point: readonly Value[]): boolean {
  return cells.every((text, place) => {
    const formula = known.get(text) ?? compileFormula(text, { names: [], isCell: true });
    known.set(text, formula);
    return formula.run({}, openFrame(), point[place] ?? null) === true;
  });
}

describe('tables that are too much to look at', () => {
  it('gives up on gaps that are more than memory holds, and says so', () => {
    const rules = Array.from({ length: 12 }, (_, rule) =>
      Array.from({ length: 60 }, (_, input) => `[${(rule * 7 + input * 11 + rule * input) % 20}..30]`),
    );
    const { gaps, isComplete } = analysed(
      Array.from({ length: 60 }, (_, input) => `n${input}`),
      rules,
    );
    expect(isComplete).toBe(false);
    expect(gaps.length).toBeLessThanOrEqual(MAX_FINDINGS);
  });

  it('leaves a column out that tells more values apart than can be laid out', () => {
    const many = (rule: number): string => Array.from({ length: 110 }, (_, at) => rule * 110 + at).join(', ');
    const { notAnalysed } = analysed(
      ['n', 'm'],
      Array.from({ length: 320 }, (_, rule) => [many(rule), '1']),
    );
    expect(notAnalysed).toHaveLength(320);
    expect(notAnalysed[0]).toEqual({ rule: 1, input: 1, reason: 'the column tells too many values apart' });
  });

  it('lists no more regions than a page holds', () => {
    const many = (from: number): string => Array.from({ length: 400 }, (_, at) => `"v${from + at}"`).join(',');
    const rows = Array.from({ length: 40 }, (_, rule) => [`not(${many(rule * 400)})`]);
    const { overlaps, isComplete } = analysed(['t'], rows);
    const characters = overlaps.reduce((sum, { region }) => sum + region.join('').length, 0);
    expect(isComplete).toBe(false);
    expect(characters).toBeLessThanOrEqual(MAX_FINDING_CHARACTERS);
  });
});
