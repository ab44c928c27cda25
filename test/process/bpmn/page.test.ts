/** docs/reference/bpmn-import.md: its two forms are one model. */
import { expect, it } from 'vitest';
import { exportBpmn } from '../../../src/process/bpmn/export-bpmn.ts';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import { definitionSource } from '../../../src/process/core/source.ts';
import { read } from '../../docs/page.ts';
import { canonicalXml } from './same-xml.ts';

const page = read('docs/reference/bpmn-import.md');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

it('has one example in both forms', () => {
  const { definitions, notes } = importBpmn(block('xml'));
  expect(definitions).toEqual([definitionSource.parse(JSON.parse(block('json')))]);
  expect(notes).toEqual([]);
  expect(canonicalXml(exportBpmn(importBpmn(block('xml'))))).toBe(canonicalXml(block('xml')));
});
