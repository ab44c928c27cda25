/**
 * A definition laid out flat: nodes and boundary events side by side, each with its scope and the flows that leave it.
 * Rules and compiler read this instead of the nested JSON with its four ways to write `next`.
 */
import type { BoundarySource, DefinitionSource, Label, NextSource, NodeSource } from './source.ts';

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
};

export type Outline = {
  readonly definition: DefinitionSource;
  readonly elements: readonly Element[];
  readonly scopes: readonly ScopeOutline[];
  readonly byId: ReadonlyMap<string, Element>;
  readonly incoming: ReadonlyMap<string, readonly FlowOutline[]>;
};

export function outlineOf(definition: DefinitionSource): Outline {
  const scopes = scopesOf(definition.nodes, { host: undefined, depth: 0 });
  const elements = scopes.flatMap((scope) => scope.elements);
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
  return { definition, elements, scopes, byId, incoming };
}

/** The nodes with which a scope begins: those of type start, else those that no flow leads to. */
export function startsOf(scope: ScopeOutline, { incoming }: Pick<Outline, 'incoming'>): readonly Element[] {
  const explicit = scope.elements.filter(({ source }) => source.type === 'start');
  if (explicit.length > 0) return explicit;
  return scope.elements.filter(({ id, source }) => source.type !== 'boundary' && !incoming.has(id));
}

function scopesOf(nodes: readonly NodeSource[], { host, depth }: Omit<ScopeOutline, 'elements'>): ScopeOutline[] {
  const elements: Element[] = [];
  const scope: ScopeOutline = { host, depth, elements };
  for (const node of nodes) {
    const events = 'boundary' in node ? (node.boundary ?? []) : [];
    elements.push(elementOf(node, scope, events));
    for (const event of events) elements.push(elementOf({ ...event, type: 'boundary', host: node.id }, scope, []));
  }
  const inner = nodes.flatMap((node) =>
    node.type === 'subProcess' ? scopesOf(node.nodes, { host: node.id, depth: depth + 1 }) : [],
  );
  return [scope, ...inner];
}

function elementOf(
  source: NodeSource | BoundaryElement,
  scope: ScopeOutline,
  boundary: readonly BoundarySource[],
): Element {
  const { id, name = id } = source;
  const next = 'next' in source ? source.next : undefined;
  const flows = flowsOf(id, next);
  return { source, id, name, scope, boundary: boundary.map((event) => event.id), outcomes: outcomesOf(source), flows };
}

function outcomesOf(source: Element['source']): readonly string[] {
  if (source.type === 'criterion') return source.within === undefined ? ['fired'] : ['fired', 'expired'];
  if (source.type !== 'userTask' && source.type !== 'job') return ['done'];
  return source.outcomes ?? (isByOutcome(source.next) ? Object.keys(source.next) : ['done']);
}

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
