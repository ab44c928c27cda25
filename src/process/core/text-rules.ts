/** Rules about what stands in texts and settings: FEEL expressions, and the criteria by which an instance starts. */
import { isMillraceError } from '../../kernel/errors.ts';
import { type Conditions, expressionsOf } from './conditions.ts';
import type { Outline } from './outline.ts';
import type { Breach } from './rule.ts';
import type { DefinitionSource } from './source.ts';

export function textBreaches({ definition, elements, scopes }: Outline, conditions: Conditions): Breach[] {
  const syntax = (element: string, texts: readonly string[]): Breach[] =>
    texts.flatMap((text) => {
      const condition = conditions.get(text);
      if (!isMillraceError(condition)) return [];
      return [{ rule: 'condition.syntax', element, message: `${condition.message}.` } as const];
    });
  return [
    ...startBreaches(definition),
    ...elements.flatMap((element) => syntax(element.id, expressionsOf(element))),
    ...scopes.flatMap(({ host = definition.key, data }) =>
      syntax(
        host,
        data.flatMap(({ value }) => value ?? []),
      ),
    ),
  ];
}

function startBreaches({ key, start }: DefinitionSource): Breach[] {
  if (start === undefined) return [];
  const { criteria, mode } = start;
  const breaches: Breach[] = [];
  if (typeof mode === 'number' && mode > criteria.length) {
    const message = `The start needs ${mode} criteria, and names only ${criteria.length}; name more, or need fewer.`;
    breaches.push({ rule: 'start.mode', element: key, message });
  }
  const twice = new Set(criteria.filter((name, place) => criteria.indexOf(name) !== place));
  for (const name of twice) {
    const message = `The start names the criterion "${name}" more than once; keep it once.`;
    breaches.push({ rule: 'start.duplicate-criterion', element: key, message });
  }
  return breaches;
}
