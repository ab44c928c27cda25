/** Sub-processes of every kind, and processes that call others. */
import { deepEqual, equal } from 'node:assert/strict';
import type { InstanceId } from '../../../src/kernel/ids.ts';
import { type Area, end, isStuck, job, knows, refused, run, runs, step, waits, went } from './feature.ts';
import { kept } from './kept.ts';

const sub = (nodes: readonly object[], more: object = {}) => ({ id: 'sub', type: 'subProcess', nodes, ...more });

const embedded: Area = {
  title: 'Sub-processes',
  features: [
    runs({
      element: 'subProcess',
      json: '`"type": "subProcess"`, `nodes`',
      name: 'goes on when nothing is left inside',
      prove: () => {
        const started = run([sub([step('a'), step('b')], { next: 'c' }), step('c')]);
        waits(started, 'a', 'b');
        waits(started.complete('a'), 'b');
        waits(started.complete('b'), 'c');
        went(started, 'a', 'b', 'sub');
      },
    }),
    runs({
      element: 'subProcess',
      attribute: 'with a start event of type none',
      json: '`start` inside',
      name: 'begins at its start',
      prove: () => waits(run([sub([{ id: 's', type: 'start', next: 'a' }, step('a')])]), 'a'),
    }),
    runs({
      element: 'subProcess',
      attribute: 'with boundary events',
      json: '`boundary`',
      name: 'is ended with all that is inside by an interrupting event',
      prove: () => {
        const boundary = [{ id: 'late', timer: '1h', next: 'c' }];
        waits(run([sub([step('a'), step('b')], { boundary }), step('c')]).advance('1h'), 'c');
      },
    }),
    refused({
      element: 'subProcess',
      attribute: 'with a start event that waits',
      json: '`start` inside with an event',
      name: 'is refused: only an event sub-process begins by an event',
      rule: 'start.trigger',
      nodes: [sub([{ id: 's', type: 'start', message: 'm', next: 'a' }, step('a')])],
    }),
    refused({
      element: 'subProcess',
      attribute: 'sequenceFlow into or out of it',
      json: '`next`',
      name: 'is refused: a flow stays in its (sub-)process',
      rule: 'flow.crosses-scope',
      nodes: [sub([step('a', { next: 'c' })], { next: 'c' }), step('c')],
    }),
    runs({
      element: 'subProcess',
      attribute: 'triggeredByEvent = true',
      json: '`"type": "eventSubProcess"`',
      name: 'begins by its event and not by a flow',
      prove: () => {
        const handler = [{ id: 's', type: 'start', signal: 'stop', next: 'b' }, step('b')];
        const started = run([step('a'), { id: 'on', type: 'eventSubProcess', nodes: handler }]);
        waits(started, 'a');
        waits(started.signal('stop'), 'b');
      },
    }),
    refused({
      element: 'subProcess',
      attribute: 'triggeredByEvent = true, with an incoming flow',
      json: '`next` to an `eventSubProcess`',
      name: 'is refused',
      rule: 'event-sub-process.has-incoming',
      nodes: [
        step('a', { next: 'on' }),
        { id: 'on', type: 'eventSubProcess', nodes: [{ id: 's', type: 'start', signal: 'x', next: 'b' }, step('b')] },
      ],
    }),
    kept(
      { element: 'subProcess', attribute: 'artifacts: textAnnotation, association, group' },
      {
        node: '<subProcess id="s">{{<textAnnotation id="ta"><text>n</text></textAnnotation><association id="as" sourceRef="a" targetRef="ta"/><group id="g"/>}}<task id="a"/></subProcess>',
      },
    ),
  ],
};

