/** How fields of steps are edited, and the form of a task as rows. */
import { describe, expect, it } from 'vitest';
import { formOf, rowsOf } from './form-draft.ts';
import { kindFor, pairsOf, pairsText, stepFieldsOf } from './step-fields.ts';

const TEXT = { type: 'string' };

describe('a field of a step', () => {
  it('is edited as its schema asks for it', () => {
    const fields = stepFieldsOf({
      properties: {
        role: TEXT,
        outcomes: { type: 'array', items: TEXT },
        headers: { type: 'object', additionalProperties: TEXT },
        text: { type: 'string', maxLength: 20_000 },
        method: { enum: ['GET'] },
        rules: { type: 'array', items: { type: 'object' } },
        body: {},
      },
      required: ['role'],
    });
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ['role', 'role', true],
      ['outcomes', 'list', false],
      ['headers', 'pairs', false],
      ['text', 'lines', false],
      ['method', 'choice', false],
      ['rules', 'rules', false],
      ['body', 'json', false],
    ]);
  });

  it('takes an expression as a text, and what does not suit it as JSON', () => {
    const number = { kind: 'number' as const, schema: {} };
    expect([kindFor(number, 3), kindFor(number, '=limit'), kindFor(number, [1])]).toEqual(['number', 'text', 'json']);
    const pairs = { kind: 'pairs' as const, schema: {} };
    expect([kindFor(pairs, { a: 'b=c' }), kindFor(pairs, { 'a=b': 'c' }), kindFor(pairs, { a: 1 })]).toEqual([
      'pairs',
      'json',
      'json',
    ]);
  });

  it('that may take several forms is edited as the first, and a value as the form it has', () => {
    const [to] = stepFieldsOf({ properties: { to: { anyOf: [TEXT, { type: 'array', items: TEXT }] } } });
    expect(to?.kind).toBe('recipients');
    if (to === undefined) return;
    expect([kindFor(to, 'foremen'), kindFor(to, ['foremen', 'role:engineer'])]).toEqual(['recipients', 'list']);
    const [subject] = stepFieldsOf({
      properties: { subject: { anyOf: [TEXT, { type: 'object', additionalProperties: TEXT }] } },
    });
    expect(subject && [kindFor(subject, { en: 'Repaired' }), kindFor(subject, { en: 'two\nlines' })]).toEqual([
      'pairs',
      'json',
    ]);
  });

  it('reads pairs back as it wrote them', () => {
    const value = { accept: 'text/plain; q=1', 'x-key': '=key' };
    expect(pairsOf(pairsText(value))).toEqual(value);
    expect(pairsOf(' \n')).toBeUndefined();
  });
});

describe('the form of a task', () => {
  it('comes back from its rows as it was', () => {
    const form = {
      type: 'object',
      required: ['pieces'],
      properties: {
        pieces: { type: 'integer', title: 'Pieces', minimum: 1 },
        quality: { enum: ['good', 'poor'], title: 'Quality' },
        arrived: { type: 'string', format: 'date' },
        note: { type: 'string' },
      },
    };
    expect(formOf(form, rowsOf(form) ?? [])).toEqual(form);
    expect(formOf(form, [])).toBeUndefined();
  });

  it.each([
    { type: 'object', properties: { a: { type: 'array' } } },
    { type: 'object', properties: { a: { type: 'string', title: { en: 'A' } } } },
    { type: 'object', properties: { a: { type: 'string' } }, required: ['b'] },
    { type: 'object', properties: {}, if: {} },
    { anyOf: [] },
  ])('is edited as JSON when rows cannot say it: %j', (form) => {
    expect(rowsOf(form)).toBeUndefined();
  });
});
