/** From definitions in JSON to BPMN 2.0 XML, with all that an import has kept; a model without a diagram gets one. */
import { MillraceError } from '../../kernel/errors.ts';
import { diagramOf, hasDiagram } from './diagram.ts';
import { type BpmnModel, decodeSurroundings } from './model.ts';
import { dialectOf } from './namespaces.ts';
import { processElements } from './write-process.ts';
import { Writing } from './writing.ts';
import { attribute, elementsOf, everyElement, type XmlElement } from './xml.ts';
import { writeXml } from './xml-write.ts';

export type ExportOptions = {
  /** Whether processes are laid out that have no diagram. Default: those that were never in a BPMN file. */
  readonly layOut?: boolean;
};

/** Writes a model as a BPMN file. */
export function exportBpmn({ definitions, bpmn }: BpmnModel, options: ExportOptions = {}): string {
  const around = decodeSurroundings(bpmn, definitions[0]?.key ?? 'none');
  const root = around.definitions;
  const writing = new Writing({
    dialect: dialectOf(around.namespaces),
    roots: elementsOf(root),
    flowReferences: around.flowReferences,
  });
  const processes = processElements(writing, definitions);
  root.children.push(...processes, ...needed(writing.made, processes));
  refuseSameIds(root);
  const layOut = options.layOut ?? bpmn === undefined;
  if (layOut && !hasDiagram(root)) root.children.push(...processes.map(diagramOf));
  return writeXml(root, around.namespaces);
}

/** Of the root elements that were made, those that something refers to: a rest may name another. */
function needed(made: readonly XmlElement[], processes: readonly XmlElement[]): XmlElement[] {
  const named = new Set<string>();
  for (const process of processes) {
    for (const one of everyElement(process)) {
      for (const [name, value] of one.attributes) if (name.endsWith('Ref')) named.add(value);
    }
  }
  return made.filter((root) => named.has(attribute(root, 'id') ?? ''));
}

function refuseSameIds(root: XmlElement): void {
  const seen = new Set<string>();
  for (const one of everyElement(root)) {
    const id = one.name.includes(':') ? undefined : attribute(one, 'id');
    if (id === undefined) continue;
    if (seen.has(id)) throw new MillraceError('bpmn.duplicate-id', { id });
    seen.add(id);
  }
}
