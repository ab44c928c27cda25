/** What is marked in a table: what fired, what did not hold, what is wrong; and where the keys lead. */
import { describe, expect, it } from 'vitest';
import type { DecisionTable, DecisionTrace } from '../../api/decisions.ts';
import { actionOf } from './cell-keys.ts';
import { placed } from './cell-problems.ts';
import { widthsOf } from './column-name.ts';
import { marksOf, NO_MARKS } from './rule-marks.ts';
import { RULE_HEIGHT_PX, stretchAt } from './visible-rules.ts';

const TABLE: DecisionTable = {
  id: 't',
  hitPolicy: 'FIRST',
  inputs: [{ expression: 'severity' }],
  outputs: [{ name: 'role' }],
  annotations: [],
  rules: [
    { id: 'a', inputs: ['"high"'], outputs: ['"engineer"'], annotations: [] },
    { id: 'b', inputs: ['< < 5'], outputs: [`"${'long '.repeat(20)}`], annotations: [] },
  ],
};

const run = (id: string, fired: readonly number[], failedAt: (number | null)[]): DecisionTrace => ({
  ...{ id: 'd', name: 'd', imports: [], inputs: {}, value: null, notes: [] },
  tables: [
    { id, hitPolicy: 'FIRST', inputs: [], failedAt, fired: fired.map((rule) => ({ rule, id: '', annotations: [] })) },
  ],
});

describe('the marks of rules', () => {
  it('say which fired, and at which input the others failed, in the last run of the table', () => {
    const marks = marksOf('t', [run('t', [1], [0, null]), run('other', [2], [1, 0]), run('t', [2], [2, 0, null])]);
    expect([...marks.fired]).toEqual([1]);
    expect([...marks.failedAt]).toEqual([[0, 1]]);
    expect(marksOf('t', [run('other', [1], [0])])).toBe(NO_MARKS);
  });
});

describe('what is wrong', () => {
  const problem = (element: string, message: string) => ({ rule: 'feel', element, message, line: 3 });

  it('is brought to the cell whose text the message begins with, else to the rule', () => {
    const cut = TABLE.rules[1]?.outputs[0]?.slice(0, 60);
    expect(
      placed(TABLE, [
        problem('b', '"< < 5": Unexpected "<".'),
        problem('b', `"${cut}…": a text has no end.`),
        problem('a', 'Rule 1 has 2 input entries, and there are 1 inputs.'),
        problem('t', 'The table has no output.'),
      ]).map(({ rule, column }) => [rule, column]),
    ).toEqual([
      [1, 0],
      [1, 1],
      [0, undefined],
      [undefined, undefined],
    ]);
  });
});

describe('the keys in a cell', () => {
  const key = (name: string, more: { ctrl?: boolean; alt?: boolean; shift?: boolean } = {}) => ({
    ...{ key: name, ctrl: false, alt: false, shift: false },
    ...more,
  });
  const text = (value: string, start: number, end = start) => ({ value, start, end });

  it('leave it at its ends only, in the direction in which it is read', () => {
    expect(actionOf(key('ArrowRight'), text('ab', 2), false)).toEqual({ kind: 'move', rules: 0, columns: 1 });
    expect(actionOf(key('ArrowRight'), text('ab', 1), false)).toBeUndefined();
    expect(actionOf(key('ArrowRight'), text('ab', 0, 2), false)).toBeUndefined();
    expect(actionOf(key('ArrowLeft'), text('ab', 0), false)).toEqual({ kind: 'move', rules: 0, columns: -1 });
    expect(actionOf(key('ArrowLeft'), text('ab', 2), true)).toEqual({ kind: 'move', rules: 0, columns: -1 });
  });

  it('move in a text of several lines before they leave it', () => {
    expect(actionOf(key('ArrowDown'), text('a\nb', 0), false)).toBeUndefined();
    expect(actionOf(key('ArrowDown'), text('a\nb', 2), false)).toEqual({ kind: 'move', rules: 1, columns: 0 });
    expect(actionOf(key('ArrowUp'), text('a\nb', 2), false)).toBeUndefined();
    expect(actionOf(key('ArrowUp'), text('a\nb', 1), false)).toEqual({ kind: 'move', rules: -1, columns: 0 });
  });

  it('change rules, and take changes back', () => {
    expect(actionOf(key('Enter'), text('', 0), false)).toEqual({ kind: 'move', rules: 1, columns: 0 });
    expect(actionOf(key('Enter', { shift: true }), text('', 0), false)).toBeUndefined();
    expect(actionOf(key('Enter', { ctrl: true }), text('', 0), false)).toEqual({ kind: 'addRule' });
    expect(actionOf(key('ArrowUp', { alt: true }), text('', 0), false)).toEqual({ kind: 'moveRule', by: -1 });
    expect(actionOf(key('z', { ctrl: true }), text('', 0), false)).toEqual({ kind: 'undo' });
    expect(actionOf(key('Z', { ctrl: true, shift: true }), text('', 0), false)).toEqual({ kind: 'redo' });
    expect(actionOf(key('c', { ctrl: true }), text('', 0), false)).toBeUndefined();
  });
});

describe('a long table', () => {
  it('draws the rules in sight and some around them', () => {
    for (const top of [0, 17, 400, 3_333]) {
      const { from, to } = stretchAt(top * RULE_HEIGHT_PX, 20 * RULE_HEIGHT_PX);
      expect(from).toBeLessThanOrEqual(Math.max(0, top - 10));
      expect(to).toBeGreaterThanOrEqual(top + 20 + 10);
      expect(to - from).toBeLessThan(100);
    }
  });

  it('gives every column the room of its longest text, within bounds', () => {
    expect(widthsOf(TABLE)).toEqual([15, 34]);
  });
});
