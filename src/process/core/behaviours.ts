/** A node as it is written → what it does. */
import { parseDuration } from '../../kernel/duration.ts';
import { alarmsOf } from './alarm.ts';
import { type Conditions, conditionOf } from './conditions.ts';
import type { AdHoc, Behaviour, Condition, EventHandler, Inside, Listener, Repetition } from './definition.ts';
import { dueTimeOf } from './due.ts';
import { formOf } from './form.ts';
import { formulasIn, isFormula } from './formulas.ts';
import { mailOf } from './mail.ts';
import { type Element, type Outline, type ScopeOutline, startsOf } from './outline.ts';
import type { NodeSource } from './source.ts';
import { throwsOf, triggerOf } from './triggers.ts';
import { DEFAULT_ATTEMPTS } from './work.ts';

export type Parts = { readonly outline: Outline; readonly conditions: Conditions };
type Of<Type extends NodeSource['type']> = Extract<NodeSource, { type: Type }>;

export function behaviourOf(element: Element, parts: Parts): Behaviour {
  const { source } = element;
  const { conditions } = parts;
  const feel = (text: string): Condition => conditionOf(text, conditions);
  const optional = <Key extends string>(key: Key, text: string | undefined) =>
    (text === undefined ? {} : { [key]: feel(text) }) as { readonly [K in Key]?: Condition };
  switch (source.type) {
    case 'task':
    case 'manualTask':
      return { type: 'pass' };
    case 'start':
    case 'boundary':
      return { type: source.type };
    case 'end':
    case 'throw':
      return { type: source.type, throws: throwsOf(source, conditions) };
    case 'catch': {
      const trigger = triggerOf(source, conditions);
      return trigger === undefined ? { type: 'pass' } : { type: 'catch', trigger };
    }
    case 'receiveTask': {
      const trigger = triggerOf(source, conditions);
      return trigger === undefined ? { type: 'pass' } : { type: 'catch', trigger };
    }
    case 'complexGateway':
      return { type: source.type, ...optional('activation', source.activation) };
    case 'eventGateway':
      return { type: source.type, events: eventsBehind(element, parts) };
    case 'callActivity': {
      const { process = '', version, businessKey } = source;
      return {
        type: 'call',
        process: isFormula(process) ? feel(process.slice(1)) : process,
        ...(version !== undefined && { version }),
        ...optional('businessKey', businessKey),
      };
    }
    case 'subProcess':
    case 'transaction':
    case 'adHocSubProcess':
      return {
        type: 'subProcess',
        isTransaction: source.type === 'transaction',
        ...insideOf(scopeOfHost(element.id, parts), parts),
        ...(source.type === 'adHocSubProcess' && { adHoc: adHocOf(source, feel) }),
      };
    case 'eventSubProcess':
      return { type: source.type, ...insideOf(scopeOfHost(element.id, parts), parts) };
    case 'exclusiveGateway':
    case 'parallelGateway':
    case 'inclusiveGateway':
      return { type: source.type };
    default:
      return workOf(element, { source, parts });
  }
}

type Work = Of<'criterion' | 'userTask' | 'job' | 'module' | 'mail' | 'scriptTask' | 'businessRuleTask' | 'sendTask'>;

function workOf({ id }: Element, { source, parts }: { readonly source: Work; readonly parts: Parts }): Behaviour {
  const { conditions, outline } = parts;
  if ('kind' in source && source.kind !== undefined) return jobOf(source, source.kind);
  switch (source.type) {
    case 'criterion': {
      const { type, criterion, within } = source;
      return { type, criterion, ...(within !== undefined && { withinMs: parseDuration(within) }) };
    }
    case 'userTask':
      return userTaskOf(source, { role: source.role ?? outline.laneRoles.get(id) ?? '', conditions });
    case 'module':
      return moduleOf(source, conditions);
    case 'mail':
      return mailOf(source, conditions);
    case 'scriptTask': {
      const { script = 'null', result } = source;
      return { type: 'script', script: conditionOf(script, conditions), ...(result !== undefined && { result }) };
    }
    case 'businessRuleTask':
      return source.decision === undefined ? rulesOf(source, conditions) : decisionOf(source, outline);
    case 'sendTask': {
      const [throws] = throwsOf(source, conditions);
      return throws?.what === 'message' ? { type: 'send', throws } : { type: 'pass' };
    }
    default:
      return jobOf(source, '');
  }
}

function jobOf(source: Of<'job' | 'scriptTask' | 'businessRuleTask' | 'sendTask'>, kind: string): Behaviour {
  const { payload = {}, priority = 0, maxAttempts = DEFAULT_ATTEMPTS } = source;
  return { type: 'job', kind, payload, priority, maxAttempts };
}

