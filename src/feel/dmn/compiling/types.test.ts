/** What types of models mean for expressions: the names of their fields, and the values they allow. */
import { describe, expect, it } from 'vitest';
import { decision, input } from '../../../../test/dmn/models.ts';
import { answerTo } from '../../../../test/dmn/running.ts';

describe('names of fields', () => {
  const type = (name: string, ...fields: string[]): string =>
    `<itemDefinition name="${name}">${fields.map((field) => `<itemComponent name="${field}"><typeRef>number</typeRef></itemComponent>`).join('')}</itemDefinition>`;
  const typed = [
    type('tA', 'net-price'),
    type('tB', 'net', 'net price'),
    '<itemDefinition name="tAs" isCollection="true"><typeRef>tA</typeRef></itemDefinition>',
    input('a', 'tA'),
    input('b', 'tB'),
    input('many', 'tAs'),
    input('any'),
    input('net', 'number'),
    input('price', 'number'),
  ];
  const inputs = ['a', 'b', 'many', 'any', 'net', 'price'];
  const given = {
    a: { 'net-price': 1 },
    b: { net: 7, 'net price': 8 },
    many: [{ 'net-price': 1 }, { 'net-price': 2 }],
    any: { 'net-price': 3 },
    net: 50,
    price: 4,
  };

  it.each([
    ['a.net-price', 1],
    ['b.net-price', 3],
    ['b.net price', 8],
    ['net-price', 46],
    ['any.net-price', 3],
    ['many.net-price', [1, 2]],
    ['many[net-price > 1]', [{ 'net-price': 2 }]],
    ['many[1].net-price', 1],
    ['for each in many return each.net-price', [1, 2]],
    ['{c: a, d: c.net-price}.d', 1],
  ])('are read by the type that has them: %s', (logic, expected) => {
    expect(answerTo([...typed, decision({ name: 'x', inputs, logic })], given)).toEqual(expected);
  });
});

describe('values that types allow', () => {
  const component = (name: string, tests: string): string =>
    `<itemComponent name="${name}"><typeRef>number</typeRef>${tests}</itemComponent>`;
  const limits = `<itemDefinition name="tLimits">${component('lowest speed', '')}${component(
    'highest speed',
    '<typeConstraint><text>&gt; lowest speed</text></typeConstraint>',
  )}</itemDefinition>`;

  it.each([
    [1, 2, 1],
    [2, 1, null],
  ])('may depend on the components beside them: %d and %d', (lowest, highest, expected) => {
    const content = [
      limits,
      input('limits', 'tLimits'),
      decision({ name: 'x', inputs: ['limits'], logic: 'limits.lowest speed' }),
    ];
    expect(answerTo(content, { limits: { 'lowest speed': lowest, 'highest speed': highest } })).toBe(expected);
  });
});
