/** Rules about outcomes: those that flows and comments name exist, and each has a way on where ways depend on it. */
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';

export function outcomeBreaches({ elements }: Outline): Breach[] {
  return elements.flatMap((element) => [...repeated(element), ...unknown(element), ...uncovered(element)]);
}

function repeated({ id, outcomes }: Element): Breach[] {
  return outcomes
    .filter((outcome, place) => outcomes.indexOf(outcome) !== place)
    .map((outcome) => ({ rule: 'outcome.duplicate', element: id, message: `"${id}" lists "${outcome}" twice.` }));
}

function unknown({ id, source, outcomes, flows }: Element): Breach[] {
  const commentOn = source.type === 'userTask' ? (source.commentOn ?? []) : [];
  return [...new Set([...flows.map(({ outcome }) => outcome), ...commentOn])]
    .filter((outcome) => outcome !== undefined && !outcomes.includes(outcome))
    .map((outcome) => ({
      rule: 'outcome.unknown',
      element: id,
      message: `"${outcome}" is not an outcome of "${id}", which ends with ${outcomes.join(', ')}.`,
    }));
}

/** Without any flow for an outcome all of them end, or go on, alike. */
function uncovered({ id, outcomes, flows }: Element): Breach[] {
  if (flows.every(({ outcome }) => outcome === undefined)) return [];
  return outcomes
    .filter((outcome) => !flows.some((flow) => flow.outcome === undefined || flow.outcome === outcome))
    .map((outcome) => ({
      rule: 'outcome.uncovered',
      element: id,
      message: `"${id}" can end with "${outcome}", and no way leads on from there.`,
    }));
}
