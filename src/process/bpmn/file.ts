/**
 * A BPMN file as it is deployed and given back. Each of its processes is a definition of its own; the file around them
 * goes along with each, so that any of them can give back the whole.
 */
import type { MillraceError } from '../../kernel/errors.ts';
import { invalid } from '../core/compile.ts';
import type { Breach } from '../core/rule.ts';
import type { DefinitionSource } from '../core/source.ts';
import { exportBpmn } from './export-bpmn.ts';
import { importBpmn } from './import-bpmn.ts';
import type { BpmnModel } from './model.ts';
import type { Note } from './reading.ts';
import type { Json } from './rest.ts';

/** The rest of a file: what is around its processes, and the other processes. */
type FileDocument = { readonly bpmn: Json; readonly others: readonly DefinitionSource[] };

export type BpmnFile = { readonly sources: readonly DefinitionSource[]; readonly notes: readonly Note[] };

/** The processes to deploy: those that are for running, or all when none is – then the deployment says so. Throws `bpmn.…`. */
export function readBpmn(xml: string): BpmnFile {
  const { definitions, bpmn, notes } = importBpmn(xml);
  const blocking = notes.filter(({ blocks }) => blocks);
  if (blocking.length > 0) throw refusal(blocking);
  const executable = definitions.filter((definition) => definition.executable !== false);
  const chosen = executable.length > 0 ? executable : definitions;
  const sources = chosen.map((definition) => {
    const others = definitions.filter((other) => other !== definition);
    return { ...definition, document: { bpmn, others } as unknown as NonNullable<DefinitionSource['document']> };
  });
  return { sources, notes };
}

/** What cannot run as it is drawn is refused, never left out. */
function refusal(blocking: readonly Note[]): MillraceError {
  const errors: Breach[] = blocking.map(({ element, message }) => ({ rule: 'element.unsupported', element, message }));
  return invalid(errors);
}

/** The file that a deployed definition came from; of one that was written in JSON, a new one with a diagram. */
export function writeBpmn(source: unknown): string {
  const { document, ...definition } = source as DefinitionSource;
  if (document === undefined) return exportBpmn({ definitions: [definition] });
  const { bpmn, others } = document as unknown as FileDocument;
  const model: BpmnModel = { definitions: [definition, ...others], bpmn };
  return exportBpmn(model);
}
