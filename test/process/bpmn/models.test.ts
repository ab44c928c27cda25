/** Models come back whole: read, written and compared by a reader that is not ours. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportBpmn } from '../../../src/process/bpmn/export-bpmn.ts';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import { definitionSource } from '../../../src/process/core/source.ts';
import { canonicalXml } from './same-xml.ts';

const OWN = new URL('models/', import.meta.url).pathname;
/** Models of other tools, beside the project; they are not part of it. */
const OTHERS = new URL('../../../../shared/data/bpmn/', import.meta.url).pathname;

function modelsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.bpmn'))
    .map((name) => join(folder, name))
    .toSorted();
}

const others = modelsBelow(OTHERS);
if (others.length === 0) console.info(`There are no models of other tools in ${OTHERS}: only our own are compared.`);
const models = [...modelsBelow(OWN), ...others].map((path) => ({ name: path.split('/').slice(-2).join('/'), path }));

describe.each(models)('$name', ({ path }) => {
  const xml = readFileSync(path, 'utf8');

  it('comes back with every element and attribute', () => {
    expect(canonicalXml(exportBpmn(importBpmn(xml)))).toBe(canonicalXml(xml));
  });

  it('is the same model when it is read again', () => {
    const first = importBpmn(xml);
    expect(importBpmn(exportBpmn(first))).toEqual(first);
  });

  it('gives definitions that the schema takes', () => {
    for (const definition of importBpmn(xml).definitions)
      expect(definitionSource.parse(definition)).toEqual(definition);
  });
});
