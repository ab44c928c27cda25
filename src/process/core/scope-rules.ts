/** Rules about a (sub-)process as a whole: unique ids, a beginning, everything within reach, and limits. */
import { type Element, type Outline, startsOf } from './outline.ts';
import type { Breach } from './rule.ts';
import { MAX_DEPTH, MAX_FLOWS, MAX_NODES } from './source.ts';

export function scopeBreaches(outline: Outline): Breach[] {
  return [...limitBreaches(outline), ...repeatedIds(outline), ...reachBreaches(outline)];
}

function limitBreaches({ definition: { key }, elements, scopes }: Outline): Breach[] {
  const flows = elements.reduce((total, element) => total + element.flows.length, 0);
  const breaches: Breach[] = [];
  if (elements.length > MAX_NODES) {
    const message = `There are ${elements.length} nodes and boundary events; ${MAX_NODES} are allowed.`;
    breaches.push({ rule: 'limits.nodes', element: key, message });
  }
  if (flows > MAX_FLOWS) {
    breaches.push({
      rule: 'limits.flows',
      element: key,
      message: `There are ${flows} flows; ${MAX_FLOWS} are allowed.`,
    });
  }
  for (const { host, depth } of scopes) {
    if (depth !== MAX_DEPTH + 1) continue;
    const message = `"${host}" is a sub-process ${depth} levels deep; ${MAX_DEPTH} are allowed.`;
    breaches.push({ rule: 'limits.depth', element: host ?? key, message });
  }
  return breaches;
}

function repeatedIds({ elements, byId }: Outline): Breach[] {
  return elements
    .filter((element) => byId.get(element.id) !== element)
    .map(({ id }) => ({
      rule: 'node.duplicate-id',
      element: id,
      message: `There are several nodes with the id "${id}".`,
    }));
}

function reachBreaches(outline: Outline): Breach[] {
  const starts = new Map(outline.scopes.map((scope) => [scope, startsOf(scope, outline)]));
  const reached = reachableFrom([...starts.values()].flat(), outline);
  return [...starts].flatMap(([scope, { length }]): Breach[] => {
    if (length === 0) return [withoutStart(scope.host ?? outline.definition.key)];
    return scope.elements
      .filter((element) => !reached.has(element) && element.source.type !== 'boundary')
      .map(({ id }) => ({ rule: 'node.unreachable', element: id, message: `No way leads from a start to "${id}".` }));
  });
}

const withoutStart = (element: string): Breach => ({
  rule: 'start.missing',
  element,
  message: `"${element}" has no beginning: every node has a flow leading to it, and none is of type start.`,
});

function reachableFrom(starts: readonly Element[], { byId }: Outline): ReadonlySet<Element> {
  const reached = new Set(starts);
  for (const { flows, boundary } of reached) {
    for (const id of [...boundary, ...flows.map(({ to }) => to)]) {
      const next = byId.get(id);
      if (next !== undefined) reached.add(next);
    }
  }
  return reached;
}
