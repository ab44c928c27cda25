/** Holds a definition against every rule and reports all breaches at once; docs/reference/process-rules.md lists them. */
import type { Conditions } from './conditions.ts';
import { flowBreaches } from './flow-rules.ts';
import { outcomeBreaches } from './outcome-rules.ts';
import type { Outline } from './outline.ts';
import type { Breach } from './rule.ts';
import { scopeBreaches } from './scope-rules.ts';
import { textBreaches } from './text-rules.ts';

export function validate(outline: Outline, conditions: Conditions): Breach[] {
  return [
    ...scopeBreaches(outline),
    ...flowBreaches(outline),
    ...outcomeBreaches(outline),
    ...textBreaches(outline, conditions),
  ];
}
