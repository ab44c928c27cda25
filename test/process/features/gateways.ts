/** Gateways. */

import { type Area, isStuck, refused, run, runs, step, waits, went } from './feature.ts';

const ways = [
  { to: 'a', when: 'n > 1' },
  { to: 'b', when: 'n > 2' },
  { to: 'c', default: true },
];
const split = (type: string, more: object = {}) => [
  { id: 'g', type, next: ways, ...more },
  ...['a', 'b', 'c'].map((id) => step(id)),
];
const both = (type: string) => [
  step('a', { next: 'j' }),
  step('b', { next: 'j' }),
  { id: 'j', type, next: 'after' },
  step('after'),
];
const n = (value: number) => ({ variables: { n: value } });

const simple: Area = {
  title: 'Exclusive, parallel and inclusive gateways',
  features: [
    runs({
      element: 'exclusiveGateway',
      attribute: 'diverging',
      json: '`"type": "exclusiveGateway"`',
      name: 'takes the first flow whose condition holds, else the default',
      prove: () => {
        waits(run(split('exclusiveGateway'), n(3)), 'a');
        waits(run(split('exclusiveGateway'), n(1)), 'c');
      },
    }),
    runs({
      element: 'exclusiveGateway',
      attribute: 'diverging, when nothing holds',
      json: 'no flow with `"default": true`',
      name: 'is an incident that looks again when it is retried',
      prove: () => {
        const stuck = run([{ id: 'g', type: 'exclusiveGateway', next: ways.slice(0, 2) }, step('a'), step('b')], n(0));
        isStuck(stuck, 'g', 'process.no-flow');
        isStuck(stuck.retry('g'), 'g', 'process.no-flow');
      },
    }),
    runs({
      element: 'exclusiveGateway',
      attribute: 'converging',
      json: 'several ways in',
      name: 'lets every token through by itself',
      prove: () => waits(run(both('exclusiveGateway')).complete('a'), 'after', 'b'),
    }),
    refused({
      element: 'exclusiveGateway',
      attribute: 'a flow without a condition',
      json: '`next`',
      name: 'is refused: it would hide those behind it',
      rule: 'gateway.condition-missing',
      nodes: [{ id: 'g', type: 'exclusiveGateway', next: ['a', 'b'] }, step('a'), step('b')],
    }),
    runs({
      element: 'parallelGateway',
      attribute: 'diverging',
      json: '`"type": "parallelGateway"`',
      name: 'takes every way',
      prove: () => waits(run([{ id: 'g', type: 'parallelGateway', next: ['a', 'b'] }, step('a'), step('b')]), 'a', 'b'),
    }),
    runs({
      element: 'parallelGateway',
      attribute: 'converging',
      json: 'several ways in',
      name: 'waits for one token on every way in',
      prove: () => {
        const started = run(both('parallelGateway')).complete('a');
        waits(started, 'b', 'j');
        waits(started.complete('b'), 'after');
      },
    }),
    refused({
      element: 'parallelGateway',
      attribute: 'conditionExpression',
      json: '`when`',
      name: 'is refused: it takes every way',
      rule: 'flow.condition-on-parallel',
      nodes: split('parallelGateway'),
    }),
    refused({
      element: 'parallelGateway',
      attribute: 'that joins what excludes each other',
      json: '`next`',
      name: 'is refused: it would wait for ever',
      rule: 'gateway.never-joins',
      nodes: [step('a', { next: { yes: 'j', no: 'j' } }), { id: 'j', type: 'parallelGateway' }],
    }),
    runs({
      element: 'inclusiveGateway',
      attribute: 'diverging',
      json: '`"type": "inclusiveGateway"`',
      name: 'takes every flow whose condition holds, else the default',
      prove: () => {
        waits(run(split('inclusiveGateway'), n(3)), 'a', 'b');
        waits(run(split('inclusiveGateway'), n(2)), 'a');
        waits(run(split('inclusiveGateway'), n(1)), 'c');
      },
    }),
    runs({
      element: 'inclusiveGateway',
      attribute: 'converging',
      json: 'several ways in',
      name: 'waits as long as a token can still come',
      prove: () => {
        const next = [
          { to: 'a', when: 'n > 0' },
          { to: 'b', when: 'n > 1' },
          { to: 'c', when: 'n > 2' },
        ];
        const nodes = [
          { id: 'g', type: 'inclusiveGateway', next },
          step('c', { next: 'j' }),
          ...both('inclusiveGateway'),
        ];
        const started = run(nodes, n(2));
        waits(started.complete('a'), 'b', 'j');
        waits(started.complete('b'), 'after');
      },
    }),
    runs({
      element: 'gateway',
      attribute: 'gatewayDirection',
      json: '`direction`',
      name: 'says what its flows say already',
      prove: () => waits(run(split('exclusiveGateway', { direction: 'diverging' }), n(1)), 'c'),
    }),
    refused({
      element: 'gateway',
      attribute: 'gatewayDirection against its flows',
      json: '`direction`',
      name: 'is refused',
      rule: 'gateway.direction',
      nodes: split('exclusiveGateway', { direction: 'converging' }),
    }),
  ],
};

