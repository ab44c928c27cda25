/** The graph that requirements make: what is given, what is evaluated, what is called, and the names by which it is read. */
import { ANY } from '../../values/types.ts';
import type { EntryType, FeelFunction, FeelType } from '../../values/value.ts';
import type { Decision, DecisionService, DmnModel, Identified, KnowledgeModel, Requirement } from '../model.ts';
import type { Logic } from './logic.ts';
import type { Types } from './types.ts';

export type Node = InputNode | DecisionNode | FunctionNode;
export type InputNode = {
  readonly kind: 'input';
  readonly name: string;
  /** Where it is found in what is handed in: below the names of the imports. */
  readonly path: readonly string[];
  readonly type: FeelType | undefined;
};
export type DecisionNode = {
  readonly kind: 'decision';
  readonly source: Decision;
  readonly name: string;
  readonly path: readonly string[];
  readonly type: FeelType | undefined;
  readonly bindings: Binding[];
  logic: Logic;
  /** How many decisions in a row it takes. */
  depth: number;
};
export type FunctionNode = {
  readonly kind: 'function';
  readonly name: string;
  readonly source: KnowledgeModel | DecisionService;
  readonly value: FeelFunction;
};
/** A name that logic sees, and what it stands for; below the name of an import, if there is one. */
export type Binding = { readonly name: string; readonly importName: string; readonly node: Node };

export type Import = { readonly name: string; readonly namespace: string; readonly unit: Unit };

/** A model, and the way to it. */
export type Unit = {
  readonly model: DmnModel;
  readonly path: readonly string[];
  readonly types: Types;
  readonly imports: readonly Import[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly nodes: Map<string, Node>;
  /** Inputs that decisions read and the model does not declare, by name. */
  readonly undeclared: Map<string, InputNode>;
};

export type Source =
  | { readonly kind: 'input'; readonly source: DmnModel['inputs'][number] }
  | { readonly kind: 'decision'; readonly source: Decision }
  | { readonly kind: 'knowledge'; readonly source: KnowledgeModel }
  | { readonly kind: 'service'; readonly source: DecisionService };

/** Finds what is required; see `Linker`. */
export type Requirements = {
  readonly bindings: (unit: Unit, requirements: readonly Requirement[], of: Identified) => Binding[];
};

/** The names that bindings make visible, with their types: what is imported stands behind the name of its import. */
export function visibleNames(bindings: readonly Binding[]): Map<string, FeelType | undefined> {
  const visible = new Map<string, FeelType | undefined>();
  const imported = new Map<string, EntryType[]>();
  for (const { name, importName, node } of bindings) {
    if (importName === '') visible.set(name, typeOfNode(node));
    else imported.set(importName, [...(imported.get(importName) ?? []), { key: name, type: typeOfNode(node) ?? ANY }]);
  }
  for (const [name, entries] of imported) visible.set(name, { kind: 'context', entries });
  return visible;
}

const typeOfNode = (node: Node): FeelType | undefined =>
  node.kind === 'function' ? { kind: 'function', result: node.value.result } : node.type;

/** Values by their names, those of imports in a context of their own. */
export function scopeOf(bindings: readonly Binding[], read: (node: Node) => unknown): Record<string, unknown> {
  const scope: Record<string, unknown> = {};
  for (const { name, importName, node } of bindings) {
    if (importName === '') scope[name] = read(node);
    else scope[importName] = { ...(scope[importName] as object | undefined), [name]: read(node) };
  }
  return scope;
}
