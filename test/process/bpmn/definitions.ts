/** Any definition that the schema takes, in its shortest form: every node type and every field. */
import fc from 'fast-check';
import type { DefinitionSource, NodeSource } from '../../../src/process/core/source.ts';

type Fields = Record<string, fc.Arbitrary<unknown>>;

const word = fc
  .stringMatching(/^[a-z][a-zA-Z0-9_.-]{0,8}$/)
  .filter((text) => text !== 'constructor' && text !== 'prototype');
const unit = fc.oneof(
  fc.constantFrom(
    ...'abc xyz',
    'ä',
    '→',
    '😀',
    '<',
    '>',
    '&',
    '"',
    "'",
    '\n',
    '\t',
    '\r',
    ']]>',
    '=',
    '{',
    '$',
    ':',
    '%',
  ),
);
const text = (max: number): fc.Arbitrary<string> =>
  fc
    .array(unit, { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join('').slice(0, max))
    .filter((one) => one.isWellFormed());
/** Of blanks alone no name is made. */
const name = text(40);
/** FEEL without blanks around it and without Camunda's "=": the form that the import gives. */
const expression = text(60)
  .map((one) =>
    one
      .replace(/[$#]\{/g, '(')
      .replace(/^[=\s]+/, '')
      .trim(),
  )
  .filter((one) => one !== '');
const duration = fc.constantFrom('30s', 'PT5M', 'P1D', '1h30m');
const label = fc.oneof(name, fc.dictionary(fc.constantFrom('en', 'de', 'pt-BR'), name));
/** Words of a mail: one text, or one for each language. */
const worded = (one: fc.Arbitrary<string>) =>
  fc.oneof(one, fc.dictionary(fc.constantFrom('en', 'de', 'pt-BR'), one, { minKeys: 1 }));
const flag = fc.constant(true);
/** What a definition may hold: the name `__proto__` is refused when it is deployed. */
const json = fc
  .jsonValue({ noUnicodeString: false, maxDepth: 2 })
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('"__proto__"'))
  .map((text) => JSON.parse(text));
const unique = (values: fc.Arbitrary<string>, minLength = 1): fc.Arbitrary<string[]> =>
  fc.uniqueArray(values, { minLength, maxLength: 3 });
const ids = unique(word);
const mapping = fc.dictionary(word, expression, { maxKeys: 3 });

/** An object with any of the optional fields and all of the needed ones. */
const object = (optional: Fields, needed: Fields = {}): fc.Arbitrary<Record<string, unknown>> =>
  fc.record({ ...optional, ...needed }, { requiredKeys: Object.keys(needed) });

const described: Fields = { name: label, documentation: fc.oneof(text(40), fc.constant('')) };
const timer = fc.oneof(
  duration,
  expression.map((one) => `=${one}`),
  object({}, { at: fc.constantFrom('2026-01-01T06:00:00Z', '=now()') }),
  object({}, { every: fc.constantFrom('R3/PT10M', '0 6 * * MON-FRI') }),
);
const caught: Fields[] = [
  { message: name, correlationKey: expression },
  { message: name },
  { timer },
  { signal: name },
  { error: fc.oneof(name, flag) },
  { escalation: fc.oneof(name, flag) },
  { condition: expression },
  { compensate: flag },
  { cancel: flag },
  { link: name },
];
const several = (kinds: Fields[], key: string): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .array(fc.oneof(...kinds.map((one) => object({}, one))), { minLength: 2, maxLength: 3 })
    .map((all) => ({ [key]: all }));
const oneOf = (kinds: Fields[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(...kinds.map((one) => object({}, one)));
const trigger = fc.oneof(fc.constant({}), oneOf(caught), several(caught, 'anyOf'), several(caught, 'allOf'));
const thrown = (others: readonly string[]): Fields[] => [
  { message: name },
  { message: name, correlationKey: expression, ttl: duration },
  { signal: name },
  { error: name },
  { escalation: name },
  { compensate: others.length > 0 ? fc.oneof(flag, fc.constantFrom(...others)) : flag },
  { cancel: flag },
  { terminate: flag },
  { link: name },
];
const throwing = (others: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(fc.constant({}), oneOf(thrown(others)), several(thrown(others), 'allOf'));

const quantity = fc.integer({ min: 1, max: 1_000 });
const activity: Fields = {
  ...described,
  input: mapping,
  output: mapping,
  loop: object({ testBefore: flag, maximum: quantity }, { condition: expression }),
  multiInstance: object({
    collection: expression,
    cardinality: expression,
    element: word,
    sequential: flag,
    completionCondition: expression,
    output: object({}, { collection: word, element: expression }),
  }),
  forCompensation: flag,
  startQuantity: quantity,
  completionQuantity: quantity,
};
const priority = fc.integer({ min: -100, max: 100 });
const work: Fields = {
  kind: word,
  payload: fc.dictionary(word, json, { maxKeys: 2 }),
  outcomes: ids,
  priority,
  maxAttempts: fc.integer({ min: 1, max: 100 }),
};
const direction = fc.constantFrom('converging', 'diverging', 'mixed', 'unspecified');

/** Nodes without an inside, by type; `others` are ids that events may name. */
const simple = (others: readonly string[]): fc.Arbitrary<Record<string, unknown>> => {
  const of = (type: string, optional: Fields, needed: Fields = {}) =>
    object(optional, { type: fc.constant(type), ...needed });
  const merged = (type: string, optional: Fields, also: fc.Arbitrary<Record<string, unknown>>) =>
    fc.tuple(of(type, optional), also).map(([node, more]) => ({ ...node, ...more }));
  return fc.oneof(
    merged('start', { ...described, interrupting: fc.constant(false), output: mapping }, trigger),
    merged('catch', { ...described, output: mapping }, trigger),
    merged('throw', { ...described, input: mapping }, throwing(others)),
    merged('end', { ...described, input: mapping }, throwing(others)),
    of('task', activity),
    of('manualTask', activity),
    of('criterion', { ...activity, within: duration }, { criterion: name }),
    of('userTask', {
      ...activity,
      role: name,
      outcomes: ids,
      commentOn: unique(word, 0),
      due: duration,
      priority,
      notify: name,
      apply: fc.oneof(word, ids),
    }),
    of('job', { ...activity, ...work }),
    of(
      'module',
      { ...activity, config: fc.dictionary(word, json, { maxKeys: 2 }), priority, maxAttempts: work.maxAttempts! },
      { module: word },
    ),
    of(
      'mail',
      {
        ...activity,
        replyTo: name,
        html: worded(text(100)),
        onLost: fc.constantFrom('retry', 'hold'),
        maxAttempts: work.maxAttempts!,
      },
      {
        to: fc.oneof(name, fc.array(name, { minLength: 1, maxLength: 3 })),
        subject: worded(name),
        text: worded(fc.oneof(text(100), fc.constant(''))),
      },
    ),
    of('scriptTask', { ...activity, ...work, script: expression, result: word }),
    of('businessRuleTask', {
      ...activity,
      ...work,
      // biome-ignore lint/suspicious/noThenProperty: a rule reads "when …, then …"; nobody awaits it
      rules: fc.array(object({ when: expression, then: expression, outcome: word }), { minLength: 1, maxLength: 3 }),
      result: word,
      decision: word,
    }),
    of('sendTask', { ...activity, ...work, message: name, correlationKey: expression, ttl: duration }),
    of('receiveTask', { ...activity, message: name, correlationKey: expression, instantiate: flag }),
    of('callActivity', {
      ...activity,
      process: fc.oneof(
        word,
        expression.map((one) => `=${one}`),
      ),
      version: quantity,
      businessKey: expression,
    }),
    of('exclusiveGateway', { ...described, direction }),
    of('parallelGateway', { ...described, direction }),
    of('inclusiveGateway', { ...described, direction }),
    of('eventGateway', { ...described, direction, instantiate: fc.constantFrom('exclusive', 'parallel') }),
    of('complexGateway', { ...described, direction, activation: expression }),
  );
};

const scoped: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  object(activity, { type: fc.constantFrom('subProcess', 'transaction') }),
  object(described, { type: fc.constant('eventSubProcess') }),
  object(
    { ...activity, activate: expression, sequential: flag, completionCondition: expression, keepRemaining: flag },
    { type: fc.constant('adHocSubProcess') },
  ),
);

const data = (prefix: string): fc.Arbitrary<unknown[]> =>
  fc
    .uniqueArray(
      object(
        { value: expression, documentation: text(20), id: fc.nat().map((n) => `${prefix}data${n}`) },
        { name: word },
      ),
      { minLength: 1, maxLength: 3, selector: ({ name: of }) => of },
    )
    .map((all) => all.map((one, index) => (one.id === undefined ? one : { ...one, id: `${prefix}data${index}` })));

const flowTo = (target: string, id: string): fc.Arbitrary<unknown> =>
  object(
    { id: fc.constant(id), ...described, when: expression, default: flag, outcome: word },
    { to: fc.constant(target) },
  ).map((flow) => (Object.keys(flow).length === 1 ? target : flow));

/** Ways on to some of the nodes, in the shortest form. */
const nextTo = (targets: readonly string[], prefix: string): fc.Arbitrary<unknown> =>
  fc.array(fc.nat({ max: Math.max(0, targets.length - 1) }), { maxLength: 3 }).chain((indices) => {
    if (targets.length === 0 || indices.length === 0) return fc.constant(undefined);
    const flows = fc.tuple(...indices.map((index, count) => flowTo(targets[index]!, `${prefix}_f${count}`)));
    const byOutcome = unique(word).map((outcomes) =>
      Object.fromEntries(outcomes.map((outcome, count) => [outcome, targets[(indices[count] ?? 0) % targets.length]!])),
    );
    return fc.oneof({ weight: 3, arbitrary: flows.map(shortest) }, { weight: 1, arbitrary: byOutcome });
  });

/** As a list of flows is written shortest: by outcome where each says nothing else. */
function shortest(flows: readonly unknown[]): unknown {
  const keys = flows.map((flow) => (typeof flow === 'object' ? Object.keys(flow!).toSorted().join() : ''));
  const outcomes = flows.map((flow) => (flow as { outcome?: string }).outcome);
  if (keys.every((one) => one === 'outcome,to') && new Set(outcomes).size === flows.length) {
    return Object.fromEntries(
      flows.map((flow) => [(flow as { outcome: string }).outcome, (flow as { to: string }).to]),
    );
  }
  return flows.length === 1 && typeof flows[0] === 'string' ? flows[0] : flows;
}

const NOT_ACTIVITIES = /^(?:start|end|catch|throw|eventSubProcess|.*Gateway)$/;

function nodes(prefix: string, depth: number): fc.Arbitrary<NodeSource[]> {
  return fc.integer({ min: depth === 0 ? 0 : 1, max: depth === 0 ? 2 : 4 }).chain((count) => {
    const names = Array.from({ length: count }, (_, index) => `${prefix}n${index}`);
    return fc.tuple(...names.map((id) => oneNode(id, names, depth)));
  }) as fc.Arbitrary<NodeSource[]>;
}

function oneNode(id: string, siblings: readonly string[], depth: number): fc.Arbitrary<unknown> {
  const inner =
    depth === 0
      ? simple(siblings)
      : fc.oneof({ weight: 4, arbitrary: simple(siblings) }, { weight: 1, arbitrary: scoped });
  return inner.chain((node) => {
    const type = String(node.type);
    const hasInside = /subProcess|transaction|SubProcess/.test(type);
    const next = type === 'end' || type === 'eventSubProcess' ? fc.constant(undefined) : nextTo(siblings, id);
    const boundary = NOT_ACTIVITIES.test(type)
      ? fc.constant(undefined)
      : fc.option(boundaries(id, siblings), { nil: undefined, freq: 2 });
    const inside = hasInside ? nodes(`${id}_`, depth - 1) : fc.constant(undefined);
    const variables = hasInside ? fc.option(data(`${id}_`), { nil: undefined }) : fc.constant(undefined);
    return fc.tuple(next, boundary, inside, variables).map(([ways, events, children, values]) => ({
      ...node,
      id,
      ...(ways !== undefined && { next: ways }),
      ...(events !== undefined && { boundary: events }),
      ...(children !== undefined && { nodes: children }),
      ...(values !== undefined && { data: values }),
    }));
  });
}

function boundaries(host: string, siblings: readonly string[]): fc.Arbitrary<unknown[]> {
  return fc.integer({ min: 1, max: 2 }).chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) => {
        const id = `${host}_b${index}`;
        const own = object({ ...described, output: mapping }, { interrupting: fc.boolean() });
        return fc.tuple(own, trigger, nextTo(siblings, id)).map(([one, event, next]) => ({
          ...one,
          ...event,
          id,
          ...(next !== undefined && { next }),
        }));
      }),
    ),
  );
}

