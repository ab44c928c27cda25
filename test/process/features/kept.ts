/** What has no meaning for the engine: it stays with its element and comes back when the definition is written as BPMN again. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { isMillraceError } from '../../../src/kernel/errors.ts';
import { exportBpmn } from '../../../src/process/bpmn/export-bpmn.ts';
import { readBpmn } from '../../../src/process/bpmn/file.ts';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import { compileDefinition } from '../../../src/process/core/compile.ts';
import { type ProcessRun, runProcess } from '../../../src/testing/run-process.ts';
import type { Feature } from './feature.ts';

/** Parts of a BPMN file of one process; what is kept stands in `{{ }}`. */
type Parts = {
  readonly root?: string;
  /** Attributes of the process. */
  readonly process?: string;
  readonly inside?: string;
  /** The node "a"; by default a user task. */
  readonly node?: string;
  readonly after?: string;
};
type Words = Pick<Feature, 'element'> & Partial<Pick<Feature, 'attribute' | 'json' | 'name'>>;

/**
 * The proof is that an instance of the file does the same with it as without, and that the file, read and written again, has
 * it still.
 */
export const kept = (words: Words, parts: Parts): Feature => ({
  json: '`bpmn`',
  name: 'changes nothing, and is written out again',
  ...words,
  support: 'kept',
  prove: () => {
    const file = fileOf(parts);
    const model = importBpmn(file.replaceAll(/\{\{|\}\}/g, ''));
    const without = importBpmn(file.replaceAll(/\{\{.*?\}\}/gs, ''));
    deepEqual(historyOf(model), historyOf(without));
    const written = exportBpmn(model, { layOut: false });
    const marked = [...file.matchAll(/\{\{(.*?)\}\}/gs)].map(([, text = '']) => text);
    ok(marked.length > 0);
    for (const [word] of marked.join(' ').matchAll(/(?<![:\w])\w+="[^"]*"|(?<=<(?:\w+:)?)\w+\b(?!:)/g)) {
      ok(new RegExp(`[ <:]${word}`).test(written), `${word} is lost: ${written}`);
    }
  },
});

/** The file can be read and written, and not be deployed: it would not do what it says. Without what is marked it can. */
export const refusedInFile = (words: Words & { readonly name: string }, parts: Parts): Feature => ({
  json: '`bpmn`',
  ...words,
  support: 'refused',
  rule: 'element.unsupported',
  prove: () => {
    const file = fileOf(parts);
    compileDefinition(readBpmn(file.replaceAll(/\{\{.*?\}\}/gs, '')).sources[0], 1);
    const isRefusal = (error: unknown) =>
      isMillraceError(error, 'process.invalid-definition') && JSON.stringify(error).includes('element.unsupported');
    throws(() => readBpmn(file.replaceAll(/\{\{|\}\}/g, '')), isRefusal);
  },
});

export const userTask = (attributes = '', inside = ''): string =>
  `<userTask id="a" ${attributes}><extensionElements><m:userTask role="r"/></extensionElements>${inside}</userTask>`;
export const serviceTask = (attributes: string): string =>
  `<serviceTask id="a" ${attributes}><extensionElements><m:job kind="k"/></extensionElements></serviceTask>`;
export const event = (definition: string): string =>
  `<intermediateThrowEvent id="a">${definition}</intermediateThrowEvent>`;

const fileOf = ({ root = '', process = '', inside = '', node = userTask(), after = '' }: Parts): string =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:m="urn:millrace:bpmn" id="d">${root}
  <process id="p" isExecutable="true" ${process}>${inside}${node}</process>${after}</definitions>`;

/** What an instance goes through when all that it asks for is answered. */
function historyOf({ definitions: [definition] }: ReturnType<typeof importBpmn>): ProcessRun['history'] {
  if (definition === undefined) throw new Error('the file has no process');
  const run = runProcess(definition);
  for (let at = run.waitsAt[0]; at !== undefined; at = run.waitsAt[0]) {
    const waiting = definition.nodes.find(({ id }) => id === at);
    if (waiting?.type === 'receiveTask') run.message(waiting.message ?? '');
    else run.complete(at);
  }
  equal(run.status, 'completed');
  return run.history;
}
