/** From a DMN file to a model. Layout and extensions are not looked at: they stay in the file. */
import { MillraceError } from '../../../kernel/errors.ts';
import type {
  Decision,
  DecisionService,
  DmnModel,
  ItemDefinition,
  KnowledgeModel,
  ModelImport,
  Requirement,
} from '../model.ts';
import { attribute, childNamed, childrenNamed, type DmnElement, readDocument } from './document.ts';
import { identified, named, optional, plainText, type Reading, readTypeRef, readVariable, typed } from './parts.ts';
import { firstBoxed, readFunction } from './read-boxed.ts';
import { tests } from './read-table.ts';

/** Decisions, inputs, functions and services of one model. */
export const MAX_MODEL_ELEMENTS = 2_000;

const ELEMENTS: ReadonlySet<string> = new Set(['decision', 'inputData', 'businessKnowledgeModel', 'decisionService']);

/** Reads DMN 1.1 to 1.5; throws `dmn.malformed`, `dmn.document-type`, `dmn.too-large`, `dmn.not-dmn`, `dmn.duplicate-id`. */
export function readModel(xml: string): DmnModel {
  const document = readDocument(xml);
  const { root, version } = document;
  const namespace = attribute(root, 'namespace')?.trim() ?? '';
  const reading: Reading = { ...document, namespace };
  refuseDuplicates(root);
  const all = <Part>(name: string, read: (of: DmnElement, reading: Reading) => Part): Part[] =>
    childrenNamed(root, name).map((child) => read(child, reading));
  const elements = root.children.filter(({ name }) => ELEMENTS.has(name)).length;
  if (elements > MAX_MODEL_ELEMENTS) {
    throw new MillraceError('dmn.too-large', {
      what: 'decisions, inputs, functions and services',
      limit: MAX_MODEL_ELEMENTS,
    });
  }
  return {
    ...named(root),
    namespace,
    version,
    imports: all('import', readImport),
    types: all('itemDefinition', readItemDefinition),
    inputs: all('inputData', (of) => ({ ...named(of), ...typed(childNamed(of, 'variable'), reading) })),
    decisions: all('decision', readDecision),
    functions: all('businessKnowledgeModel', readKnowledgeModel),
    services: all('decisionService', readService),
  };
}

function refuseDuplicates(root: DmnElement): void {
  const lines = new Map<string, number>();
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const id = next.name === '' ? undefined : attribute(next, 'id');
    if (id !== undefined && next !== root) {
      const first = lines.get(id);
      if (first !== undefined) throw new MillraceError('dmn.duplicate-id', { id, line: Math.max(first, next.line) });
      lines.set(id, next.line);
    }
    waiting.push(...next.children);
  }
}

const readImport = (of: DmnElement): ModelImport => ({
  ...named(of),
  namespace: attribute(of, 'namespace')?.trim() ?? '',
  importType: attribute(of, 'importType')?.trim() ?? '',
});

function readItemDefinition(of: DmnElement, reading: Reading): ItemDefinition {
  const item = childNamed(of, 'functionItem');
  const result = item === undefined ? undefined : attribute(item, 'outputTypeRef');
  const signature = item && {
    parameters: childrenNamed(item, 'parameters').map((parameter) => readVariable(parameter, reading)),
    ...optional('result', result === undefined ? undefined : readTypeRef(result, item, reading)),
  };
  return {
    ...named(of),
    ...typed(of, reading),
    isCollection: ['true', '1'].includes(attribute(of, 'isCollection')?.trim() ?? ''),
    ...optional('allowedValues', tests(childNamed(of, 'allowedValues'), reading)),
    ...optional('constraint', tests(childNamed(of, 'typeConstraint'), reading)),
    components: childrenNamed(of, 'itemComponent').map((component) => readItemDefinition(component, reading)),
    ...optional('signature', signature),
  };
}

function readDecision(of: DmnElement, reading: Reading): Decision {
  return {
    ...named(of),
    ...typed(childNamed(of, 'variable'), reading),
    requirements: readRequirements(of, reading),
    ...optional('logic', firstBoxed(of, reading)),
    ...optional('question', plainText(of, 'question')),
  };
}

function readKnowledgeModel(of: DmnElement, reading: Reading): KnowledgeModel {
  const logic = childNamed(of, 'encapsulatedLogic');
  return {
    ...named(of),
    ...typed(childNamed(of, 'variable'), reading),
    requirements: readRequirements(of, reading),
    ...optional('logic', logic && readFunction(logic, reading)),
  };
}

function readService(of: DmnElement, reading: Reading): DecisionService {
  const references = (name: string, kind: Requirement['kind']): Requirement[] =>
    childrenNamed(of, name).map((reference) => readReference(reference, kind, reading));
  return {
    ...named(of),
    ...typed(childNamed(of, 'variable'), reading),
    outputs: references('outputDecision', 'decision'),
    encapsulated: references('encapsulatedDecision', 'decision'),
    inputDecisions: references('inputDecision', 'decision'),
    inputData: references('inputData', 'input'),
  };
}

const REQUIRED = { requiredDecision: 'decision', requiredInput: 'input', requiredKnowledge: 'knowledge' } as const;

function readRequirements(of: DmnElement, reading: Reading): Requirement[] {
  return [...childrenNamed(of, 'informationRequirement'), ...childrenNamed(of, 'knowledgeRequirement')].flatMap(
    (requirement) =>
      Object.entries(REQUIRED).flatMap(([name, kind]) =>
        childrenNamed(requirement, name).map((reference) => readReference(reference, kind, reading)),
      ),
  );
}

/** `#id`, or `namespace#id`. */
function readReference(of: DmnElement, kind: Requirement['kind'], { namespace }: Reading): Requirement {
  const href = attribute(of, 'href')?.trim() ?? '';
  const cut = href.lastIndexOf('#');
  const uri = cut > 0 ? href.slice(0, cut) : '';
  const isForeign = uri !== '' && uri !== namespace;
  return {
    ...identified(of, href),
    id: href,
    kind,
    target: href.slice(cut + 1),
    ...(isForeign && { namespace: uri }),
  };
}