const complex = (activation?: string) => [
  ...['a', 'b', 'c'].map((id) => step(id, { next: 'j' })),
  { id: 'j', type: 'complexGateway', activation, next: 'after' },
  step('after'),
];
const events = (more: object = {}) => [
  { id: 'g', type: 'eventGateway', next: ['paid', 'late'], ...more },
  { id: 'paid', type: 'catch', message: 'paid', next: 'a' },
  { id: 'late', type: 'catch', timer: '1d', next: 'b' },
  step('a'),
  step('b'),
];
const beginning = (instantiate: string) => [
  { id: 'g', type: 'eventGateway', instantiate, next: ['order', 'plan'] },
  { id: 'order', type: 'catch', message: 'order', next: 'a' },
  { id: 'plan', type: 'catch', message: 'plan', next: 'b' },
  step('a'),
  step('b'),
];

const others: Area = {
  title: 'Complex and event-based gateways',
  features: [
    runs({
      element: 'complexGateway',
      attribute: 'activationCondition',
      json: '`activation`',
      name: 'goes on when it holds for the tokens that have come',
      prove: () => {
        const started = run(complex('activationCount >= 2'));
        waits(started.complete('a'), 'b', 'c', 'j');
        waits(started.complete('b'), 'after', 'c');
      },
    }),
    runs({
      element: 'complexGateway',
      attribute: 'waitingForStart = false (the second phase)',
      json: '`activation`',
      name: 'uses up the tokens that come late, and begins anew',
      prove: () => {
        const started = run(complex('activationCount >= 2')).complete('a').complete('b');
        waits(started.complete('after').complete('c'));
        went(started, 'a', 'b', 'after', 'c');
      },
    }),
    runs({
      element: 'complexGateway',
      attribute: 'activationCondition left out',
      json: '`"type": "complexGateway"`',
      name: 'goes on with the first token',
      prove: () => waits(run(complex()).complete('c'), 'a', 'after', 'b'),
    }),
    runs({
      element: 'complexGateway',
      attribute: 'diverging',
      json: '`next`',
      name: 'takes every flow whose condition holds, else the default',
      prove: () => waits(run(split('complexGateway'), n(3)), 'a', 'b'),
    }),
    refused({
      element: 'complexGateway',
      attribute: 'activationCondition with one way in',
      json: '`activation`',
      name: 'is refused: nothing joins there',
      rule: 'gateway.activation',
      nodes: split('complexGateway', { activation: 'true' }),
    }),
    runs({
      element: 'eventBasedGateway',
      attribute: 'eventGatewayType = Exclusive',
      json: '`"type": "eventGateway"`',
      name: 'goes on behind the first event that happens, and the others happen no more',
      prove: () => {
        waits(run(events()).message('paid').advance('2d'), 'a');
        waits(run(events()).advance('1d'), 'b');
      },
    }),
    runs({
      element: 'eventBasedGateway',
      attribute: 'receiveTask behind it',
      json: '`receiveTask`',
      name: 'waits for its message as for an event',
      prove: () => {
        const task = { id: 'paid', type: 'receiveTask', message: 'paid', next: 'a' };
        waits(run(events().map((node) => (node.id === 'paid' ? task : node))).message('paid'), 'a');
      },
    }),
    runs({
      element: 'eventBasedGateway',
      attribute: 'instantiate = true, Exclusive',
      json: '`"instantiate": "exclusive"`',
      name: 'begins an instance by the first of its events',
      prove: () => waits(run(beginning('exclusive'), { at: 'plan' }), 'b'),
    }),
    runs({
      element: 'eventBasedGateway',
      attribute: 'instantiate = true, Parallel',
      json: '`"instantiate": "parallel"`',
      name: 'begins an instance by one event, which then waits for the others',
      prove: () => {
        const started = run(beginning('parallel'), { at: 'plan' });
        waits(started, 'b', 'order');
        waits(started.message('order'), 'a', 'b');
      },
    }),
    refused({
      element: 'eventBasedGateway',
      attribute: 'something else behind it',
      json: '`next`',
      name: 'is refused: only events and receive tasks can be waited for',
      rule: 'event-gateway.target',
      nodes: [...events({ next: ['paid', 'late', 'd'] }), step('d')],
    }),
    refused({
      element: 'eventBasedGateway',
      attribute: 'one event behind it',
      json: '`next`',
      name: 'is refused: there is no choice',
      rule: 'event-gateway.too-few',
      nodes: [
        { id: 'g', type: 'eventGateway', next: 'late' },
        { id: 'late', type: 'catch', timer: '1d' },
      ],
    }),
    refused({
      element: 'eventBasedGateway',
      attribute: 'message events and receive tasks together',
      json: '`next`',
      name: 'is refused, as BPMN forbids it',
      rule: 'event-gateway.mixed',
      nodes: [
        { id: 'g', type: 'eventGateway', next: ['paid', 'told'] },
        { id: 'paid', type: 'catch', message: 'paid' },
        { id: 'told', type: 'receiveTask', message: 'told' },
      ],
    }),
    refused({
      element: 'eventBasedGateway',
      attribute: 'a parallelMultiple event behind it',
      json: '`allOf`',
      name: 'is refused in this release',
      rule: 'element.unsupported',
      nodes: [
        { id: 'g', type: 'eventGateway', next: ['both', 'late'] },
        { id: 'both', type: 'catch', allOf: [{ message: 'x' }, { message: 'y' }] },
        { id: 'late', type: 'catch', timer: '1d' },
      ],
    }),
  ],
};

export const gateways: readonly Area[] = [simple, others];
