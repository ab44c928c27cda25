/** Scripts, decisions, calls, gateways and ad-hoc sub-processes: what tasks say beyond what all activities do. */
import type { NodeSource } from '../core/source.ts';
import {
  compact,
  type Draft,
  expressionIn,
  extension,
  feelIn,
  flagIn,
  idIn,
  integerIn,
  isFeel,
  isForeignExpression,
  textIn,
} from './fields.ts';
import type { Reading } from './reading.ts';
import type { Writing } from './writing.ts';
import {
  attribute,
  childNamed,
  childrenNamed,
  element,
  extend,
  extensionNamed,
  textElement,
  textOf,
  type XmlElement,
} from './xml.ts';

type NodeOf<Type extends NodeSource['type']> = Extract<NodeSource, { type: Type }>;

export function readScript(reading: Reading, from: XmlElement): Draft {
  const own = extensionNamed(from, 'millrace:script');
  const zeebe = extensionNamed(from, 'zeebe:script');
  const format = attribute(from, 'scriptFormat');
  const text = childNamed(from, 'script');
  const isForeign = format !== undefined && !/feel/i.test(format);
  if (isForeign) reading.block(from, `the script is kept, not used: its language is "${format}", not FEEL`);
  return compact({
    script: zeebe ? feelIn(attribute(zeebe, 'expression')) : !isForeign && text ? feelIn(textOf(text)) : undefined,
    result: idIn(
      (own && attribute(own, 'result')) ??
        (zeebe && attribute(zeebe, 'resultVariable')) ??
        attribute(from, 'camunda:resultVariable'),
    ),
  });
}

export function writeScript({ dialect }: Writing, { script, result }: NodeOf<'scriptTask'>, to: XmlElement): void {
  if (dialect === 'zeebe' && script !== undefined && result !== undefined) {
    extend(to, element('zeebe:script', { expression: `=${script}`, resultVariable: result }));
    return;
  }
  if (script !== undefined) {
    to.attributes.set('scriptFormat', 'feel');
    to.children.push(textElement('script', script));
  }
  if (dialect === 'camunda' && result !== undefined) to.attributes.set('camunda:resultVariable', result);
  else extend(to, ...extension('millrace:script', { result }));
}

export function readDecision(reading: Reading, from: XmlElement): Draft {
  const own = extensionNamed(from, 'millrace:decision');
  const zeebe = extensionNamed(from, 'zeebe:calledDecision');
  const reference =
    (own && attribute(own, 'key')) ??
    (zeebe && attribute(zeebe, 'decisionId')) ??
    attribute(from, 'camunda:decisionRef');
  const decision = idIn(reference);
  if (reference !== undefined && decision === undefined)
    reading.block(from, `the decision "${reference}" is kept, not used: it is no key`);
  const rules = own === undefined ? [] : childrenNamed(own, 'millrace:rule').map(readRule);
  return compact({
    decision,
    rules: rules.length > 0 ? rules : undefined,
    result: idIn(
      (own && attribute(own, 'result')) ??
        (zeebe && attribute(zeebe, 'resultVariable')) ??
        attribute(from, 'camunda:resultVariable'),
    ),
  });
}

function readRule(rule: XmlElement): Draft {
  const text = (name: string): string | undefined => {
    const holder = childNamed(rule, name);
    return holder && feelIn(textOf(holder));
  };
  return compact({
    when: text('millrace:when'),
    // biome-ignore lint/suspicious/noThenProperty: a rule reads "when …, then …"; nobody awaits it
    then: text('millrace:then'),
    outcome: idIn(attribute(rule, 'outcome')),
  });
}

export function writeDecision({ dialect }: Writing, node: NodeOf<'businessRuleTask'>, to: XmlElement): void {
  const { decision, result, rules = [] } = node;
  const isZeebe = dialect === 'zeebe' && decision !== undefined && result !== undefined;
  const isCamunda = dialect === 'camunda' && decision !== undefined;
  if (isZeebe) extend(to, element('zeebe:calledDecision', { decisionId: decision, resultVariable: result }));
  if (isCamunda) {
    to.attributes.set('camunda:decisionRef', decision);
    if (result !== undefined) to.attributes.set('camunda:resultVariable', result);
  }
  const isElsewhere = isZeebe || isCamunda;
  const made = element('millrace:decision', {
    key: isElsewhere ? undefined : decision,
    result: isElsewhere ? undefined : result,
  });
  for (const rule of rules) {
    const written = element('millrace:rule', { outcome: rule.outcome });
    if (rule.when !== undefined) written.children.push(textElement('millrace:when', rule.when));
    if (rule.then !== undefined) written.children.push(textElement('millrace:then', rule.then));
    made.children.push(written);
  }
  if (made.attributes.size + made.children.length > 0) extend(to, made);
}

