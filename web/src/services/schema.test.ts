import { describe, expect, it } from 'vitest';
import { isRightFor, paramsOf, paramValues } from './route-params.ts';
import { schemaExample } from './schema-example.ts';
import { schemaOutline } from './schema-outline.ts';

const configuration = {
  type: 'object',
  required: ['channels', 'view', 'nfft'],
  properties: {
    channels: {
      type: 'object',
      required: ['min', 'max'],
      properties: { min: { type: 'integer', minimum: 1 }, max: { type: 'integer', description: 'The last one.' } },
    },
    view: { anyOf: [{ const: 'waterfall' }, { type: 'object', properties: { rows: { type: 'integer' } } }] },
    nfft: { enum: [512, 1024] },
    note: { type: ['string', 'null'] },
    at: { type: 'string', format: 'date-time' },
    range: { type: 'array', items: { type: 'number' } },
  },
};
const tree = {
  definitions: {
    Node: {
      type: 'object',
      required: ['name', 'children'],
      properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/definitions/Node' } } },
    },
  },
  $ref: '#/definitions/Node',
};

describe('a schema', () => {
  it('is shown as people write a message', () => {
    expect(schemaOutline(configuration)).toBe(`{
  channels: {
    min: integer ≥ 1
    max: integer   // The last one.
  }
  view: "waterfall" | {
    rows?: integer
  }
  nfft: 512 | 1024
  note?: string | null
  at?: string (date-time)
  range?: [number, …]
}`);
    expect(schemaOutline({ type: 'string' })).toBe('string');
    expect(schemaOutline(tree)).toBe('{\n  name: string\n  children: [Node, …]\n}');
  });

  it('gives an example with what is needed', () => {
    expect(schemaExample(configuration)).toEqual({ channels: { min: 1, max: 0 }, view: 'waterfall', nfft: 512 });
    expect(schemaExample(tree)).toEqual({ name: 'text', children: [] });
    expect(schemaExample({ properties: { a: { type: 'boolean' }, b: { default: 7 } } })).toEqual({ a: false, b: 7 });
    expect(schemaExample({ type: 'number', exclusiveMinimum: 0 })).toBe(1);
    expect(schemaExample({ type: 'array', minItems: 2, items: { type: 'string' } })).toEqual(['text', 'text']);
    expect(
      schemaExample({ allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } } }] }),
    ).toEqual({
      a: 1,
      b: 2,
    });
  });

  it('may be none, or have no end', () => {
    const loop = { $ref: '#' };
    const nested = { properties: { next: { $ref: '#' } } };
    for (const schema of [
      null,
      7,
      'x',
      [],
      {},
      loop,
      nested,
      { items: 7, type: 'array' },
      { anyOf: [] },
      { enum: [] },
    ]) {
      expect(typeof schemaOutline(schema)).toBe('string');
      expect(JSON.stringify(schemaExample(schema))).toBeDefined();
    }
  });
});

describe('the parameters of a route', () => {
  it('are found, checked and read', () => {
    const params = paramsOf('jobs/{jobId}/rows/{row:int}');
    expect(params).toEqual([
      { name: 'jobId', isWhole: false },
      { name: 'row', isWhole: true },
    ]);
    const [job, row] = params as [(typeof params)[0], (typeof params)[0]];
    expect([isRightFor(job, ''), isRightFor(job, 'x'), isRightFor(row, '1.5'), isRightFor(row, '-3')]).toEqual([
      ...[false, true, false, true],
    ]);
    expect(paramValues(params, { jobId: '7', row: '12' })).toEqual({ jobId: '7', row: 12 });
  });
});