function moduleOf(source: Of<'module'>, conditions: Conditions): Behaviour {
  const { type, module, config = {}, priority = 0, maxAttempts = DEFAULT_ATTEMPTS } = source;
  const formulas = formulasIn(config).map(({ path, text }) => ({ path, value: conditionOf(text, conditions) }));
  return { type, module, config, formulas, priority, maxAttempts };
}

function userTaskOf(
  source: Of<'userTask'>,
  { role, conditions }: { readonly role: string; readonly conditions: Conditions },
): Behaviour {
  const { type, commentOn = [], priority = 0, due, followUp, notify, form, notBy, apply = [] } = source;
  const alarms = alarmsOf(source);
  return {
    type,
    role,
    commentOn,
    priority,
    apply: [apply].flat(),
    ...(due !== undefined && { due: dueTimeOf(due, conditions) }),
    ...(followUp !== undefined && { followUp: dueTimeOf(followUp, conditions) }),
    ...(alarms.length > 0 && { alarms }),
    ...(form !== undefined && { form: formOf(form) }),
    ...(notBy !== undefined && { notBy }),
    ...(notify !== undefined && { notify }),
  };
}

function rulesOf({ rules = [], result }: Of<'businessRuleTask'>, conditions: Conditions): Behaviour {
  return {
    type: 'rules',
    rules: rules.map(({ when, then, outcome }) => ({
      ...(when !== undefined && { when: conditionOf(when, conditions) }),
      ...(then !== undefined && { value: conditionOf(then, conditions) }),
      ...(outcome !== undefined && { outcome }),
    })),
    ...(result !== undefined && { result }),
  };
}

function decisionOf({ decision = '', result }: Of<'businessRuleTask'>, { faces }: Outline): Behaviour {
  const face = faces.decisions?.get(decision);
  return {
    type: 'decision',
    decision,
    ...(face !== undefined && { face }),
    ...(result !== undefined && { result }),
  };
}

function adHocOf(source: Of<'adHocSubProcess'>, feel: (text: string) => Condition): AdHoc {
  const { activate, sequential = false, completionCondition, keepRemaining = false } = source;
  return {
    sequential,
    keepRemaining,
    ...(activate !== undefined && { activate: feel(activate) }),
    ...(completionCondition !== undefined && { completion: feel(completionCondition) }),
  };
}

/** The events right behind a gateway; each of them waits for something. */
function eventsBehind({ flows }: Element, { outline, conditions }: Parts): readonly Listener[] {
  return flows.flatMap(({ to }) => {
    const source = outline.byId.get(to)?.source;
    if (source?.type !== 'catch' && source?.type !== 'receiveTask') return [];
    const trigger = triggerOf(source, conditions);
    return trigger === undefined ? [] : [{ node: to, trigger }];
  });
}

export function insideOf(scope: ScopeOutline, { outline, conditions }: Parts): Inside {
  return {
    starts: startsOf(scope, outline).map(({ id }) => id),
    handlers: scope.elements.flatMap((element) => handlerOf(element, { outline, conditions }) ?? []),
    data: scope.data.map(({ name, value }) => ({
      name,
      ...(value !== undefined && { value: conditionOf(value, conditions) }),
    })),
  };
}

const scopeOfHost = (id: string, { outline }: Parts): ScopeOutline =>
  outline.scopes.find(({ host }) => host === id) ?? { host: id, depth: 0, elements: [], data: [] };

function handlerOf({ id, source }: Element, { outline, conditions }: Parts): EventHandler | undefined {
  if (source.type !== 'eventSubProcess') return undefined;
  const start = source.nodes.find((node) => node.type === 'start');
  const trigger = start?.type === 'start' ? triggerOf(start, conditions) : undefined;
  if (start?.type !== 'start' || trigger === undefined || outline.byId.get(id)?.source !== source) return undefined;
  const mustInterrupt = trigger.on === 'error';
  return { node: id, start: start.id, trigger, interrupting: mustInterrupt || start.interrupting !== false };
}

export function repetitionOf(source: Element['source'], conditions: Conditions): Repetition | undefined {
  const feel = (text: string): Condition => conditionOf(text, conditions);
  if ('loop' in source && source.loop !== undefined) {
    const { condition, testBefore = false, maximum = Number.MAX_SAFE_INTEGER } = source.loop;
    return { type: 'loop', condition: feel(condition), testBefore, maximum };
  }
  if (!('multiInstance' in source) || source.multiInstance === undefined) return undefined;
  const {
    collection,
    cardinality,
    element = 'item',
    sequential = false,
    completionCondition,
    output,
  } = source.multiInstance;
  return {
    type: 'multiInstance',
    element,
    sequential,
    ...(collection !== undefined && { collection: feel(collection) }),
    ...(cardinality !== undefined && { cardinality: feel(cardinality) }),
    ...(completionCondition !== undefined && { completion: feel(completionCondition) }),
    ...(output !== undefined && { output: { collection: output.collection, element: feel(output.element) } }),
  };
}
