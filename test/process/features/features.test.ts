/** Every row of docs/reference/bpmn.md is a test. */
import { describe, expect, it } from 'vitest';
import { areas } from './areas.ts';

describe.each(areas)('$title', ({ features }) => {
  it.each(features)('$element $attribute $name', ({ prove }) => {
    expect(prove).not.toThrow();
  });
});

it('no row stands twice', () => {
  const rows = areas.flatMap(({ features }) =>
    features.map(({ element, attribute = '', name }) => `${element} ${attribute} ${name}`),
  );
  expect(rows.filter((row, place) => rows.indexOf(row) !== place)).toEqual([]);
});
