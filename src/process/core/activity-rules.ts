/** Rules about activities: each says what is done, once, and nothing that would be ignored. */
import { isForCompensation, kindsIn } from './event-parts.ts';
import { formProblem } from './form.ts';
import type { Element, Outline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';
import type { NodeSource } from './source.ts';
import { id as idShape } from './source-parts.ts';

type Type = NodeSource['type'];
type Fields = Readonly<Record<string, unknown>>;

/** What an activity can be done by; it needs one of them. */
const WORK: { readonly [T in Type]?: readonly string[] } = {
  job: ['kind'],
  scriptTask: ['script', 'kind'],
  businessRuleTask: ['rules', 'kind', 'decision'],
  sendTask: ['message', 'kind'],
  receiveTask: ['message'],
  callActivity: ['process'],
};

const forJobs = { payload: ['kind'], priority: ['kind'], maxAttempts: ['kind'], outcomes: ['kind'] };
/** Fields that mean something only together with one of those that are named. */
const USED_WITH: { readonly [T in Type]?: Readonly<Record<string, readonly string[]>> } = {
  scriptTask: { ...forJobs, result: ['script'] },
  businessRuleTask: { ...forJobs, outcomes: ['kind', 'rules'], result: ['rules', 'decision'] },
  sendTask: forJobs,
};
/** Alarms of a user task ring by its due time. */
const BY_DUE = ['reminders', 'escalation'];

export function activityBreaches(outline: Outline): Breach[] {
  return outline.elements.flatMap((element) => [
    ...workBreaches(element),
    ...roleBreaches(element, outline),
    ...alarmBreaches(element),
    ...formBreaches(element),
    ...doerBreaches(element, outline),
    ...processBreaches(element),
    ...hiddenRules(element),
    ...quantityBreaches(element, outline),
  ]);
}

function workBreaches({ id, source }: Element): readonly Breach[] {
  const ways = source.type === 'boundary' ? undefined : WORK[source.type];
  if (ways === undefined) return [];
  const fields = source as Fields;
  const found = kindsIn(ways, fields);
  if (found.length !== 1) {
    const choice = ways.map((way) => `"${way}"`).join(' or ');
    return [
      ...breachIf(found.length === 0, 'activity.incomplete', {
        element: id,
        message: `"${id}" is a ${source.type} and does not say what is done; give it ${choice}.`,
      }),
      ...breachIf(found.length > 1, 'activity.ambiguous', {
        element: id,
        message: `"${id}" has ${found.map((way) => `"${way}"`).join(' and ')}, and only one of them could be done; keep one.`,
      }),
    ];
  }
  return Object.entries((source.type !== 'boundary' && USED_WITH[source.type]) || {}).flatMap(([field, needs]) => {
    const isUnused = fields[field] !== undefined && kindsIn(needs, fields).length === 0;
    const message = `"${id}" has "${field}", which means something only with ${needs.map((need) => `"${need}"`).join(' or ')}; take it away.`;
    return breachIf(isUnused, 'activity.unused-field', { element: id, message });
  });
}

function roleBreaches({ id, source }: Element, { laneRoles }: Outline): readonly Breach[] {
  if (source.type !== 'userTask' || source.role !== undefined || laneRoles.has(id)) return [];
  const message = `"${id}" is a user task, and nobody is to do it; give it a "role", or put it into a lane.`;
  return [{ rule: 'activity.role-missing', element: id, message }];
}

function alarmBreaches({ id, source }: Element): readonly Breach[] {
  if (source.type !== 'userTask' || source.due !== undefined) return [];
  return BY_DUE.filter((field) => (source as Fields)[field] !== undefined).map((field) => {
    const message = `"${id}" has "${field}", which means something only with "due"; take it away.`;
    return { rule: 'activity.unused-field', element: id, message };
  });
}

function formBreaches({ id, source }: Element): readonly Breach[] {
  const problem = source.type === 'userTask' && source.form !== undefined ? formProblem(source.form) : undefined;
  const message = `"${id}" has a "form" that is no JSON Schema of variables: ${problem}.`;
  return breachIf(problem !== undefined, 'activity.form', { element: id, message });
}

/** Somebody does other steps; of a step that is no user task nobody could be named. */
function doerBreaches({ id, source }: Element, { byId }: Outline): readonly Breach[] {
  if (source.type !== 'userTask') return [];
  return (source.notBy ?? []).flatMap((other): readonly Breach[] => {
    const message = `"${id}" is not for who did "${other}", which is no other user task; name one.`;
    const isOther = other !== id && byId.get(other)?.source.type === 'userTask';
    return breachIf(!isOther, 'activity.not-by', { element: id, message });
  });
}

function processBreaches({ id, source }: Element): readonly Breach[] {
  if (source.type !== 'callActivity' || source.process === undefined || source.process.startsWith('=')) return [];
  const message = `"${id}" calls "${source.process}", which no process can be called; name the key of a definition, or write "=" and FEEL.`;
  return breachIf(!idShape.safeParse(source.process).success, 'activity.process-key', { element: id, message });
}

/** The first rule whose condition holds decides; one without a condition always does. */
function hiddenRules({ id, source }: Element): readonly Breach[] {
  if (source.type !== 'businessRuleTask') return [];
  const { rules = [] } = source;
  const place = rules.findIndex(({ when }) => when === undefined);
  const message = `"${id}" has a rule without "when" as number ${place + 1} of ${rules.length}, which hides those behind it; put it last.`;
  return breachIf(place >= 0 && place < rules.length - 1, 'activity.hidden-rule', { element: id, message });
}

function quantityBreaches(element: Element, { incoming }: Outline): readonly Breach[] {
  const { id, source } = element;
  const quantity = 'startQuantity' in source ? (source.startQuantity ?? 1) : 1;
  if (quantity === 1 || incoming.has(id)) return [];
  const why = isForCompensation(element) ? 'is begun by its event' : 'has no flow leading to it';
  const message = `"${id}" needs ${quantity} tokens to begin and ${why}; take "startQuantity" away.`;
  return [{ rule: 'activity.start-quantity', element: id, message }];
}
