/** Held against another validator than the one it is made with. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { definitionJsonSchema } from './json-schema.ts';

const examples = new URL('../../../examples/', import.meta.url);
const validate = new Ajv2020({ strict: false }).compile(definitionJsonSchema() as object);

describe('the JSON Schema of definitions', () => {
  it('accepts what can be deployed', () => {
    const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('process.json'),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(validate(JSON.parse(readFileSync(new URL(file, examples), 'utf8'))), JSON.stringify(validate.errors)).toBe(
        true,
      );
    }
  });

  it.each([
    ['a node of no type', { key: 'a', nodes: [{ id: 'b' }] }],
    ['a type that does not exist', { key: 'a', nodes: [{ id: 'b', type: 'coffee' }] }],
    ['a property that does not exist', { key: 'a', nodes: [{ id: 'b', type: 'task', colour: 'red' }] }],
    ['an id with blanks', { key: 'a b', nodes: [] }],
    [
      'a wrong node deep inside',
      { key: 'a', nodes: [{ id: 'b', type: 'subProcess', nodes: [{ id: 'c', type: 'task', next: 5 }] }] },
    ],
  ])('refuses %s', (_, source) => {
    expect(validate(source)).toBe(false);
  });
});
