/** How deep a row may be before it is cut, so that nothing behind can be made to overflow. */
import { describe, expect, it } from 'vitest';
import { bounded } from './row-body.ts';

/** So many objects and lists in each other, in turn. */
function nested(levels: number, inmost: unknown): unknown {
  let value = inmost;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { in: value, beside: 1 } : [value];
  return value;
}
const levelsOf = (row: unknown): number => {
  let levels = 0;
  for (let value = row; typeof value === 'object' && value !== null; levels++) value = Object.values(value)[0];
  return levels;
};

describe('a row', () => {
  it('stays as it is down to 200 levels, and is cut below', () => {
    const deep = nested(200, {});
    expect(bounded(deep)).toBe(deep);
    expect(levelsOf(bounded(nested(200, { one: 1 })))).toBe(200);
    expect(levelsOf(bounded(nested(50_000, 1)))).toBe(200);
  });

  it('that is no object, or flat, stays as it is', () => {
    for (const row of [null, 1, 'text', true, [], {}, { device: 'a', ts: 1, values: { t: 1 } }])
      expect(bounded(row)).toBe(row);
  });
});
