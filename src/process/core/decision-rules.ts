/** A rule about business rule tasks: there is such a decision. */
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';

export function decisionBreaches({ elements, faces: { decisions } }: Outline): Breach[] {
  if (decisions === undefined) return [];
  return elements.flatMap(({ id, source }: Element): readonly Breach[] => {
    if (source.type !== 'businessRuleTask' || source.decision === undefined) return [];
    if (decisions.get(source.decision) !== undefined) return [];
    const message = `"${id}" asks for the decision "${source.decision}", which is not deployed; deploy its DMN file first. GET /api/v1/decisions lists those that are.`;
    return [{ rule: 'decision.unknown', element: id, message }];
  });
}
