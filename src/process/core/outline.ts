/**
 * A definition laid out flat: nodes and boundary events side by side, each with its scope and the flows that leave it.
 * Rules and compiler read this instead of the nested JSON with its four ways to write `next`.
 */

import type { Faces } from './faces.ts';
import type { ModuleFaces } from './module-face.ts';
import type { BoundarySource, DataSource, DefinitionSource, Label, NextSource, NodeSource } from './source.ts';
import type { LaneSource } from './source-parts.ts';

export type FlowOutline = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly outcome?: string;
  readonly when?: string;
  readonly isDefault: boolean;
};

/** The nodes of the definition itself, or of one sub-process. */
export type ScopeOutline = {
  readonly host: string | undefined;
  readonly depth: number;
  readonly elements: readonly Element[];
  readonly data: readonly DataSource[];
};

export type BoundaryElement = BoundarySource & { readonly type: 'boundary'; readonly host: string };

export type Element = {
  readonly source: NodeSource | BoundaryElement;
  readonly id: string;
  readonly name: Label;
  readonly scope: ScopeOutline;
  /** Boundary events of this activity. */
  readonly boundary: readonly string[];
  readonly outcomes: readonly string[];
  readonly flows: readonly FlowOutline[];
  /** Of a compensation event: the activity that undoes. */
  readonly undoneBy?: string;
};

export type Outline = {
  readonly definition: DefinitionSource;
  readonly elements: readonly Element[];
  readonly scopes: readonly ScopeOutline[];
  readonly byId: ReadonlyMap<string, Element>;
  readonly incoming: ReadonlyMap<string, readonly FlowOutline[]>;
  /** The role of the innermost lane a node is in. */
  readonly laneRoles: ReadonlyMap<string, string>;
  readonly faces: Faces;
};

export function outlineOf(definition: DefinitionSource, faces: Faces = {}): Outline {
  const { nodes, data = [], lanes = [] } = definition;
  const scopes = scopesOf(nodes, { host: undefined, depth: 0, data }, faces.modules);
  const elements = scopes.flatMap((scope) => withLinks(scope.elements));
  const byId = new Map<string, Element>();
  const incoming = new Map<string, FlowOutline[]>();
  for (const element of elements) {
    if (!byId.has(element.id)) byId.set(element.id, element);
    for (const flow of element.flows) {
      const others = incoming.get(flow.to);
      if (others === undefined) incoming.set(flow.to, [flow]);
      else others.push(flow);
    }
  }
  return {
    definition,
    elements,
    scopes: scopesWith(scopes, elements),
    byId,
    incoming,
    laneRoles: new Map(rolesIn(lanes)),
    faces,
  };
}

/** Inner lanes come after those around them, so that they win. */
function rolesIn(lanes: readonly LaneSource[]): [node: string, role: string][] {
  return lanes.flatMap(({ id, name, role, nodes = [], lanes: inner = [] }) => {
    const own = role ?? (typeof name === 'string' ? name : id);
    return [...nodes.map((node): [string, string] => [node, own]), ...rolesIn(inner)];
  });
}

/** A link that is thrown is a flow to where it is caught. */
function withLinks(elements: readonly Element[]): readonly Element[] {
  const targets = new Map(
    elements.flatMap(({ id, source }) =>
      source.type === 'catch' && source.link !== undefined ? [[source.link, id]] : [],
    ),
  );
  return elements.map((element) => {
    const { id, source } = element;
    const to = source.type === 'throw' && source.link !== undefined ? targets.get(source.link) : undefined;
    if (to === undefined) return element;
    return { ...element, flows: [...element.flows, { id: `${id}>${to}`, from: id, to, isDefault: false }] };
  });
}

/** The scopes again, with the elements as they are in the end. */
function scopesWith(scopes: readonly ScopeOutline[], elements: readonly Element[]): readonly ScopeOutline[] {
  const byScope = new Map<ScopeOutline, Element[]>(scopes.map((scope) => [scope, []]));
  for (const element of elements) byScope.get(element.scope)?.push(element);
  return scopes.map((scope) => ({ ...scope, elements: byScope.get(scope) ?? [] }));
}

