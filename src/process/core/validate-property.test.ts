/**
 * Definitions that people and programs get wrong: valid ones with parts taken away, doubled, exchanged and put elsewhere.
 * Each is compiled or refused with a breach, and what is compiled can begin.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isMillraceError } from '../../kernel/errors.ts';
import { advance } from './advance.ts';
import { compileDefinition } from './compile.ts';
import type { Definition } from './definition.ts';
import { type Breach, ruleIds } from './rule.ts';

type Json = null | boolean | number | string | Json[] | { [field: string]: Json };
type Place = { readonly holder: Json[] | { [field: string]: Json }; readonly field: string };

const blocksOf = (page: string): Json[] =>
  [
    ...readFileSync(new URL(`../../../docs/reference/${page}`, import.meta.url), 'utf8').matchAll(
      /^```json\n(.*?)^```/gms,
    ),
  ]
    .map(([, text = '']) => JSON.parse(text) as Json)
    .filter((value) => typeof value === 'object' && value !== null && 'nodes' in value);

/** Everything that the language knows, in one valid definition. */
const whole: Json = {
  key: 'whole',
  data: [{ name: 'total', value: '0' }],
  lanes: [{ id: 'shop', role: 'operator', nodes: ['ask', 'order'] }],
  nodes: [
    { id: 'begin', type: 'start', next: 'split' },
    { id: 'daily', type: 'start', timer: { every: '0 6 * * *' }, next: 'split' },
    {
      id: 'split',
      type: 'inclusiveGateway',
      next: [
        { to: 'ask', when: 'total = 0' },
        { to: 'order', default: true },
      ],
    },
    {
      id: 'ask',
      type: 'userTask',
      outcomes: ['yes', 'no'],
      next: { yes: 'either', no: 'jump' },
      loop: { condition: 'total > 3', maximum: 3 },
      boundary: [
        { id: 'late', timer: 'PT1H', interrupting: false },
        { id: 'raised', escalation: 'high', interrupting: false, next: 'note' },
        { id: 'changed', condition: 'total > 9', next: 'note' },
      ],
    },
    {
      id: 'order',
      type: 'transaction',
      boundary: [
        { id: 'cancelled', cancel: true, next: 'note' },
        { id: 'failed', anyOf: [{ error: 'broken' }, { signal: 'stop' }], next: 'note' },
      ],
      nodes: [
        {
          id: 'pay',
          type: 'job',
          kind: 'pay',
          boundary: [{ id: 'unpay', compensate: true, next: 'repay' }],
          next: 'paid',
        },
        { id: 'repay', type: 'job', kind: 'repay', forCompensation: true },
        {
          id: 'paid',
          type: 'exclusiveGateway',
          next: [
            { to: 'give', when: 'total > 1' },
            { to: 'back', default: true },
          ],
        },
        { id: 'back', type: 'end', cancel: true },
        { id: 'give', type: 'throw', compensate: 'pay', next: 'ended' },
        { id: 'ended', type: 'end', allOf: [{ message: 'm' }, { escalation: 'high' }] },
      ],
      next: 'call',
    },
    { id: 'call', type: 'callActivity', process: '="other"', input: { a: 'total' }, output: { b: 'a' }, next: 'look' },
    {
      id: 'look',
      type: 'adHocSubProcess',
      completionCondition: 'total > 2',
      nodes: [
        {
          id: 'one',
          type: 'task',
          multiInstance: { collection: '[1, 2]', element: 'part', output: { collection: 'all', element: 'part' } },
        },
        { id: 'two', type: 'scriptTask', script: 'total + 1', result: 'total' },
      ],
      next: 'rate',
    },
    // biome-ignore lint/suspicious/noThenProperty: a rule of a definition; nobody awaits it
    { id: 'rate', type: 'businessRuleTask', rules: [{ when: 'total > 1', then: '1', outcome: 'a' }], next: 'joined' },
    { id: 'either', type: 'eventGateway', next: ['hour', 'answer'] },
    { id: 'hour', type: 'catch', timer: '1h', next: 'joined' },
    { id: 'answer', type: 'receiveTask', message: 'answer', correlationKey: 'total', next: 'joined' },
    { id: 'jump', type: 'throw', link: 'there' },
    { id: 'land', type: 'catch', link: 'there', next: 'joined' },
    { id: 'joined', type: 'complexGateway', activation: 'activationCount > 1', next: 'note' },
    { id: 'note', type: 'sendTask', message: 'note', ttl: '1h', completionQuantity: 2, next: 'done' },
    { id: 'done', type: 'end', terminate: true },
    {
      id: 'always',
      type: 'eventSubProcess',
      nodes: [
        { id: 'stop', type: 'start', signal: 'halt', interrupting: false, next: 'hold' },
        { id: 'hold', type: 'manualTask' },
      ],
    },
  ],
};

