/** What a BPMN file is here: definitions that run, what else the file holds, and what was not understood. */
import type { DefinitionSource } from '../core/source.ts';
import type { Note } from './reading.ts';
import { decode, encode, type Json } from './rest.ts';
import { element, type XmlElement } from './xml.ts';

export type BpmnModel = {
  /** One for each process, in the order of the file; those that are not for running say `executable: false`. */
  readonly definitions: readonly DefinitionSource[];
  /** The file without its processes: collaborations, messages, diagrams, namespaces, … */
  readonly bpmn?: Json;
  /** What is kept but has no meaning here. */
  readonly notes?: readonly Note[];
};

/** The document around the processes. */
export type Surroundings = {
  readonly definitions: XmlElement;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly flowReferences: boolean;
};

export function encodeSurroundings({ definitions, namespaces, flowReferences }: Surroundings): Json {
  const outside = { ...definitions, children: definitions.children.filter((child) => !isProcess(child)) };
  return {
    ...(encode(outside) as object),
    ...(Object.keys(namespaces).length > 0 && { $namespaces: namespaces }),
    ...(!flowReferences && { $flowReferences: false }),
  };
}

const isProcess = (child: XmlElement['children'][number]): boolean =>
  typeof child === 'object' && child.name === 'process';

export function decodeSurroundings(json: Json | undefined, key: string): Surroundings {
  if (json === undefined) {
    const definitions = element('definitions', {
      id: `Definitions_${key}`,
      targetNamespace: 'urn:millrace:definitions',
    });
    return { definitions, namespaces: {}, flowReferences: true };
  }
  const definitions = decode(json);
  const { $namespaces: namespaces, $flowReferences: flowReferences } = Object(json);
  const declared = Object.entries(Object(namespaces)).filter((entry): entry is [string, string] =>
    isDeclaration(entry),
  );
  if (typeof definitions === 'string') return decodeSurroundings(undefined, key);
  return { definitions, namespaces: Object.fromEntries(declared), flowReferences: flowReferences !== false };
}

const isDeclaration = ([prefix, uri]: [string, unknown]): boolean =>
  typeof uri === 'string' &&
  uri !== '' &&
  (prefix === '' || /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(prefix)) &&
  !/^xml/i.test(prefix);
