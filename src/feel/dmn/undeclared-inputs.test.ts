import { describe, expect, it } from 'vitest';
import { decision, dmn, MODEL, table } from '../../../test/dmn/models.ts';
import { compiled } from '../../../test/dmn/running.ts';
import { readModel } from './reading/read-model.ts';

describe('a file without input data, as Camunda writes it', () => {
  const logic = table({
    policy: 'FIRST',
    inputs: ['season: string', 'guests: integer'],
    outputs: [''],
    rules: [
      ['"Winter"', '<= 8', '"stew"'],
      ['-', '-', '"salad"'],
    ],
  });
  const model = compiled(decision({ name: 'dish', logic }), decision({ name: 'x', requires: ['dish'], logic: 'dish' }));

  it('takes what its expressions read from the input, and lists it with a warning', () => {
    expect(model.evaluate({ decision: 'x', input: { season: 'Winter', guests: 4 } }).value).toBe('stew');
    expect(model.evaluables[1]?.inputs.map(({ name }) => name)).toEqual(['season', 'guests']);
    expect(model.problems).toMatchObject([
      {
        severity: 'warning',
        message: '"season" reads "season", which is declared nowhere: it is taken from the input.',
      },
      { rule: 'unknown-name' },
    ]);
  });

  it('says in a trace what was not handed in', () => {
    const { value, notes } = model.evaluate({ decision: 'x', input: { season: 'Winter' }, trace: true });
    expect(value).toBe('salad');
    expect(notes?.map(({ reason }) => reason)).toEqual(['the input "guests" is not given']);
  });

  it('is read in the spelling of DMN 1.1 that it used first', () => {
    const xml = dmn(decision({ name: 'x', logic: '1' })).replace(
      MODEL,
      'http://www.omg.org/spec/DMN/20151101/dmn11.xsd',
    );
    expect(readModel(xml).version).toBe('1.1');
  });
});