/** The nodes with which a scope begins: those that say so, else those that no flow leads to. */
export function startsOf(
  scope: ScopeOutline,
  { incoming, byId }: Pick<Outline, 'incoming' | 'byId'>,
): readonly Element[] {
  const host = scope.host === undefined ? undefined : byId.get(scope.host)?.source.type;
  const explicit = host === 'adHocSubProcess' ? [] : scope.elements.filter(({ source }) => beginsInstance(source));
  if (explicit.length > 0) return explicit;
  return scope.elements.filter(({ id, source }) => canBegin(source) && !incoming.has(id));
}

const beginsInstance = (source: Element['source']): boolean =>
  source.type === 'start' || ('instantiate' in source && source.instantiate !== undefined);

function canBegin(source: Element['source']): boolean {
  if (source.type === 'boundary' || source.type === 'eventSubProcess') return false;
  if (source.type === 'catch') return source.link === undefined;
  return !('forCompensation' in source);
}

function scopesOf(
  nodes: readonly NodeSource[],
  { host, depth, data }: Omit<ScopeOutline, 'elements'>,
  modules: ModuleFaces | undefined,
): ScopeOutline[] {
  const elements: Element[] = [];
  const scope: ScopeOutline = { host, depth, elements, data };
  for (const node of nodes) {
    const events = 'boundary' in node ? (node.boundary ?? []) : [];
    const outcomes = outcomesOf(node, modules);
    elements.push({ ...elementOf(node, scope, outcomes), boundary: events.map((event) => event.id) });
    for (const event of events)
      elements.push(elementOf({ ...event, type: 'boundary', host: node.id }, scope, ['done']));
  }
  const inner = nodes.flatMap((node) =>
    'nodes' in node ? scopesOf(node.nodes, { host: node.id, depth: depth + 1, data: node.data ?? [] }, modules) : [],
  );
  return [scope, ...inner];
}

function elementOf(source: NodeSource | BoundaryElement, scope: ScopeOutline, outcomes: readonly string[]): Element {
  const { id, name = id } = source;
  const next = 'next' in source ? source.next : undefined;
  const all = flowsOf(id, next);
  const base = { source, id, name, scope, boundary: [], outcomes };
  if (source.type !== 'boundary' || source.compensate === undefined) return { ...base, flows: all };
  const [handler] = all;
  return { ...base, flows: [], ...(handler !== undefined && { undoneBy: handler.to }) };
}

function outcomesOf(source: NodeSource, modules: ModuleFaces | undefined): readonly string[] {
  if (source.type === 'criterion') return source.within === undefined ? ['fired'] : ['fired', 'expired'];
  if (source.type === 'businessRuleTask' && source.rules !== undefined && source.outcomes === undefined) {
    const named = [...new Set(source.rules.flatMap(({ outcome }) => outcome ?? []))];
    return named.length > 0 ? named : ['done'];
  }
  if (source.type === 'module') {
    const face = modules?.get(source.module);
    return face?.outcomes(source.config ?? {}) ?? outcomesIn(source.next);
  }
  if (!('outcomes' in source) && source.type !== 'userTask' && !isWork(source)) return ['done'];
  return source.outcomes ?? outcomesIn(source.next);
}

const outcomesIn = (next: NextSource | undefined): readonly string[] =>
  isByOutcome(next) ? Object.keys(next) : ['done'];

const isWork = (source: NodeSource): source is Extract<NodeSource, { type: 'job' }> =>
  source.type === 'job' || ('kind' in source && source.kind !== undefined);

const isByOutcome = (next: NextSource | undefined): next is Record<string, string> =>
  typeof next === 'object' && !Array.isArray(next);

function flowsOf(from: string, next: NextSource | undefined): readonly FlowOutline[] {
  if (next === undefined) return [];
  if (isByOutcome(next)) {
    return Object.entries(next).map(([outcome, to]) => ({
      id: `${from}:${outcome}`,
      from,
      to,
      outcome,
      isDefault: false,
    }));
  }
  const targets = new Map<string, number>();
  return [next].flat().map((entry) => {
    const { to, id, when, outcome, ...rest } = typeof entry === 'string' ? { to: entry } : entry;
    const count = (targets.get(to) ?? 0) + 1;
    targets.set(to, count);
    return {
      id: id ?? (count === 1 ? `${from}>${to}` : `${from}>${to}>${count}`),
      from,
      to,
      ...(outcome !== undefined && { outcome }),
      ...(when !== undefined && { when }),
      isDefault: 'default' in rest,
    };
  });
}
