/** Holds a definition against every rule and reports all breaches at once; docs/reference/process-rules.md lists them. */
import { activityBreaches } from './activity-rules.ts';
import { compensationBreaches } from './compensation-rules.ts';
import type { Conditions } from './conditions.ts';
import { dataBreaches } from './data-rules.ts';
import { decisionBreaches } from './decision-rules.ts';
import { duplicateBreaches } from './duplicate-rules.ts';
import { eventBreaches } from './event-rules.ts';
import { eventSubProcessBreaches } from './event-sub-process-rules.ts';
import { flowBreaches } from './flow-rules.ts';
import { gatewayBreaches } from './gateway-rules.ts';
import { linkBreaches } from './link-rules.ts';
import { mailBreaches } from './mail.ts';
import { moduleBreaches } from './module-rules.ts';
import { outcomeBreaches } from './outcome-rules.ts';
import type { Outline } from './outline.ts';
import { repetitionBreaches } from './repetition-rules.ts';
import type { Breach } from './rule.ts';
import { limitBreaches, scopeBreaches } from './scope-rules.ts';
import { supportBreaches } from './support-rules.ts';
import { textBreaches } from './text-rules.ts';
import { timerBreaches } from './timer-rules.ts';

/** Each of them looks at every element once, whatever its size: a definition of 5,000 nodes is held against all at once. */
const rules: readonly ((outline: Outline) => readonly Breach[])[] = [
  scopeBreaches,
  flowBreaches,
  gatewayBreaches,
  outcomeBreaches,
  eventBreaches,
  duplicateBreaches,
  linkBreaches,
  eventSubProcessBreaches,
  compensationBreaches,
  activityBreaches,
  moduleBreaches,
  decisionBreaches,
  mailBreaches,
  repetitionBreaches,
  dataBreaches,
  timerBreaches,
  supportBreaches,
];

export function validate(outline: Outline, conditions: Conditions): readonly Breach[] {
  const tooLarge = limitBreaches(outline);
  if (tooLarge.length > 0) return tooLarge;
  return [...rules.flatMap((breachesOf) => breachesOf(outline)), ...textBreaches(outline, conditions)];
}
