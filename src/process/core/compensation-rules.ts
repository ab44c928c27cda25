/** Rules about compensation: who undoes what, and whether what an event wants undone can be. */
import { isForCompensation, isThrowing, resultPartsOf, startsInside } from './event-parts.ts';
import type { BoundaryElement, Element, Outline, ScopeOutline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';

export function compensationBreaches(outline: Outline): Breach[] {
  const { elements } = outline;
  const used = new Set(elements.flatMap(({ undoneBy }) => undoneBy ?? []));
  const undoable = undoableIn(outline);
  return elements.flatMap((element) => [
    ...eventBreaches(element, outline),
    ...handlerBreaches(element, outline, used),
    ...thrownBreaches(element, outline, undoable),
  ]);
}

function eventBreaches({ id, source, scope }: Element, { byId }: Outline): readonly Breach[] {
  if (source.type !== 'boundary' || source.compensate === undefined) return [];
  const [target, ...others] = targetsOf(source);
  const breach = (found: string): Breach[] => [
    {
      rule: 'compensation.handler',
      element: id,
      message: `"${id}" waits for compensation and ${found}; its "next" is the id of one activity with "forCompensation" beside it.`,
    },
  ];
  if (target === undefined) return breach('names no activity that undoes');
  if (others.length > 0) return breach(`has ${others.length + 1} ways on`);
  if (target.isChosen) return breach('chooses its way on');
  const handler = byId.get(target.to);
  if (handler === undefined) return breach(`names "${target.to}", which does not exist`);
  if (handler.scope !== scope) return breach(`names "${target.to}", which is in another (sub-)process`);
  return isForCompensation(handler) ? [] : breach(`names "${target.to}", which has no "forCompensation"`);
}

function targetsOf({ next }: BoundaryElement): readonly { readonly to: string; readonly isChosen: boolean }[] {
  if (next === undefined) return [];
  if (typeof next === 'object' && !Array.isArray(next)) {
    return Object.values(next).map((to) => ({ to, isChosen: true }));
  }
  return [next].flat().map((way) => {
    if (typeof way === 'string') return { to: way, isChosen: false };
    return { to: way.to, isChosen: 'when' in way || 'default' in way || 'outcome' in way };
  });
}

function handlerBreaches(element: Element, { incoming }: Outline, used: ReadonlySet<string>): readonly Breach[] {
  const { id, flows } = element;
  if (!isForCompensation(element)) return [];
  const [from] = incoming.get(id) ?? [];
  const way = from === undefined ? `to "${flows[0]?.to}"` : `from "${from.from}"`;
  return [
    ...breachIf(from !== undefined || flows.length > 0, 'compensation.handler-flows', {
      element: id,
      message: `"${id}" is for compensation and has a flow ${way}; it is begun by its event alone, and nothing follows it.`,
    }),
    ...breachIf(!used.has(id), 'compensation.unused-handler', {
      element: id,
      message: `"${id}" is for compensation, and no boundary event with "compensate" names it; name it in the "next" of one.`,
    }),
  ];
}

function thrownBreaches(element: Element, outline: Outline, undoable: ReadonlySet<Element>): readonly Breach[] {
  const { id, source } = element;
  if (!isThrowing(source)) return [];
  return resultPartsOf(source).flatMap(({ compensate }) => {
    if (compensate === undefined || compensate === true) return [];
    const activity = outline.byId.get(compensate);
    if (activity === undefined || !isAround(element, activity.scope, outline)) {
      const found = activity === undefined ? 'which does not exist' : 'which is inside another sub-process';
      const message = `"${id}" undoes "${compensate}", ${found}; name an activity beside it or around it.`;
      return [{ rule: 'compensation.unknown-activity', element: id, message } as const];
    }
    return breachIf(!undoable.has(activity), 'compensation.not-undoable', {
      element: id,
      message: `"${id}" undoes "${compensate}", and nothing says how; give that a boundary event with "compensate".`,
    });
  });
}

/** Whether this is the scope of the element, or one around it. */
function isAround(element: Element, wanted: ScopeOutline, { byId }: Outline): boolean {
  for (let inner: Element | undefined = element; inner !== undefined; ) {
    if (inner.scope === wanted) return true;
    inner = inner.scope.host === undefined ? undefined : byId.get(inner.scope.host);
  }
  return false;
}

/** Activities with a compensation event, and sub-processes in which there is something that can be undone. */
function undoableIn({ elements, scopes, byId }: Outline): ReadonlySet<Element> {
  const undoable = new Set(elements.filter(({ boundary }) => boundary.some((id) => isCompensation(byId.get(id)))));
  for (const { host, elements: inside } of scopes.toReversed()) {
    const around = host === undefined ? undefined : byId.get(host);
    if (around === undefined) continue;
    const isUndoable = inside.some(
      (element) => undoable.has(element) || startsInside(element.source).some(({ compensate }) => compensate === true),
    );
    if (isUndoable) undoable.add(around);
  }
  return undoable;
}

const isCompensation = (element: Element | undefined): boolean =>
  element?.source.type === 'boundary' && element.source.compensate !== undefined;
