/**
 * Requirements → a graph. A model that is imported is linked once for each way that leads to it, since its inputs are
 * given under the names of those imports: what is needed of it is compiled when somebody requires it.
 */
import { ANY } from '../../values/types.ts';
import type { Decision, DmnModel, Identified, KnowledgeModel, Requirement } from '../model.ts';
import { compileBoxed } from './boxed.ts';
import { compileBody, functionOf } from './functions.ts';
import { type Logic, NOTHING, type Site, typeOf } from './logic.ts';
import {
  type Binding,
  type DecisionNode,
  type Import,
  type Node,
  type Source,
  scopeOf,
  type Unit,
  visibleNames,
} from './nodes.ts';
import type { Report } from './report.ts';
import { serviceFunction } from './service.ts';
import { buildTypes, type ImportedTypes, type Types } from './types.ts';

/** Ways through imports; a model that is imported on two ways counts twice. */
export const MAX_LINKED_MODELS = 200;
/** Decisions that require each other in a row. */
export const MAX_REQUIREMENT_DEPTH = 500;

type LinkerParts = {
  readonly imports: ReadonlyMap<string, DmnModel>;
  readonly keys: readonly string[];
  readonly report: Report;
};

export class Linker {
  readonly #parts: LinkerParts;
  readonly #types = new Map<DmnModel, Types>();
  /** Those that are being compiled: to meet one again is a cycle. */
  readonly #open = new Set<unknown>();
  #units = 0;

  constructor(parts: LinkerParts) {
    this.#parts = parts;
  }

  unit(model: DmnModel, path: readonly string[] = [], outer: readonly DmnModel[] = []): Unit {
    this.#units += 1;
    const way = [...outer, model];
    const imports = model.imports.flatMap((entry): Import[] => {
      const found = this.#imported(entry, way);
      if (found === undefined) return [];
      const { name, namespace } = entry;
      return [{ name, namespace, unit: this.unit(found, name === '' ? path : [...path, name], way) }];
    });
    return {
      model,
      path,
      imports,
      types: this.#typesOf(model, imports),
      sources: sourcesOf(model),
      nodes: new Map(),
      undeclared: new Map(),
    };
  }

