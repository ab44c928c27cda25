/** From the schema of a task to its fields, and from what is in them to the variables that are sent. */
import { describe, expect, it } from 'vitest';
import { answersOf, draftOf, fieldAt } from './form-answers.ts';
import { fieldsOf, keyOf, simpleFieldsOf } from './form-fields.ts';

const schema = {
  type: 'object',
  properties: {
    note: { type: 'string', title: { en: 'Note', he: 'הערה' }, description: 'What you saw', maxLength: 10 },
    count: { type: 'integer', minimum: 0, maximum: 9 },
    weight: { type: ['number', 'null'], default: 1.5 },
    isClean: { type: 'boolean' },
    colour: { enum: ['red', 'blue'] },
    level: { enum: [1, 2] },
    day: { type: 'string', format: 'date' },
    tags: { type: 'array', items: { type: 'string' } },
    part: {
      type: 'object',
      title: 'Part',
      properties: { name: { type: 'string' }, size: { type: 'object', properties: { width: { type: 'number' } } } },
      required: ['name'],
    },
  },
  required: ['count', 'isClean', 'undescribed'],
};
const fields = fieldsOf(schema);

/** The answers after these texts were put into the fields of a schema. */
const filledIn = (texts: Readonly<Record<string, string>>, of: object = schema) => {
  const all = fieldsOf({ ...of });
  const given = Object.entries(texts).map(([path, text]): [string, string] => [keyOf({ path: path.split('.') }), text]);
  const { variables, faults } = answersOf(all, new Map([...draftOf(all), ...given]));
  return { variables, faults: faults.map(({ field, reason }) => `${field.path.join('.')}: ${reason}`) };
};
const complete = { count: '3', undescribed: '{}' };
const one = (part: object, required: readonly string[] = []) => ({
  type: 'object',
  properties: { it: part },
  required,
});

describe('the fields of a task', () => {
  it('are those of its schema, in its order, and what is required without a description', () => {
    expect(fields.map(({ kind, path }) => `${path}: ${kind}`)).toEqual([
      ...['note: text', 'count: number', 'weight: number', 'isClean: boolean', 'colour: choice', 'level: choice'],
      ...['day: date', 'tags: json', 'part: group', 'undescribed: json'],
    ]);
    expect(fields[0]).toMatchObject({ label: { en: 'Note', he: 'הערה' }, description: 'What you saw', maxLength: 10 });
    expect(fields[1]).toMatchObject({ label: 'count', isRequired: true, isWhole: true, minimum: 0, maximum: 9 });
  });

  it('open objects one level deep', () => {
    expect(fields[8]).toMatchObject({
      label: 'Part',
      fields: [
        { path: ['part', 'name'], kind: 'text', isRequired: true },
        { path: ['part', 'size'], kind: 'json' },
      ],
    });
  });

  it('are one for all where a schema joins others, and none without a schema', () => {
    expect(fieldsOf({ ...schema, anyOf: [{ required: ['note'] }] })).toMatchObject([{ kind: 'json', path: [] }]);
    expect(fieldsOf(null)).toEqual([]);
  });

  it('offer the titles of a choice', () => {
    const part = { oneOf: [{ const: 'a', title: 'First' }, { const: 'b' }] };
    expect(fieldsOf(one(part))).toMatchObject([
      {
        choices: [
          { text: '"a"', label: 'First' },
          { text: '"b"', label: 'b' },
        ],
      },
    ]);
  });

  it.each([
    [{ type: ['string', 'number'] }],
    [{ $ref: '#/$defs/other' }],
    [{ type: 'string', anyOf: [{ pattern: 'a' }] }],
    [{ enum: [{ deep: true }] }],
    [{}],
  ])('are JSON where nothing else fits: %j', (part) => {
    expect(fieldsOf(one(part))).toMatchObject([{ kind: 'json' }]);
  });
});

describe('what is sent', () => {
  it('has the right types', () => {
    const texts = { note: ' a ', weight: '-0.25', isClean: 'true', colour: '"red"', level: '2', day: '2026-05-04' };
    expect(filledIn({ ...complete, ...texts, tags: '["x"]', 'part.name': 'lid', 'part.size': '{"width":1}' })).toEqual({
      faults: [],
      variables: {
        ...{ note: ' a ', count: 3, weight: -0.25, isClean: true, colour: 'red', level: 2, day: '2026-05-04' },
        ...{ tags: ['x'], part: { name: 'lid', size: { width: 1 } }, undescribed: {} },
      },
    });
  });

  it('leaves out what is empty and optional, keeps defaults, and takes a box without a tick for no', () => {
    expect(filledIn(complete).variables).toEqual({ count: 3, weight: 1.5, isClean: false, undescribed: {} });
    expect(filledIn({ ...complete, weight: '' }).variables).not.toHaveProperty('weight');
  });

  it('is null where that is asked for and nothing was filled in', () => {
    expect(filledIn({}, one({ type: ['string', 'null'] }, ['it']))).toEqual({ variables: { it: null }, faults: [] });
  });

  it('is refused before it is sent where it cannot be right', () => {
    expect(filledIn({ 'part.size': '{' }).faults).toEqual([
      ...['count: missing', 'part.name: missing', 'part.size: notJson', 'undescribed: missing'],
    ]);
    const reasons = ['-', '1.5', '-1', '10'].map((count) => filledIn({ ...complete, count }).faults);
    expect(reasons.flat()).toEqual(['count: notNumber', 'count: notWhole', 'count: tooSmall', 'count: tooLarge']);
  });

  it('is the object itself where the form is filled in as a whole', () => {
    const whole = { ...schema, allOf: [] };
    const [field] = simpleFieldsOf(fieldsOf(whole));
    const answered = (text: string) => answersOf(fieldsOf(whole), new Map([[keyOf(field ?? { path: [] }), text]]));
    expect(answered('{"count": 1}')).toEqual({ variables: { count: 1 }, faults: [] });
    expect(answered('[1]').faults).toMatchObject([{ reason: 'notJson' }]);
  });
});

describe('a problem that the server names', () => {
  it.each([
    ['variables.note', ['note']],
    ['variables.part.name', ['part', 'name']],
    ['variables.part.size.width', ['part', 'size']],
    ['variables.tags.0', ['tags']],
    ['variables.part', undefined],
    ['variables.notes', undefined],
  ])('belongs to the field at its place or around it: %s', (path, expected) => {
    expect(fieldAt(fields, { path, message: '' })?.path).toEqual(expected);
  });
});
