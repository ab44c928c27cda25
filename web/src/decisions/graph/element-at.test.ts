/** Problems lead to the element that they are about, also where what is wrong has no id. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { elementsAt } from './element-at.ts';

const xml = readFileSync(new URL('../../../../examples/decisions/handling.dmn', import.meta.url), 'utf8');
const at = (element: string, line?: number) => ({ rule: 'feel', element, message: '', ...(line && { line }) });

it('names the decision by an id in it, else by the line, else nothing', () => {
  const lineOf = (text: string): number => xml.slice(0, xml.indexOf(text)).split('\n').length;
  const found = elementsAt(xml, [
    at('e1'),
    at('handling'),
    at('', lineOf('<rule id="else">')),
    at('', lineOf('limit-input')),
    at('', 1),
    at('nobody'),
  ]);
  expect(found).toEqual([
    { id: 'excess', name: 'excess' },
    { id: 'handling', name: 'handling' },
    { id: 'handling', name: 'handling' },
    { id: 'limit-input', name: 'limit' },
    undefined,
    undefined,
  ]);
});
