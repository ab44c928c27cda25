/** docs/reference/definitions.md: its examples can be deployed, and it leaves out nothing of the language. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileDefinition } from '../../src/process/core/compile.ts';
import { definitionSource } from '../../src/process/core/source.ts';
import { allBlocks, inCode, read } from './page.ts';

const page = 'docs/reference/definitions.md';
/** Rules are explained by what is refused. */
const refused = 'docs/reference/process-rules.md';

const examples = allBlocks('json')
  .filter(({ path }) => path !== refused)
  .map(({ path, text }) => ({ path, source: JSON.parse(text) as { readonly key: string; readonly nodes?: unknown } }))
  .filter(({ source }) => source.nodes !== undefined);

describe('process definitions on the pages', () => {
  it('are found', () => {
    expect(examples.filter(({ path }) => path === page).length).toBeGreaterThan(8);
  });

  it.each(examples.map(({ path, source }) => [source.key, path, source]))(
    'can be deployed: %s (%s)',
    (_, __, source) => {
      expect(() => compileDefinition(source, 1)).not.toThrow();
    },
  );
});

it('names every property and every type of the language', () => {
  const { properties, types } = wordsOf(z.toJSONSchema(definitionSource, { io: 'input', unrepresentable: 'any' }));
  const named = new Set(inCode(read(page).replace(/^```[\s\S]*?^```$/gm, '')));
  expect([...properties, ...types].filter((word) => !named.has(word))).toEqual([]);
  expect(properties.size).toBeGreaterThan(30);
  expect(types.size).toBeGreaterThan(10);
});

type Typed = { readonly const?: string; readonly enum?: readonly string[] };

/** The names of all properties in a JSON schema, and the values that `type` can have. */
function wordsOf(schema: unknown): { readonly properties: Set<string>; readonly types: Set<string> } {
  const words = { properties: new Set<string>(), types: new Set<string>() };
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { properties = {} } = part as { readonly properties?: Readonly<Record<string, Typed>> };
    for (const name of Object.keys(properties)) words.properties.add(name);
    for (const type of [properties.type?.const ?? [], properties.type?.enum ?? []].flat()) words.types.add(type);
    for (const inner of Object.values(part)) walk(inner);
  };
  walk(schema);
  return words;
}
