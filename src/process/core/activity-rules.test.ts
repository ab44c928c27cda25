/** Rules about gateways, activities, timers, data and lanes: what the one example of each on docs/reference/process-rules.md
 * does not show, and what stays allowed. */
import { describe } from 'vitest';
import { behind, catchOf, caught, edge, hold, type Json, start, sub, task } from '../../../test/process/rule-cases.ts';

describe('gateways', () => {
  const late = catchOf('late', { timer: '1h' });
  const part = catchOf('part', { message: 'm' });
  const receive = (rest: Json = {}): Json => ({ id: 'r', type: 'receiveTask', message: 'n', ...rest });
  hold([
    ['wait for events', behind([late, part, catchOf('c', { condition: 'x' }), catchOf('s', { signal: 's' })])],
    ['wait for tasks', behind([late, receive()])],
    [
      'do not wait for a task with boundary events',
      behind([late, receive({ boundary: [{ id: 'b', timer: '1h' }] })]),
      'g event-gateway.target',
    ],
    [
      'do not wait for a task that is repeated',
      behind([late, receive({ loop: { condition: 'x' } })]),
      'r element.unsupported',
    ],
    [
      'do not wait for all of several',
      behind([late, catchOf('c', { allOf: [{ message: 'm' }, { signal: 's' }] })]),
      'c element.unsupported',
    ],
    ['do not wait for one event twice', behind([part, catchOf('again', { message: 'm' })]), 'again event.duplicate'],
    [
      'have their events to themselves',
      { nodes: [...(behind([late, part]).nodes as Json[]), task('a', { next: 'late' })] },
      'g event-gateway.target',
    ],
    [
      'take no conditions before events',
      behind([late, part], { next: ['part', { to: 'late', default: true }] }),
      'g flow.condition-on-event',
    ],
    ['begin instances by messages', behind([part, catchOf('s', { signal: 's' })], { instantiate: 'exclusive' })],
    ['do not begin instances by timers', behind([part, late], { instantiate: 'parallel' }), 'g event-gateway.target'],
    [
      'begin instances at the top',
      { nodes: [sub('p', behind([part, catchOf('s', { signal: 's' })], { instantiate: 'parallel' }).nodes as Json[])] },
      'g start.instantiate',
    ],
    [
      'have a direction',
      {
        nodes: [
          { id: 'x', type: 'parallelGateway', direction: 'diverging', next: ['a', 'b'] },
          task('a', { next: 'y' }),
          task('b', { next: 'y' }),
          { id: 'y', type: 'complexGateway', direction: 'converging', activation: 'activationCount > 0' },
        ],
      },
    ],
    [
      'are not mixed with one way',
      { nodes: [{ id: 'x', type: 'inclusiveGateway', direction: 'mixed', next: 'a' }, task('a')] },
      'x gateway.direction',
    ],
  ]);
});