const credit = (end: object) => [
  {
    id: 'order',
    type: 'transaction',
    nodes: [
      step('book', { boundary: [{ id: 'unbook', compensate: true, next: 'undo' }], next: 'stop' }),
      job('undo', { forCompensation: true }),
      { id: 'stop', type: 'end', ...end },
    ],
    boundary: [
      { id: 'cancelled', cancel: true, next: 'b' },
      { id: 'failed', error: 'hazard', next: 'c' },
    ],
    next: 'a',
  },
  ...['a', 'b', 'c'].map((id) => step(id)),
];
const transactions: Area = {
  title: 'Transactions',
  features: [
    runs({
      element: 'transaction',
      attribute: 'that succeeds',
      json: '`"type": "transaction"`',
      name: 'goes on like a sub-process',
      prove: () => waits(run(credit({})).complete('book'), 'a'),
    }),
    runs({
      element: 'transaction',
      attribute: 'that is cancelled',
      json: '`"cancel": true` at an `end`, and at a `boundary` event',
      name: 'undoes what was done inside, then goes on from its cancel event',
      prove: () => {
        const cancelled = run(credit({ cancel: true })).complete('book');
        waits(cancelled, 'undo');
        waits(cancelled.complete('undo'), 'b');
      },
    }),
    runs({
      element: 'transaction',
      attribute: 'with a hazard (an error)',
      json: '`error` at a `boundary` event',
      name: 'is left without compensation',
      prove: () => waits(run(credit({ error: 'hazard' })).complete('book'), 'c'),
    }),
    refused({
      element: 'transaction',
      attribute: 'cancelEventDefinition elsewhere',
      json: '`"cancel": true`',
      name: 'is refused outside of transactions',
      rule: 'cancel.outside-transaction',
      nodes: [end('stop', { cancel: true })],
    }),
    refused({
      element: 'transaction',
      attribute: 'cancelled, without a cancel event at its edge',
      json: '`"cancel": true`',
      name: 'is refused: nothing would follow',
      rule: 'cancel.uncaught',
      nodes: [{ id: 't', type: 'transaction', nodes: [end('stop', { cancel: true })] }],
    }),
    kept(
      { element: 'transaction', attribute: 'method (##Compensate, ##Image, ##Store); protocol' },
      { node: '<transaction id="s" {{method="##Image"}}><task id="a"/></transaction>' },
    ),
  ],
};

const adHoc = (more: object, nodes: readonly object[] = [step('a'), step('b'), step('c')]) => [
  { id: 'free', type: 'adHocSubProcess', nodes, next: 'after', ...more },
  step('after'),
];
const adHocs: Area = {
  title: 'Ad-hoc sub-processes',
  features: [
    runs({
      element: 'adHocSubProcess',
      attribute: 'ordering = Parallel',
      json: '`"type": "adHocSubProcess"`',
      name: 'begins all its activities, and is done when all are done',
      prove: () => {
        const started = run(adHoc({}));
        waits(started, 'a', 'b', 'c');
        waits(started.complete('b').complete('a').complete('c'), 'after');
      },
    }),
    runs({
      element: 'adHocSubProcess',
      attribute: 'ordering = Sequential',
      json: '`"sequential": true`',
      name: 'begins one activity after the other',
      prove: () => {
        const started = run(adHoc({ sequential: true }));
        waits(started, 'a');
        waits(started.complete('a'), 'b');
        waits(started.complete('b').complete('c'), 'after');
      },
    }),
    runs({
      element: 'adHocSubProcess',
      attribute: 'completionCondition',
      json: '`completionCondition`',
      name: 'is done when it holds after an activity',
      prove: () => {
        const started = run(adHoc({ completionCondition: 'enough' }));
        waits(started.complete('b'), 'a', 'c');
        waits(started.complete('a', 'done', { variables: { enough: true } }), 'after');
      },
    }),
    runs({
      element: 'adHocSubProcess',
      attribute: 'cancelRemainingInstances = false',
      json: '`"keepRemaining": true`',
      name: 'lets the activities that run come to their end',
      prove: () => {
        const started = run(adHoc({ completionCondition: 'true', keepRemaining: true }));
        waits(started.complete('a'), 'b', 'c');
        waits(started.complete('b').complete('c'), 'after');
      },
    }),
    runs({
      element: 'adHocSubProcess',
      attribute: 'the choice of activities',
      json: '`activate`',
      name: 'begins with those that an expression names',
      prove: () => {
        waits(run(adHoc({ activate: '["c", "a"]' })), 'a', 'c');
        isStuck(run(adHoc({ activate: '["x"]' })), 'free', 'process.condition-failed');
      },
    }),
    runs({
      element: 'adHocSubProcess',
      attribute: 'sequenceFlow inside',
      json: '`next` inside',
      name: 'keeps the order that flows give',
      prove: () => {
        const started = run(adHoc({}, [step('a', { next: 'b' }), step('b'), step('c')]));
        waits(started, 'a', 'c');
        waits(started.complete('a'), 'b', 'c');
      },
    }),
    refused({
      element: 'adHocSubProcess',
      attribute: 'startEvent, endEvent inside',
      json: '`start`, `end`',
      name: 'is refused: what has no order has no start and no end',
      rule: 'ad-hoc.start-or-end',
      nodes: adHoc({}, [step('a', { next: 'e' }), end('e')]),
    }),
    refused({
      element: 'adHocSubProcess',
      attribute: 'without activities',
      json: '`nodes`',
      name: 'is refused: there is nothing to do',
      rule: 'ad-hoc.empty',
      nodes: adHoc({}, [{ id: 'g', type: 'exclusiveGateway' }]),
    }),
  ],
};

