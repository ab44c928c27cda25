import { describe, expect, it } from 'vitest';
import { FieldTypes, MAX_KNOWN_FIELDS } from './field-types.ts';
import type { Line } from './line.ts';
import { lineOf } from './line.ts';
import { metric } from './metric.ts';

const float = lineOf(metric('press').addValue('force', 1), 0n);
const integer = lineOf(metric('press').addInteger('force', 1), 0n);
const refusal = { code: 'bus.invalid-metric', details: expect.objectContaining({ measurement: 'press' }) };

describe('the types of fields', () => {
  it('are fixed by the first value', () => {
    const types = new FieldTypes();
    types.learn([float]);
    types.learn([float, lineOf(metric('press').addValue('force', 2).addValue('note', 'x'), 0n)]);
    expect(() => types.learn([integer])).toThrow(
      expect.objectContaining({
        message:
          'A metric of "press" cannot be published: field "force" is now integer and was float; a field keeps its type',
      }),
    );
    expect(() => types.learn([lineOf(metric('press').addInteger('note', 1), 0n)])).toThrow(/integer and was string/);
  });

  it('belong to one measurement', () => {
    const types = new FieldTypes();
    types.learn([float, lineOf(metric('oven').addInteger('force', 1), 0n)]);
    expect(() => types.learn([integer])).toThrow(expect.objectContaining(refusal));
  });

  it('are not learnt from lines that are refused together', () => {
    const types = new FieldTypes();
    expect(() => types.learn([integer, float])).toThrow(expect.objectContaining(refusal));
    types.learn([float]);
  });

  it('are so many at most, so that ids in names do not fill the memory', () => {
    const types = new FieldTypes();
    const line = (n: number): Line => ({ measurement: `m-${n}`, text: '', types: new Map([['v', 'float']]) });
    types.learn(Array.from({ length: MAX_KNOWN_FIELDS }, (_, n) => line(n)));
    types.learn([line(1)]);
    expect(() => types.learn([line(-1)])).toThrow(/more than 10000 fields already/);
  });
});
