/** Rules about outcomes: those that flows and comments name exist, and each has a way on where ways depend on it. */
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';

export function outcomeBreaches({ elements }: Outline): Breach[] {
  return elements.flatMap((element) => [...repeated(element), ...unknown(element), ...uncovered(element)]);
}

function repeated({ id, outcomes }: Element): Breach[] {
  const seen = new Set<string>();
  return outcomes
    .filter((outcome) => seen.size === seen.add(outcome).size)
    .map((outcome) => ({
      rule: 'outcome.duplicate',
      element: id,
      message: `"${id}" lists the outcome "${outcome}" twice; keep it once.`,
    }));
}

function unknown({ id, source, outcomes, flows }: Element): Breach[] {
  const known = new Set(outcomes);
  const commentOn = source.type === 'userTask' ? (source.commentOn ?? []) : [];
  const byRules = source.type === 'businessRuleTask' ? (source.rules ?? []).map(({ outcome }) => outcome) : [];
  return [...new Set([...flows.map(({ outcome }) => outcome), ...commentOn, ...byRules])]
    .filter((outcome) => outcome !== undefined && !known.has(outcome))
    .map((outcome) => ({
      rule: 'outcome.unknown',
      element: id,
      message: `"${outcome}" is not an outcome of "${id}", which ends with ${outcomes.join(', ')}; name one of these.`,
    }));
}

/** Without any flow for an outcome all of them end, or go on, alike. */
function uncovered(element: Element): Breach[] {
  const { id, outcomes, flows } = element;
  const covered = new Set(flows.map(({ outcome }) => outcome));
  if (covered.has(undefined) || flows.length === 0) return [];
  return [...new Set([...outcomes, ...withoutWork(element)])]
    .filter((outcome) => !covered.has(outcome))
    .map((outcome) => ({
      rule: 'outcome.uncovered',
      element: id,
      message: `"${id}" can end with "${outcome}", and no way leads on from there; name one for it.`,
    }));
}

/** A loop that asks first may be over before it began. */
const withoutWork = ({ source }: Element): readonly string[] =>
  'loop' in source && source.loop?.testBefore === true ? ['done'] : [];
