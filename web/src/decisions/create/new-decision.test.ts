/** The file of a new decision. The server's own reader says what it means. */
import { describe, expect, it } from 'vitest';
import { nodesOf, readTree } from '../diagram/xml-tree.ts';
import { isKey } from './decision-key.ts';
import { FIRST_TABLE, newDecisionFile } from './new-decision.ts';

const inputNames = (xml: string): (string | undefined)[] =>
  readTree(xml)
    .children.filter(({ name }) => name === 'inputData')
    .map(({ attributes }) => attributes.get('name'));

describe('a new decision', () => {
  it('takes what its columns read by one name, once each, and no more', () => {
    const inputs = ['speed', 'mode of work', 'speed', 'speed * 2', ''].map((expression) => ({ expression }));
    const xml = newDecisionFile({ name: 'N', key: 'n', table: { ...FIRST_TABLE, inputs } });
    expect(inputNames(xml)).toEqual(['speed', 'mode of work']);
    const hrefs = [...nodesOf(readTree(xml))].flatMap(({ name, attributes }) =>
      name === 'requiredInput' ? [attributes.get('href')] : [],
    );
    expect(hrefs).toEqual(['#n_input_1', '#n_input_2']);
  });

  it('says everything of its table, whatever is written in it', () => {
    const odd = 'a "b" <c> & d';
    const xml = newDecisionFile({
      name: odd,
      key: 'n',
      table: {
        ...{ id: 't', hitPolicy: 'COLLECT', aggregation: 'SUM' },
        inputs: [{ label: odd, expression: 'x < 1', type: 'number', values: '[1..2]' }],
        outputs: [{ name: 'o', label: odd, type: 'number', values: '1,2', defaultValue: '3' }],
        annotations: [odd],
        rules: [{ id: 'r', inputs: ['< 5'], outputs: ['1 & 2'], annotations: ['two\nlines'] }],
      },
    });
    const nodes = [...nodesOf(readTree(xml))];
    const all = (name: string) => nodes.filter((node) => node.name === name);
    expect(all('text').map(({ text }) => text)).toEqual(['x < 1', '[1..2]', '1,2', '3', '< 5', '1 & 2', 'two\nlines']);
    expect(all('decisionTable')[0]?.attributes.get('aggregation')).toBe('SUM');
    for (const [name, attribute] of [
      ['decision', 'name'],
      ['input', 'label'],
      ['output', 'label'],
      ['annotation', 'name'],
    ] as const) {
      expect(all(name)[0]?.attributes.get(attribute)).toBe(odd);
    }
  });

  it('has no id twice', () => {
    const xml = newDecisionFile({
      name: 'N',
      key: 'n',
      table: { ...FIRST_TABLE, inputs: [{ expression: 'a' }, { expression: 'b' }], rules: [rule('r1'), rule('r2')] },
    });
    const ids = [...nodesOf(readTree(xml))].flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

const rule = (id: string) => ({ id, inputs: ['1', '2'], outputs: ['3'], annotations: [] });

it('takes keys that are ids, and nothing else', () => {
  expect(['a', 'defect-handling', '_1', 'a.b'].filter(isKey)).toHaveLength(4);
  expect(['', '1a', 'a b', 'מפתח', '-a', 'a'.repeat(201)].filter(isKey)).toEqual([]);
});