const valid = [whole, whole, whole, ...blocksOf('definitions.md')];
const sources = [...valid, ...blocksOf('process-rules.md')];

function* placesIn(value: Json): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  for (const [field, inner] of Object.entries(value)) {
    yield { holder: value, field };
    yield* placesIn(inner);
  }
}

const at = ({ holder, field }: Place): Json => (holder as Record<string, Json>)[field] ?? null;
const put = ({ holder, field }: Place, value: Json): void => {
  (holder as Record<string, Json>)[field] = structuredClone(value);
};

/** What stands in each field somewhere, and what nobody should write there. */
const pool = new Map<string, Json[]>();
for (const source of sources) {
  for (const place of placesIn(source)) {
    const field = Array.isArray(place.holder) ? '' : place.field;
    pool.set(field, [...(pool.get(field) ?? []), at(place)]);
  }
}
const fields = [...pool.keys()].filter((field) => field !== '');
const wrong: Json[] = [
  '',
  '=',
  '=1 +',
  'soon',
  'R0/PT1H',
  '__proto__',
  'constructor',
  0,
  true,
  null,
  [],
  {},
  { at: '=' },
  { every: '1ms' },
];

type Mutation = { readonly kind: number; readonly where: number; readonly what: number };

function mutate(source: Json, { kind, where, what }: Mutation): void {
  const places = [...placesIn(source)];
  const pick = <Item>(list: readonly Item[], number: number): Item | undefined =>
    list[number % Math.max(1, list.length)];
  const place = pick(places, where);
  if (place === undefined) return;
  const { holder, field } = place;
  const isList = Array.isArray(holder);
  switch (kind) {
    case 0:
      if (isList) holder.splice(Number(field), 1);
      else delete holder[field];
      return;
    case 1:
      put(place, pick(wrong, what) ?? null);
      return;
    case 2:
      put(place, pick(pool.get(isList ? '' : field) ?? [], what) ?? null);
      return;
    case 3: {
      const added = pick(fields, what) ?? '';
      if (!isList) put({ holder, field: added }, pick(pool.get(added) ?? [], where + what) ?? null);
      return;
    }
    case 4:
      if (isList) holder.push(structuredClone(at(place)));
      return;
    case 5: {
      const lists = places.filter((other) => other.field === 'nodes').map(at);
      const target = pick(lists, what);
      if (isList && Array.isArray(target)) target.push(structuredClone(at(place)));
      return;
    }
    default: {
      const other = pick(
        places.filter((candidate) => candidate.field === field),
        what,
      );
      if (other !== undefined) put(place, at(other));
    }
  }
}

const mutation = fc.record({ kind: fc.nat(6), where: fc.nat(100_000), what: fc.nat(100_000) });

function compiled(source: unknown): Definition | readonly Breach[] {
  try {
    return compileDefinition(source, 1);
  } catch (error) {
    if (!isMillraceError(error, 'process.invalid-definition')) throw error;
    return error.details.errors as Breach[];
  }
}

function begin(definition: Definition): void {
  let id = 100;
  const command = { type: 'start', businessKey: 'key', variables: {} } as const;
  try {
    advance(definition, undefined, { command, now: 1_000_000, nextId: () => ++id });
  } catch (error) {
    if (!isMillraceError(error, 'process.cannot-start')) throw error;
  }
}

it('begins with definitions that are valid', () => {
  for (const source of valid) expect(compiled(source)).toHaveProperty('nodes');
});

it('compiles a definition or says what is wrong with it, whatever it is', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.array(mutation, { minLength: 1, maxLength: 4 }), (which, mutations) => {
      const source = structuredClone(valid[which % valid.length] ?? null);
      for (const each of mutations) mutate(source, each);
      const result = compiled(source);
      if ('nodes' in result) return begin(result);
      expect(result.length).toBeGreaterThan(0);
      for (const { rule, element, message } of result as readonly Breach[]) {
        expect(ruleIds).toContain(rule);
        expect(element).not.toBe('');
        expect(message).toMatch(/^\S[\s\S]*\.$/);
      }
    }),
    { numRuns: 600 },
  );
});
