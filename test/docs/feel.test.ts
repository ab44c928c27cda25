/** docs/reference/feel.md: its examples have the results it states, and it lists the functions there are. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/feel/expression.ts';
import { builtInNames } from '../../src/feel/functions/built-ins.ts';
import { codeInColumn, inCode, read, rowsBelow } from './page.ts';

const page = 'docs/reference/feel.md';
const examples = rowsBelow(read(page), '| expression | context | result |').map((cells) => cells.flatMap(inCode));

describe('expressions on the page', () => {
  it('are found', () => {
    expect(examples.length).toBeGreaterThan(30);
  });

  it.each(examples)('%s with %s is %s', (expression = '', context = '', result = '') => {
    expect(compile(expression).evaluate(JSON.parse(context))).toEqual(JSON.parse(result));
  });
});

it('lists the functions there are, and no others', () => {
  const names = codeInColumn(page, '| function | answers |', 0).map((call) => call.split('(')[0]);
  expect(names.toSorted()).toEqual([...builtInNames, 'is defined'].toSorted());
});