  #imported({ namespace, importType, ...at }: DmnModel['imports'][number], way: readonly DmnModel[]) {
    const { imports, report } = this.#parts;
    const found = imports.get(namespace);
    if (found === undefined) {
      const isDmn = importType === '' || /\/DMN\//i.test(importType);
      report(
        at,
        'unknown-import',
        isDmn ? `There is no model "${namespace}".` : `Only DMN is imported: ${importType}.`,
      );
    } else if (way.includes(found)) {
      report(
        at,
        'unknown-import',
        `The models import each other in a circle: ${way.map(({ name }) => name).join(', ')}.`,
      );
    } else if (this.#units >= MAX_LINKED_MODELS) {
      report(at, 'limit', `More than ${MAX_LINKED_MODELS} ways lead through the imports.`);
    } else return found;
    return undefined;
  }

  #typesOf(model: DmnModel, imports: readonly Import[]): Types {
    const known = this.#types.get(model);
    if (known !== undefined) return known;
    const imported = imports.map(
      ({ name, namespace, unit }): ImportedTypes => ({ name, namespace, types: unit.types }),
    );
    const types = buildTypes(model, { ...this.#parts, imported });
    this.#types.set(model, types);
    return types;
  }

  /** The node of an element; undefined if the model has none of this id. */
  node(unit: Unit, id: string): Node | undefined {
    const known = unit.nodes.get(id);
    if (known !== undefined) return known;
    const element = unit.sources.get(id);
    if (element === undefined) return undefined;
    switch (element.kind) {
      case 'input': {
        const { name } = element.source;
        const type = typeOf(element.source, element.source, this.#site(unit, element.source));
        return keep(unit, id, { kind: 'input', name, path: [...unit.path, name], type });
      }
      case 'decision':
        return this.#decision(unit, id, element.source);
      case 'knowledge':
        return this.#knowledge(unit, id, element.source);
      case 'service': {
        const { source } = element;
        const value = serviceFunction(source, { unit, linker: this, site: this.#site(unit, source) });
        return keep(unit, id, { kind: 'function', name: source.name, source, value });
      }
      default:
        return element satisfies never;
    }
  }

  #decision(unit: Unit, id: string, source: Decision): Node {
    const { name, path } = { name: source.name, path: unit.path };
    const site = this.#site(unit, source);
    const type = typeOf(source, source, site);
    const node: DecisionNode = { kind: 'decision', source, name, path, type, bindings: [], logic: NOTHING, depth: 1 };
    keep(unit, id, node);
    this.#within(node, () => {
      node.bindings.push(...this.bindings(unit, source.requirements, source));
      node.depth = 1 + Math.max(0, ...node.bindings.map(({ node: required }) => depthOf(required)));
      const undeclared = new Set<string>();
      const visible = visibleNames(node.bindings);
      node.logic = compileBoxed(source.logic, source, { ...site, visible, undeclared });
      node.bindings.push(...[...undeclared].map((read) => undeclaredInput(unit, read)));
    });
    return node;
  }

  #knowledge(unit: Unit, id: string, source: KnowledgeModel): Node {
    const { name, logic, requirements } = source;
    const site = this.#site(unit, source);
    const variables: Record<string, unknown> = {};
    const boxed = logic ?? { id: source.id, line: source.line, kind: 'function', language: 'FEEL', parameters: [] };
    let body: Logic = NOTHING;
    // Its parameters are needed at once, its body when it is called: it may call itself.
    const quiet = { ...site, report: () => {} };
    const { parameters } = compileBody({ ...boxed, language: 'Java' }, quiet, compileBoxed);
    const declared = typeOf(source, source, site);
    const value = functionOf({
      name,
      parameters,
      result: declared?.kind === 'function' ? declared.result : (declared ?? ANY),
      body: (scope, frame) => body(scope, frame),
      variables: () => variables,
    });
    const node = keep(unit, id, { kind: 'function', name, source, value });
    this.#within(node, () => {
      const bindings = this.bindings(unit, requirements, source);
      Object.assign(
        variables,
        scopeOf(bindings, (other) => (other.kind === 'function' ? other.value : null)),
      );
      if (!Object.hasOwn(variables, name)) variables[name] = value;
      body = compileBody(
        boxed,
        { ...site, visible: new Map([[name, undefined], ...visibleNames(bindings)]) },
        compileBoxed,
      ).body;
    });
    return node;
  }

  #within(node: Node, compile: () => void): void {
    this.#open.add(node);
    compile();
    this.#open.delete(node);
  }

  /** What the requirements of an element make visible; those that lead nowhere are reported. */
  bindings(unit: Unit, requirements: readonly Requirement[], of: Identified): Binding[] {
    return requirements.flatMap((requirement) => {
      const found = this.find(unit, requirement);
      if (found === undefined) return [];
      if (this.#open.has(found.node)) {
        const isItself = found.node.kind === 'function' && found.node.source === of;
        if (!isItself)
          this.#parts.report(of, 'requirement-cycle', `It requires itself by way of "${found.node.name}".`);
        return found.node.kind === 'function' ? [found] : [];
      }
      return [found];
    });
  }

  find(unit: Unit, { namespace, target, kind, id, line }: Requirement): Binding | undefined {
    const { report } = this.#parts;
    const from = namespace === undefined ? undefined : unit.imports.find((entry) => entry.namespace === namespace);
    const owner = namespace === undefined ? unit : from?.unit;
    const node = owner && this.#open.size < MAX_REQUIREMENT_DEPTH ? this.node(owner, target) : undefined;
    if (this.#open.size >= MAX_REQUIREMENT_DEPTH || (node !== undefined && depthOf(node) >= MAX_REQUIREMENT_DEPTH)) {
      report({ id, line }, 'limit', `More than ${MAX_REQUIREMENT_DEPTH} elements require each other in a row.`);
      return undefined;
    }
    if (node === undefined) {
      const missing =
        namespace !== undefined && from === undefined ? 'its model is not imported' : 'there is no such element';
      report({ id, line }, 'unknown-requirement', `"${id}" is required: ${missing}.`);
      return undefined;
    }
    const wanted = kind === 'knowledge' ? 'function' : kind;
    if (node.kind !== wanted) {
      report({ id, line }, 'unknown-requirement', `"${id}" is required as ${kind}, and "${node.name}" is none.`);
      return undefined;
    }
    return { name: node.name, importName: from?.name ?? '', node };
  }

  #site({ types, model }: Unit, owner: Site['owner']): Site {
    const { keys, report } = this.#parts;
    const elements = new Set(
      [model.inputs, model.decisions, model.functions, model.services].flatMap((all) => all.map(({ name }) => name)),
    );
    return { types, keys, elements, report, visible: new Map(), owner, isOpen: false };
  }
}

/** Tables of tools that know no input data, such as Camunda's, read the variables of a process by their names alone. */
function undeclaredInput({ undeclared, path }: Unit, name: string): Binding {
  const known = undeclared.get(name);
  const node = known ?? ({ kind: 'input', name, path: [...path, name], type: undefined } as const);
  undeclared.set(name, node);
  return { name, importName: '', node };
}

const depthOf = (node: Node): number => (node.kind === 'decision' ? node.depth : 0);

function keep<Kept extends Node>({ nodes }: Unit, id: string, node: Kept): Kept {
  nodes.set(id, node);
  return node;
}

function sourcesOf({ inputs, decisions, functions, services }: DmnModel): Map<string, Source> {
  return new Map<string, Source>([
    ...inputs.map((source): [string, Source] => [source.id, { kind: 'input', source }]),
    ...decisions.map((source): [string, Source] => [source.id, { kind: 'decision', source }]),
    ...functions.map((source): [string, Source] => [source.id, { kind: 'knowledge', source }]),
    ...services.map((source): [string, Source] => [source.id, { kind: 'service', source }]),
  ]);
}
