/** Rules about link events: each that is thrown is caught once in its scope, and nothing else leads in or out. */
import { isLinkCatch, isLinkThrow } from './event-parts.ts';
import type { Element, Outline, ScopeOutline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';

export function linkBreaches(outline: Outline): Breach[] {
  return outline.scopes.flatMap((scope) => linksIn(scope, outline));
}

const nameOf = ({ source }: Element): string => ('link' in source ? (source.link ?? '') : '');

function linksIn({ elements }: ScopeOutline, { incoming, byId }: Outline): Breach[] {
  const thrown = elements.filter(isLinkThrow);
  const caught = elements.filter(isLinkCatch);
  const throwers = new Set(thrown.map(nameOf));
  const catchers = new Map<string, string>();
  const catching = caught.flatMap((element): readonly Breach[] => {
    const { id } = element;
    const name = nameOf(element);
    const other = catchers.get(name);
    catchers.set(name, other ?? id);
    const from = incoming.get(id)?.find((flow) => !isLink(byId.get(flow.from)))?.from;
    return [
      ...breachIf(other !== undefined, 'link.duplicate-target', {
        element: id,
        message: `"${id}" catches the link "${name}", as "${other}" does; give one of them another name.`,
      }),
      ...breachIf(!throwers.has(name), 'link.never-thrown', {
        element: id,
        message: `"${id}" catches the link "${name}", which nothing here throws; throw it in the same (sub-)process.`,
      }),
      ...breachIf(from !== undefined, 'link.has-incoming', {
        element: id,
        message: `"${id}" catches the link "${name}" and has a flow from "${from}"; only the link leads there.`,
      }),
    ];
  });
  return [...catching, ...thrown.flatMap((element) => throwBreaches(element, catchers))];
}

function throwBreaches(element: Element, catchers: ReadonlyMap<string, string>): readonly Breach[] {
  const { id, source } = element;
  const name = nameOf(element);
  return [
    ...breachIf(!catchers.has(name), 'link.unknown-target', {
      element: id,
      message: `"${id}" throws the link "${name}", which nothing in the same (sub-)process catches; add a catch for it.`,
    }),
    ...breachIf('next' in source && source.next !== undefined, 'link.has-outgoing', {
      element: id,
      message: `"${id}" throws the link "${name}" and has "next"; it goes on where the link is caught.`,
    }),
  ];
}

const isLink = (element: Element | undefined): boolean => element !== undefined && isLinkThrow(element);