export function readCall(reading: Reading, from: XmlElement): Draft {
  const own = extensionNamed(from, 'millrace:calledElement');
  const zeebe = extensionNamed(from, 'zeebe:calledElement');
  const called = (zeebe && attribute(zeebe, 'processId')) ?? attribute(from, 'calledElement');
  const isForeign = called !== undefined && isForeignExpression(called);
  if (isForeign) reading.block(from, `the called element "${called}" is kept, not used: it is no FEEL`);
  const key = called === undefined || isFeel(called) ? called?.trim() : called.slice(called.indexOf(':') + 1);
  return compact({
    process: isForeign ? undefined : textIn(key, 400),
    version: integerIn(
      (own && attribute(own, 'version')) ?? attribute(from, 'camunda:calledElementVersion'),
      1,
      999_999_999,
    ),
    businessKey: feelIn(own && attribute(own, 'businessKey')),
  });
}

export function writeCall({ dialect }: Writing, node: NodeOf<'callActivity'>, to: XmlElement): void {
  const { process, version, businessKey } = node;
  if (process !== undefined && dialect === 'zeebe') extend(to, element('zeebe:calledElement', { processId: process }));
  else if (process !== undefined) to.attributes.set('calledElement', process);
  const isCamunda = dialect === 'camunda' && version !== undefined;
  if (isCamunda) {
    to.attributes.set('camunda:calledElementBinding', 'version');
    to.attributes.set('camunda:calledElementVersion', String(version));
  }
  extend(to, ...extension('millrace:calledElement', { version: isCamunda ? undefined : version, businessKey }));
}

export function readAdHoc(from: XmlElement): Draft {
  const own = extensionNamed(from, 'millrace:adHoc');
  const zeebe = extensionNamed(from, 'zeebe:adHoc');
  return compact({
    activate: feelIn((own && attribute(own, 'activate')) ?? (zeebe && attribute(zeebe, 'activeElementsCollection'))),
    sequential: attribute(from, 'ordering') === 'Sequential' ? true : undefined,
    completionCondition: expressionIn(from, 'completionCondition'),
    keepRemaining: attribute(from, 'cancelRemainingInstances') === 'false' ? true : undefined,
  });
}

export function writeAdHoc(writing: Writing, node: NodeOf<'adHocSubProcess'>, to: XmlElement): void {
  if (node.sequential) to.attributes.set('ordering', 'Sequential');
  if (node.keepRemaining) to.attributes.set('cancelRemainingInstances', 'false');
  if (node.completionCondition !== undefined) {
    to.children.push(writing.expression('completionCondition', node.completionCondition));
  }
  if (node.activate === undefined) return;
  const isZeebe = writing.dialect === 'zeebe';
  extend(
    to,
    isZeebe
      ? element('zeebe:adHoc', { activeElementsCollection: `=${node.activate}` })
      : element('millrace:adHoc', { activate: node.activate }),
  );
}

type Gateway = NodeOf<'exclusiveGateway' | 'parallelGateway' | 'inclusiveGateway' | 'eventGateway' | 'complexGateway'>;
const DIRECTIONS: ReadonlySet<string> = new Set(['converging', 'diverging', 'mixed', 'unspecified']);

export function readGateway(from: XmlElement): Draft {
  const direction = attribute(from, 'gatewayDirection')?.toLowerCase() ?? '';
  const isEvents = from.name === 'eventBasedGateway' && flagIn(attribute(from, 'instantiate'));
  return compact({
    direction: DIRECTIONS.has(direction) ? direction : undefined,
    instantiate: isEvents ? (attribute(from, 'eventGatewayType') === 'Parallel' ? 'parallel' : 'exclusive') : undefined,
    activation: from.name === 'complexGateway' ? expressionIn(from, 'activationCondition') : undefined,
  });
}

export function writeGateway(writing: Writing, node: Gateway, to: XmlElement): void {
  if (node.direction !== undefined) to.attributes.set('gatewayDirection', capitalised(node.direction));
  if (node.type === 'eventGateway' && node.instantiate !== undefined) {
    to.attributes.set('instantiate', 'true');
    to.attributes.set('eventGatewayType', capitalised(node.instantiate));
  }
  if (node.type === 'complexGateway' && node.activation !== undefined) {
    to.children.push(writing.expression('activationCondition', node.activation));
  }
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
