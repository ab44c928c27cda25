/** bpmn-moddle, which other tools read BPMN with, understands what we write, and finds in it what it found in the original. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
// @ts-expect-error it comes without types for this entry
import { BpmnModdle } from 'bpmn-moddle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportBpmn } from '../../../src/process/bpmn/export-bpmn.ts';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import { anyDefinition } from './definitions.ts';

type Element = { readonly $type: string; readonly id?: string; readonly $attrs?: object } & Record<string, unknown>;
type Parsed = {
  readonly rootElement: Element;
  readonly warnings: readonly { readonly message: string }[];
  readonly references: readonly { readonly property: string; readonly id: string; readonly element: Element }[];
};
const read = (xml: string): Promise<Parsed> => new BpmnModdle().fromXML(xml);

const folders = [
  new URL('models/', import.meta.url).pathname,
  new URL('../../../../shared/data/bpmn/', import.meta.url).pathname,
];
const paths = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.bpmn') && !path.endsWith('pump-repair.bpmn'))
  .toSorted();

const OF_BPMN = /^(?:bpmn|bpmndi|dc|di):/;

/** Every typed element with its plain values, sorted; order and generic extensions are left to the other comparison. */
function outline(element: unknown, into: string[] = []): string[] {
  if (Array.isArray(element)) for (const one of element) outline(one, into);
  if (typeof element !== 'object' || element === null || !('$type' in element)) return into;
  const values = Object.entries(element)
    .filter(([key, value]) => key !== '$type' && typeof value !== 'object' && value !== undefined)
    // Blanks in attributes are one and the same by the rules of XML, which bpmn-moddle does not apply.
    .map(([key, value]) => [key, typeof value === 'string' ? value.replace(/\s/g, ' ') : value]);
  if (OF_BPMN.test(String(element.$type))) into.push(JSON.stringify([element.$type, values.toSorted()]));
  for (const value of Object.values(element)) outline(value, into);
  return into;
}

describe.each(paths.map((path) => ({ path, name: path.split('/').slice(-2).join('/') })))('$name', ({ path }) => {
  it('says the same to bpmn-moddle', async () => {
    const xml = readFileSync(path, 'utf8');
    const [before, after] = [await read(xml), await read(exportBpmn(importBpmn(xml)))];
    expect(outline(after.rootElement).toSorted()).toEqual(outline(before.rootElement).toSorted());
    const links = ({ references }: Parsed): string[] =>
      references.map(({ element, property, id }) => `${element.$type} ${element.id} ${property} ${id}`).toSorted();
    expect(links(after)).toEqual(links(before));
    expect(after.warnings.length).toBeLessThanOrEqual(before.warnings.length);
  });
});

it('bpmn-moddle reads any definition that we write without a warning', async () => {
  await fc.assert(
    fc.asyncProperty(anyDefinition(), async (definition) => {
      const { warnings } = await read(exportBpmn({ definitions: [definition] }));
      expect(warnings.map(({ message }) => message)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
