/** What a model may cost, and which files are refused. */
import { describe, expect, it } from 'vitest';
import { decision, dmn, input, table } from '../../../test/dmn/models.ts';
import { codeOf, compiled } from '../../../test/dmn/running.ts';
import { readModel } from './reading/read-model.ts';

describe('limits', () => {
  it('shares one amount of fuel among all decisions', () => {
    const content = [
      decision({ name: 'a', logic: 'sum(for i in 1..4000 return i)' }),
      decision({ name: 'b', logic: 'sum(for i in 1..4000 return i)' }),
      decision({ name: 'x', requires: ['a', 'b'], logic: 'a + b' }),
    ];
    const model = compiled(...content);
    expect(model.evaluate({ decision: 'a', input: {}, fuel: 13_000 }).value).toBe(8_002_000);
    expect(codeOf(() => model.evaluate({ decision: 'x', input: {}, fuel: 13_000 }))).toBe('feel.too-expensive');
  });

  it('answers for more decisions than it keeps ready, each time', () => {
    const numbers = Array.from({ length: 250 }, (_, index) => index);
    const model = compiled(...numbers.map((index) => decision({ name: `d${index}`, logic: `${index}` })));
    const ask = () => numbers.map((index) => model.evaluate({ decision: `d${index}`, input: {} }).value);
    expect([ask(), ask()]).toEqual([numbers, numbers]);
  });

  it('takes steps for the names that every round of a loop sees', () => {
    const names = Array.from({ length: 800 }, (_, index) => `n${index}`);
    const loop =
      '<for iteratorVariable="e"><in><literalExpression><text>1..1000</text></literalExpression></in><return><literalExpression><text>e</text></literalExpression></return></for>';
    const model = (inputs: readonly string[]) =>
      compiled(...inputs.map((name) => input(name)), decision({ name: 'x', inputs, logic: loop }));
    const fuel = 20_000;
    expect(model([]).evaluate({ decision: 'x', input: {}, fuel }).value).toHaveLength(1_000);
    expect(codeOf(() => model(names).evaluate({ decision: 'x', input: {}, fuel }))).toBe('feel.too-expensive');
  });

  it('refuses files that are too large, no XML, no DMN, or hold document types', () => {
    const refused = (xml: string): string => codeOf(() => readModel(xml));
    expect(refused(dmn('<a>'))).toBe('dmn.malformed');
    expect(refused('<definitions/>')).toBe('dmn.not-dmn');
    expect(refused(`<!DOCTYPE x>${dmn('')}`)).toBe('dmn.document-type');
    expect(refused(dmn('<a/>'.repeat(50_000)))).toBe('dmn.too-large');
    expect(refused(dmn(decision({ name: 'x', logic: '1' }).repeat(2)))).toBe('dmn.duplicate-id');
    expect(refused(dmn(input('__proto__')))).toBe('dmn.malformed');
    const many = Array.from({ length: 2_001 }, (_, index) => input(`n${index}`)).join('');
    expect(refused(dmn(many))).toBe('dmn.too-large');
    const rules = Array.from({ length: 5_001 }, () => ['-', '1']);
    expect(
      refused(
        dmn(
          decision({ name: 'x', logic: table({ inputs: ['1'], outputs: [''], rules }).replaceAll(/ id="r\d+"/g, '') }),
        ),
      ),
    ).toBe('dmn.too-large');
  });

  it('takes a chain of decisions only so long', () => {
    const chain = Array.from({ length: 600 }, (_, index) =>
      decision({
        name: `n${index}`,
        requires: index === 0 ? [] : [`n${index - 1}`],
        logic: index === 0 ? '1' : `n${index - 1}`,
      }),
    );
    expect(compiled(...chain).problems.map(({ rule }) => rule)).toContain('limit');
    expect(compiled(...chain.toReversed()).problems.map(({ rule }) => rule)).toContain('limit');
  });
});
