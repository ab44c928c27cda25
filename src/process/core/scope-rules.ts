/** Rules about a (sub-)process as a whole: unique ids, a beginning, everything within reach, and limits. */
import { isActivity, isForCompensation, isLinkCatch } from './event-parts.ts';
import { type Element, type Outline, type ScopeOutline, startsOf } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';
import { MAX_DEPTH, MAX_FLOWS, MAX_NODES } from './source.ts';

/** With more than this nothing else is looked at. */
export function limitBreaches({ definition: { key }, elements, scopes }: Outline): Breach[] {
  const flows = elements.reduce((total, element) => total + element.flows.length, 0);
  const breaches: Breach[] = [];
  if (elements.length > MAX_NODES) {
    const message = `There are ${elements.length} nodes and boundary events; ${MAX_NODES} are allowed, so move a part into a process of its own.`;
    breaches.push({ rule: 'limits.nodes', element: key, message });
  }
  if (flows > MAX_FLOWS) {
    breaches.push({
      rule: 'limits.flows',
      element: key,
      message: `There are ${flows} flows; ${MAX_FLOWS} are allowed, so move a part into a process of its own.`,
    });
  }
  for (const { host, depth } of scopes) {
    if (depth !== MAX_DEPTH + 1) continue;
    const message = `"${host}" is a sub-process ${depth} levels deep; ${MAX_DEPTH} are allowed.`;
    breaches.push({ rule: 'limits.depth', element: host ?? key, message });
  }
  return breaches;
}

export function scopeBreaches(outline: Outline): Breach[] {
  return [...drawingBreaches(outline), ...repeatedIds(outline), ...reachBreaches(outline)];
}

function drawingBreaches({ definition: { key, executable } }: Outline): readonly Breach[] {
  const message = `"${key}" says of itself that it does not run; take "executable": false away to deploy it.`;
  return breachIf(executable === false, 'definition.not-executable', { element: key, message });
}

function repeatedIds({ elements, byId }: Outline): Breach[] {
  return elements
    .filter((element) => byId.get(element.id) !== element)
    .map(({ id }) => ({
      rule: 'node.duplicate-id',
      element: id,
      message: `There are several nodes with the id "${id}"; give each its own.`,
    }));
}

function reachBreaches(outline: Outline): Breach[] {
  const starts = new Map(outline.scopes.map((scope) => [scope, startsOf(scope, outline)]));
  const links = outline.elements.filter(isLinkCatch);
  const reached = reachableFrom([...starts.values(), links].flat(), outline);
  return [...starts].flatMap(([scope, { length }]): readonly Breach[] => {
    if (length === 0) return withoutStart(scope, outline);
    return scope.elements
      .filter((element) => !reached.has(element) && !isBegunByEvent(element))
      .map(({ id }) => ({
        rule: 'node.unreachable',
        element: id,
        message: `No way leads from a start to "${id}"; lead a flow to it, or take it away.`,
      }));
  });
}

/** These have rules of their own, which say where their event is missing. */
const isBegunByEvent = (element: Element): boolean =>
  element.source.type === 'boundary' || element.source.type === 'eventSubProcess' || isForCompensation(element);

function withoutStart({ host, elements }: ScopeOutline, { byId, definition: { key } }: Outline): readonly Breach[] {
  const around = host === undefined ? undefined : byId.get(host)?.source.type;
  const element = host ?? key;
  const breach = (why: string): Breach[] => [{ rule: 'start.missing', element, message: `"${element}" ${why}` }];
  // Of these others rules say what is missing.
  if (around === 'eventSubProcess') return [];
  if (around === 'adHocSubProcess' && !elements.some(isActivity)) return [];
  if (elements.length === 0) return breach('has no nodes; give it at least one.');
  if (elements.every((each) => isBegunByEvent(each) || isLinkCatch(each))) {
    return breach('has no beginning: all that is in it is begun by events; add a node to begin with.');
  }
  return breach('has no beginning: every node has a flow leading to it; add a node of type start.');
}

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
