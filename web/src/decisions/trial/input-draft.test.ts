/** What is typed to try a decision. */
import { describe, expect, it } from 'vitest';
import type { DecisionTable } from '../../api/decisions.ts';
import { choicesFor, inputsOf, kindOf, rememberedInputs, rememberInputs } from './input-draft.ts';

const input = (name: string, type: string) => ({ name, type });

describe('the inputs of a trial', () => {
  it('are values of the types that the decision asks for', () => {
    const inputs = [
      input('amount', 'number'),
      input('severity', 'string'),
      input('urgent', 'boolean'),
      input('day', 'date'),
      input('list', 'list<number>'),
      input('whatever', 'Any'),
      input('other', 'Any'),
      input('empty', 'string'),
    ];
    const texts = {
      ...{ amount: '-1.5e3', severity: '5', urgent: 'false', day: '2026-05-04', list: '[1, 2]' },
      ...{ whatever: 'true', other: 'high', empty: '  ' },
    };
    expect(inputsOf(inputs, texts)).toEqual({
      values: {
        ...{ amount: -1500, severity: '5', urgent: false, day: '2026-05-04', list: [1, 2] },
        ...{ whatever: true, other: 'high' },
      },
      wrong: new Set(),
    });
  });

  it('are refused when the text means none', () => {
    const { values, wrong } = inputsOf([input('n', 'number'), input('c', 'context<a: string>')], {
      n: '1,5',
      c: '{a}',
    });
    expect(values).toEqual({});
    expect([...wrong]).toEqual(['n', 'c']);
  });

  it('keep to their own names, however they are called', () => {
    const { values } = inputsOf([input('__proto__', 'string'), input('toString', 'string')], {});
    expect(Object.keys(values)).toEqual([]);
    expect(Object.keys(inputsOf([input('__proto__', 'string')], JSON.parse('{"__proto__": "x"}')).values)).toEqual([
      '__proto__',
    ]);
  });

  it('know every type by the field it needs', () => {
    expect(['date and time', 'years and months duration', 'time', 'list<string>', 'Any', ''].map(kindOf)).toEqual([
      'dateTime',
      'duration',
      'time',
      'json',
      'any',
      'any',
    ]);
  });

  it('are offered the texts that the table knows', () => {
    const rule = (cell: string) => ({ id: cell, inputs: [cell], outputs: [], annotations: [] });
    const table: DecisionTable = {
      ...{ id: 't', hitPolicy: 'UNIQUE', inputs: [{ expression: 'mode' }], outputs: [], annotations: [] },
      rules: [rule('"a", "b"'), rule('not("b")'), rule('> 5')],
    };
    expect(choicesFor('mode', table)).toEqual(['a', 'b']);
    const narrow = { ...table, inputs: [{ expression: 'mode', values: '"x","y"' }] };
    expect(choicesFor('mode', narrow)).toEqual(['x', 'y']);
    expect(choicesFor('other', table)).toEqual([]);
  });

  it('are remembered for each decision', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    };
    rememberInputs('handling', { value: '5' }, storage);
    expect(rememberedInputs('handling', storage)).toEqual({ value: '5' });
    expect(rememberedInputs('other', storage)).toEqual({});
    kept.set('millrace-decision-inputs:other', '{"a": 1, "b": "x"');
    expect(rememberedInputs('other', storage)).toEqual({});
  });
});