function lanes(members: readonly string[], prefix: string, depth: number): fc.Arbitrary<unknown[]> {
  return fc.integer({ min: 1, max: 2 }).chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) => {
        const id = `${prefix}lane${index}`;
        return object({
          ...described,
          role: name,
          ...(members.length > 0 && { nodes: fc.subarray([...members], { minLength: 1 }) }),
          ...(depth > 0 && { lanes: lanes(members, `${id}_`, depth - 1) }),
        }).map((lane) => ({ ...lane, id }));
      }),
    ),
  );
}

/** A definition; its ids begin with `prefix`, so that several can share a file. */
export const anyDefinition = (prefix = ''): fc.Arbitrary<DefinitionSource> =>
  nodes(`${prefix}`, 2).chain((all) =>
    object(
      {
        ...described,
        executable: fc.constant(false),
        startMessage: name,
        data: data(prefix),
        lanes: lanes(
          all.map(({ id }) => id),
          prefix,
          1,
        ),
        start: object(
          {},
          {
            criteria: fc.array(name, { minLength: 1, maxLength: 3 }),
            mode: fc.oneof(fc.constantFrom('any', 'all'), fc.integer({ min: 1, max: 20 })),
            within: duration,
            uniqueBy: fc.constant('device'),
          },
        ),
      },
      { key: fc.constant(`${prefix}process`), nodes: fc.constant(all) },
    ),
  ) as unknown as fc.Arbitrary<DefinitionSource>;