describe('activities', () => {
  const rules = [{ when: 'x > 1', outcome: 'high' }, { outcome: 'low' }];
  const decide = { id: 'd', type: 'businessRuleTask', rules };
  const several = { collection: 'list', element: 'part', output: { collection: 'all', element: 'part' } };
  hold([
    ['end with something', { nodes: [task('a', { next: {} })] }, 'a schema.flow'],
    ['compute', { nodes: [{ id: 's', type: 'scriptTask', script: '1 + 1', result: 'sum' }] }],
    ['have code elsewhere', { nodes: [{ id: 's', type: 'scriptTask', kind: 'sum', payload: {}, outcomes: ['done'] }] }],
    [
      'do not keep a result from elsewhere',
      { nodes: [{ id: 's', type: 'scriptTask', kind: 'sum', result: 'sum' }] },
      's activity.unused-field',
    ],
    ['decide', { nodes: [{ ...decide, outcomes: ['high', 'low'], result: 'y' }] }],
    ['do not decide for what they cannot', { nodes: [{ ...decide, outcomes: ['high'] }] }, 'd outcome.unknown'],
    ['send', { nodes: [{ id: 's', type: 'sendTask', message: 'm', correlationKey: 'x', ttl: '1h' }] }],
    [
      'do not send later',
      { nodes: [{ id: 's', type: 'sendTask', kind: 'send', ttl: '1h' }] },
      's event.without-message',
    ],
    ['receive', { nodes: [{ id: 'r', type: 'receiveTask' }] }, 'r activity.incomplete'],
    ['call', { nodes: [{ id: 'c', type: 'callActivity', process: '="repair-" + part' }] }],
    ['do not call nothing', { nodes: [{ id: 'c', type: 'callActivity', version: 1 }] }, 'c activity.incomplete'],
    ['do not call by wrong FEEL', { nodes: [{ id: 'c', type: 'callActivity', process: '=' }] }, 'c condition.syntax'],
    [
      'are repeated for a list',
      { nodes: [task('a', { multiInstance: several, outcomes: ['x', 'y'], next: 'b' }), task('b')] },
    ],
    [
      'are not repeated by two numbers',
      { nodes: [task('a', { multiInstance: { ...several, cardinality: '3' } })] },
      'a repetition.size',
    ],
    [
      'have no items without a list',
      { nodes: [task('a', { multiInstance: { cardinality: '3', element: 'x' } })] },
      'a activity.unused-field',
    ],
    [
      'may never be done',
      { nodes: [task('a', { loop: { condition: 'x', testBefore: true }, next: { yes: 'b' } }), task('b')] },
      'a outcome.uncovered',
    ],
    [
      'begin with several tokens',
      { nodes: [task('a', { next: 'b', completionQuantity: 2 }), task('b', { startQuantity: 2 })] },
    ],
    ['have the role of their lane', { lanes: [{ id: 'l', nodes: ['a'] }], nodes: [{ id: 'a', type: 'userTask' }] }],
    [
      'in any order',
      { nodes: [{ id: 'h', type: 'adHocSubProcess', nodes: [task('a', { next: 'b' }), task('b'), task('c')] }] },
    ],
    [
      'in any order need one to begin with',
      { nodes: [{ id: 'h', type: 'adHocSubProcess', nodes: [catchOf('c', { timer: '1h' })] }] },
      'h ad-hoc.empty',
    ],
  ]);
});

describe('timers', () => {
  const every = (text: string): Json => ({ timer: { every: text } });
  hold([
    ['of a process repeat', start(every('0 6 * * MON-FRI'))],
    ['are formulas', caught({ timer: '=delay' })],
    ['are formulas for dates', caught({ timer: { at: '=until' } })],
    ['are formulas that can be read', caught({ timer: '=1 +' }), 'c condition.syntax'],
    ['are read among others', caught({ anyOf: [{ timer: 'soon' }, { message: 'm' }] }), 'c duration.invalid'],
    ['are not too quick', start(every('10ms')), 's timer.invalid'],
    ['are not too long', caught({ timer: 'P99999999D' }), 'c duration.invalid'],
    ['at an edge repeat beside the activity', edge({ id: 'b', ...every('P1D'), interrupting: false })],
    ['at an edge do not repeat instead', edge({ id: 'b', ...every('P1D') }), 'b timer.rings-once'],
    ['do not repeat by formula either', caught(every('=pattern')), 'c timer.rings-once'],
    [
      'are told apart',
      edge({ id: 'b', anyOf: [{ timer: '1h' }, every('P1D')], interrupting: false }),
      'b element.unsupported',
    ],
    [
      'are told apart from conditions',
      edge({ id: 'b', anyOf: [{ condition: 'x' }, { condition: 'y' }] }),
      'b element.unsupported',
    ],
  ]);
});

describe('data and lanes', () => {
  const data = (...values: Json[]): Json => ({ data: values, nodes: [task('a')] });
  hold([
    ['have first values', data({ name: 'x', value: '1 + 1' }, { name: 'y' })],
    ['have first values that can be read', data({ name: 'x', value: '1 +' }), 'k condition.syntax'],
    ['may hide those around', { data: [{ name: 'x' }], nodes: [sub('p', [task('a')], { data: [{ name: 'x' }] })] }],
    [
      'are in an inner lane and those around it',
      { lanes: [{ id: 'l', nodes: ['a'], lanes: [{ id: 'm', nodes: ['a'] }] }], nodes: [task('a')] },
    ],
    [
      'are in no other lane',
      {
        lanes: [
          { id: 'l', lanes: [{ id: 'm', nodes: ['a'] }] },
          { id: 'n', nodes: ['a'] },
        ],
        nodes: [task('a')],
      },
      'a lane.several',
    ],
    ['have lanes for boundary events', { ...edge({ id: 'b', timer: '1h' }), lanes: [{ id: 'l', nodes: ['a', 'b'] }] }],
    [
      'have no lanes for what is inside',
      { lanes: [{ id: 'l', nodes: ['a'] }], nodes: [sub('p', [task('a')])] },
      'l lane.unknown-node',
    ],
  ]);
});
