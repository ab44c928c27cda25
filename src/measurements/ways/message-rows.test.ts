/** Messages about one device become rows, whatever they say. */
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_CHARACTERS, rowsOfText } from './message-rows.ts';

const spoken = { device: 'press-1', at: 1_000 };
const row = (ts: unknown, values: object) => ({ device: 'press-1', ts, values });

describe('a message about a device', () => {
  it.each([
    ['a reading', '{"ts":5,"values":{"t":1}}', [row(5, { t: 1 })]],
    ['a reading that names its device too', '{"device":"press-1","ts":5,"values":{"t":1}}', [row(5, { t: 1 })]],
    ['fields beside the time', '{"ts":"2026-01-05","t":1,"p":2}', [row('2026-01-05', { t: 1, p: 2 })]],
    ['fields without a time', '{"t":1}', [row(1_000, { t: 1 })]],
    ['a list', '[{"ts":5,"t":1},{"ts":6,"values":{"t":2}}]', [row(5, { t: 1 }), row(6, { t: 2 })]],
    ['lines', '{"ts":5,"t":1}\r\n\n{"ts":6,"t":2}\n', [row(5, { t: 1 }), row(6, { t: 2 })]],
    ['an empty list', '[]', []],
    ['a field called values', '{"ts":5,"values":7}', [row(5, { values: 7 })]],
  ])('%s is read', (_, text, rows) => {
    expect(rowsOfText(text, spoken)).toEqual(rows);
  });

  it.each([
    ['a number alone', '71.5', 71.5],
    ['text', 'hot', 'hot'],
    ['nothing', '', ''],
    ['a reading of another device', '{"device":"press-2","ts":5,"t":1}', { device: 'press-2', ts: 5, t: 1 }],
  ])('%s is no row and is handed on as it came', (_, text, payload) => {
    expect(rowsOfText(text, spoken)).toEqual([{ device: 'press-1', payload }]);
  });

  it('keeps the lines that are rows when others are not', () => {
    expect(rowsOfText('{"ts":5,"t":1}\n{"ts":6,', spoken)).toEqual([
      row(5, { t: 1 }),
      { device: 'press-1', payload: '{"ts":6,' },
    ]);
  });

  it('that was not said now has no time of its own', () => {
    expect(rowsOfText('{"t":1}', { device: 'press-1', at: undefined })).toEqual([row(undefined, { t: 1 })]);
  });

  it('keeps members that objects have already, so that they can be refused', () => {
    const [flat] = rowsOfText('{"ts":5,"__proto__":{"t":1}}', spoken) as [{ values: object }];
    expect(Object.keys(flat.values)).toEqual(['__proto__']);
    const [beside] = rowsOfText('{"ts":5,"values":{"t":1},"__proto__":{}}', spoken) as [object];
    expect(Object.keys(beside)).toContain('__proto__');
  });

  it('beyond the limit is one row that is too large', () => {
    const text = `[${' '.repeat(MAX_MESSAGE_CHARACTERS)}]`;
    expect(rowsOfText(text, spoken)).toEqual([{ device: 'press-1', payload: text }]);
  });
});