const call = (more: object = {}) => [
  { id: 'order', type: 'callActivity', process: 'purchase', next: 'after', ...more },
  step('after'),
];
const childOf = (instance: ReturnType<typeof run>) => {
  const [sent] = instance.sent;
  if (sent?.to !== 'child') throw new Error('no instance was called');
  return sent;
};
const calls: Area = {
  title: 'Call activities',
  features: [
    runs({
      element: 'callActivity',
      attribute: 'calledElement',
      json: '`"type": "callActivity"`, `process`, `version`',
      name: 'starts an instance of the process, and waits for its end',
      prove: () => {
        const started = run(call({ version: 2 }), { variables: { n: 1 }, businessKey: 'o-7' });
        waits(started, 'order');
        const { definition, version, businessKey, variables } = childOf(started);
        deepEqual([definition, version, businessKey, variables], ['purchase', 2, 'o-7', { n: 1 }]);
        waits(started.comeBack('order', { kind: 'done', variables: { price: 5 } }), 'after');
        knows(started, { price: 5 });
      },
    }),
    runs({
      element: 'callActivity',
      attribute: 'calledElement, chosen when it runs',
      json: '`"process": "=…"`',
      name: 'is the value of an expression',
      prove: () =>
        equal(
          childOf(run(call({ process: '=kind + "-order"' }), { variables: { kind: 'spare' } })).definition,
          'spare-order',
        ),
    }),
    runs({
      element: 'callActivity',
      attribute: 'dataInputAssociation, dataOutputAssociation',
      json: '`input`, `output`, `businessKey`',
      name: 'gives and takes what its mappings say',
      prove: () => {
        const more = { input: { amount: 'n * 2' }, output: { total: 'price' }, businessKey: '"o-" + string(n)' };
        const started = run(call(more), { variables: { n: 2 } });
        const { businessKey, variables } = childOf(started);
        deepEqual([businessKey, variables], ['o-2', { amount: 4 }]);
        started.comeBack('order', { kind: 'done', variables: { price: 5, secret: 1 } });
        deepEqual(started.variables, { n: 2, total: 5 });
      },
    }),
    runs({
      element: 'callActivity',
      attribute: 'an error in the called process',
      json: '`error` at a `boundary` event',
      name: 'is caught by the caller when the called process does not',
      prove: () => {
        const started = run([...call({ boundary: [{ id: 'no', error: 'sold-out', next: 'b' }] }), step('b')]);
        waits(started.comeBack('order', { kind: 'error', code: 'sold-out', variables: {} }), 'b');
        const child = run([end('e', { error: 'sold-out' })], {});
        isStuck(child, 'e', 'process.error-uncaught');
      },
    }),
    runs({
      element: 'callActivity',
      attribute: 'an escalation in the called process',
      json: '`escalation` at a `boundary` event',
      name: 'reaches the caller, and the called process goes on',
      prove: () => {
        const boundary = [{ id: 'late', escalation: 'late', interrupting: false, next: 'b' }];
        const started = run([...call({ boundary }), step('b')]);
        waits(started.comeBack('order', { kind: 'escalation', code: 'late', variables: {} }), 'order', 'b');
      },
    }),
    runs({
      element: 'callActivity',
      attribute: 'interrupted',
      json: '`boundary`',
      name: 'cancels the instance that it called',
      prove: () => {
        const started = run([...call({ boundary: [{ id: 'late', timer: '1d', next: 'b' }] }), step('b')]);
        waits(started.advance('1d'), 'b');
        const [, cancel] = started.sent;
        equal(cancel?.to === 'instance' && cancel.instance, childOf(started).child satisfies InstanceId);
      },
    }),
    runs({
      element: 'callActivity',
      attribute: 'of an instance that was cancelled',
      json: 'the incident `process.call-failed`',
      name: 'is stuck until a person lets it call again',
      prove: () => {
        const started = run(call()).comeBack('order', { kind: 'cancelled' });
        isStuck(started, 'order', 'process.call-failed');
        waits(started.retry('order'), 'order');
      },
    }),
    refused({
      element: 'callActivity',
      attribute: 'calledElement that no key can be',
      json: '`process`',
      name: 'is refused',
      rule: 'activity.process-key',
      nodes: call({ process: 'no key' }),
    }),
    kept(
      {
        element: 'callActivity',
        attribute: 'calledElement = globalTask',
        json: 'a definition with one task',
        name: 'is not executed: a global task that is called must be a definition',
      },
      { root: '{{<globalUserTask id="G" name="g"/>}}' },
    ),
  ],
};

export const subProcesses: readonly Area[] = [embedded, transactions, adHocs, calls];
