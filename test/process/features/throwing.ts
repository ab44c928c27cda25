/** Events that do something: in the flow, and where a path ends. */
import { deepEqual } from 'node:assert/strict';
import { type Area, end, isStuck, job, refused, run, runs, step, waits, went } from './feature.ts';

const thrown = (event: object) => [{ id: 'event', type: 'throw', ...event, next: 'after' }, step('after')];
/** Two steps that can be undone, then the event "back"; one in the flow is followed by "after". */
const undoing = (back: object, type: 'throw' | 'end' = 'throw') => {
  const undone = (id: string, next: string) => [
    step(id, { next, boundary: [{ id: `${id}-back`, compensate: true, next: `undo-${id}` }] }),
    job(`undo-${id}`, { forCompensation: true }),
  ];
  return [
    ...undone('a', 'b'),
    ...undone('b', 'back'),
    { id: 'back', type, ...back, ...(type === 'throw' && { next: 'after' }) },
    ...(type === 'throw' ? [step('after')] : []),
  ];
};
const caughtOutside = (nodes: readonly object[], event: object) => [
  { id: 'sub', type: 'subProcess', nodes, boundary: [{ id: 'caught', ...event, next: 'b' }] },
  step('b'),
];

const inFlow: Area = {
  title: 'Intermediate throw events',
  features: [
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'none',
      json: '`"type": "throw"`',
      name: 'is passed',
      prove: () => waits(run(thrown({})), 'after'),
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'messageEventDefinition',
      json: '`message`, `correlationKey`, `ttl`, `input`',
      name: 'sends a message, which goes to who waits for it or begins by it',
      prove: () => {
        const started = run(thrown({ message: 'm', correlationKey: '"k"', ttl: '1m', input: { n: '1' } }));
        waits(started, 'after');
        deepEqual(started.sent, [{ to: 'message', name: 'm', key: 'k', variables: { n: 1 }, ttlMs: 60_000 }]);
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'signalEventDefinition',
      json: '`signal`, `input`',
      name: 'broadcasts a signal',
      prove: () => deepEqual(run(thrown({ signal: 'x' })).sent, [{ to: 'signal', name: 'x', variables: {} }]),
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'escalationEventDefinition',
      json: '`escalation`, `input`',
      name: 'goes outwards until it is caught; if nobody does, the process goes on',
      prove: () => {
        waits(run(caughtOutside(thrown({ escalation: 'e' }), { escalation: 'e', interrupting: false })), 'after', 'b');
        waits(run(thrown({ escalation: 'e' })), 'after');
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition',
      json: '`"compensate": true`',
      name: 'undoes what was done in its (sub-)process, the last thing first, then goes on',
      prove: () => {
        const started = run(undoing({ compensate: true }))
          .complete('a')
          .complete('b');
        waits(started, 'undo-b');
        waits(started.complete('undo-b'), 'undo-a');
        waits(started.complete('undo-a'), 'after');
        went(started, 'a', 'b', 'undo-b', 'undo-a');
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition with activityRef',
      json: '`"compensate": "a"`',
      name: 'undoes that activity',
      prove: () => {
        const started = run(undoing({ compensate: 'a' }))
          .complete('a')
          .complete('b');
        waits(started, 'undo-a');
        waits(started.complete('undo-a'), 'after');
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition: an activity that was done several times',
      json: '`"compensate": true`',
      name: 'undoes each time that it was done',
      prove: () => {
        const boundary = [{ id: 'a-back', compensate: true, next: 'undo' }];
        const host = step('a', { multiInstance: { cardinality: '2' }, boundary, next: 'back' });
        const nodes = [host, job('undo', { forCompensation: true }), { id: 'back', type: 'throw', compensate: true }];
        const started = run(nodes).complete('a').complete('a');
        waits(started.complete('undo'), 'undo');
        waits(started.complete('undo'));
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition: a sub-process without a handler of its own',
      json: '`"compensate": "sub"`',
      name: 'undoes what was done inside, with the variables that it had at its end',
      prove: () => {
        const host = step('a', { next: 'n', boundary: [{ id: 'a-back', compensate: true, next: 'undo' }] });
        const count = { id: 'n', type: 'scriptTask', script: 'n + 5', result: 'n' };
        const nodes = [host, job('undo', { forCompensation: true }), count];
        const sub = { id: 'sub', type: 'subProcess', data: [{ name: 'n', value: '1' }], nodes, next: 'event' };
        const started = run([sub, ...thrown({ compensate: 'sub' })]).complete('a');
        deepEqual(started.variablesAt('undo'), { n: 6 });
        waits(started.complete('undo'), 'after');
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition in an event sub-process',
      json: '`"compensate": true`',
      name: 'undoes what the (sub-)process around it has done: an error handler clears up',
      prove: () => {
        const host = step('a', { next: 'fail', boundary: [{ id: 'a-back', compensate: true, next: 'undo' }] });
        const clear = [{ id: 's', type: 'start', error: 'e', next: 'event' }, ...thrown({ compensate: true })];
        const nodes = [host, job('undo', { forCompensation: true }), end('fail', { error: 'e' })];
        const sub = {
          id: 'sub',
          type: 'subProcess',
          nodes: [...nodes, { id: 'on', type: 'eventSubProcess', nodes: clear }],
        };
        const started = run([sub]).complete('a');
        waits(started, 'undo');
        waits(started.complete('undo'), 'after');
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition: nothing was done',
      json: '`"compensate": true`',
      name: 'is passed',
      prove: () => waits(run(thrown({ compensate: true })), 'after'),
    }),
    runs({
      element: 'compensateEventDefinition',
      attribute: 'waitForCompletion = true',
      json: 'the default',
      name: 'goes on when all is undone',
      prove: () =>
        waits(
          run(undoing({ compensate: 'b' }))
            .complete('a')
            .complete('b'),
          'undo-b',
        ),
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'linkEventDefinition',
      json: '`link`',
      name: 'goes on where the link of that name is caught',
      prove: () => {
        const catcher = { id: 'land', type: 'catch', link: 'L', next: 'a' };
        waits(run([{ id: 'go', type: 'throw', link: 'L' }, catcher, step('a')]), 'a');
      },
    }),
    runs({
      element: 'intermediateThrowEvent',
      attribute: 'several definitions',
      json: '`allOf`',
      name: 'does all of them',
      prove: () => {
        const started = run(thrown({ allOf: [{ signal: 'x' }, { message: 'm' }] }));
        deepEqual(
          started.sent.map(({ to }) => to),
          ['signal', 'message'],
        );
        waits(started, 'after');
      },
    }),
    refused({
      element: 'intermediateThrowEvent',
      attribute: 'errorEventDefinition, cancelEventDefinition, terminateEventDefinition',
      json: '`error` …',
      name: 'is refused, as BPMN forbids it: an `end` throws them',
      rule: 'throw.result',
      nodes: thrown({ error: 'e' }),
    }),
    refused({
      element: 'intermediateThrowEvent',
      attribute: 'linkEventDefinition that nothing catches',
      json: '`link`',
      name: 'is refused',
      rule: 'link.unknown-target',
      nodes: [{ id: 'go', type: 'throw', link: 'L' }],
    }),
    refused({
      element: 'intermediateThrowEvent',
      attribute: 'linkEventDefinition with an outgoing flow',
      json: '`link`, `next`',
      name: 'is refused: the link is its way on',
      rule: 'link.has-outgoing',
      nodes: [...thrown({ link: 'L' }), { id: 'land', type: 'catch', link: 'L', next: 'after' }],
    }),
    refused({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition of what cannot be undone',
      json: '`compensate`',
      name: 'is refused: nothing says how',
      rule: 'compensation.not-undoable',
      nodes: thrown({ compensate: 'after' }),
    }),
    refused({
      element: 'intermediateThrowEvent',
      attribute: 'compensateEventDefinition of an activity elsewhere',
      json: '`compensate`',
      name: 'is refused: it is neither beside the event nor around it',
      rule: 'compensation.unknown-activity',
      nodes: thrown({ compensate: 'nothing' }),
    }),
  ],
};

const ended = (event: Readonly<Record<string, unknown>>) => [
  step('a', { next: 'event' }),
  end('event', event),
  step('c'),
];
const atEnd: Area = {
  title: 'End events',
  features: [
    runs({
      element: 'endEvent',
      attribute: 'none',
      json: '`"type": "end"`',
      name: 'ends the path, not the others',
      prove: () => waits(run(ended({})).complete('a'), 'c'),
    }),
    runs({
      element: 'endEvent',
      attribute: 'messageEventDefinition',
      json: '`message`, `correlationKey`, `ttl`, `input`',
      name: 'sends a message',
      prove: () => {
        const started = run(ended({ message: 'm' }), { businessKey: 'k' }).complete('a');
        deepEqual(started.sent, [{ to: 'message', name: 'm', key: 'k', variables: {}, ttlMs: 3_600_000 }]);
      },
    }),
    runs({
      element: 'endEvent',
      attribute: 'signalEventDefinition',
      json: '`signal`, `input`',
      name: 'broadcasts a signal',
      prove: () =>
        deepEqual(run(ended({ signal: 'x', input: { n: '1' } })).complete('a').sent, [
          { to: 'signal', name: 'x', variables: { n: 1 } },
        ]),
    }),
    runs({
      element: 'endEvent',
      attribute: 'errorEventDefinition',
      json: '`error`, `input`',
      name: 'goes outwards until it is caught, and ends what it leaves',
      prove: () => {
        const nodes = [step('a', { next: 'event' }), end('event', { error: 'e' }), step('c')];
        waits(run(caughtOutside(nodes, { error: 'e' })).complete('a'), 'b');
      },
    }),
    runs({
      element: 'endEvent',
      attribute: 'errorEventDefinition that nobody catches',
      json: 'the incident `process.error-uncaught`',
      name: 'is stuck until a person helps',
      prove: () => isStuck(run(ended({ error: 'e' })).complete('a'), 'event', 'process.error-uncaught'),
    }),
    runs({
      element: 'endEvent',
      attribute: 'escalationEventDefinition',
      json: '`escalation`, `input`',
      name: 'goes outwards until it is caught',
      prove: () => waits(run(caughtOutside(ended({ escalation: 'e' }), { escalation: 'e' })).complete('a'), 'b'),
    }),
    runs({
      element: 'endEvent',
      attribute: 'terminateEventDefinition',
      json: '`"terminate": true`',
      name: 'ends everything in its (sub-)process at once',
      prove: () => {
        waits(run(ended({ terminate: true })).complete('a'));
        const sub = { id: 'sub', type: 'subProcess', nodes: ended({ terminate: true }), next: 'd' };
        waits(run([sub, step('d'), step('e')]).complete('a'), 'd', 'e');
      },
    }),
    runs({
      element: 'endEvent',
      attribute: 'compensateEventDefinition',
      json: '`compensate`',
      name: 'undoes, and then the path ends',
      prove: () => {
        const started = run(undoing({ compensate: true }, 'end'))
          .complete('a')
          .complete('b');
        waits(started.complete('undo-b').complete('undo-a'));
      },
    }),
    runs({
      element: 'endEvent',
      attribute: 'cancelEventDefinition',
      json: '`"cancel": true`',
      name: 'cancels the transaction that it is in',
      prove: () => {
        const boundary = [{ id: 'no', cancel: true, next: 'b' }];
        waits(
          run([{ id: 't', type: 'transaction', nodes: ended({ cancel: true }), boundary }, step('b')]).complete('a'),
          'b',
        );
      },
    }),
    runs({
      element: 'endEvent',
      attribute: 'several definitions',
      json: '`allOf`',
      name: 'does all of them; what is sent is sent first',
      prove: () => {
        const started = run(ended({ allOf: [{ terminate: true }, { signal: 'x' }] })).complete('a');
        waits(started);
        deepEqual(started.sent, [{ to: 'signal', name: 'x', variables: {} }]);
      },
    }),
    refused({
      element: 'endEvent',
      attribute: 'several definitions that exclude each other',
      json: '`allOf` of `error`, `terminate`, `cancel`, `compensate`',
      name: 'is refused: only one of them can happen',
      rule: 'event.conflict',
      nodes: [end('event', { allOf: [{ error: 'e' }, { terminate: true }] })],
    }),
    refused({
      element: 'endEvent',
      attribute: 'linkEventDefinition',
      json: '`link`',
      name: 'is refused, as BPMN forbids it',
      rule: 'end.result',
      nodes: [end('event', { link: 'L' })],
    }),
    refused({
      element: 'endEvent',
      attribute: 'an outgoing flow',
      json: '`next`',
      name: 'is refused: an end has none',
      rule: 'schema.node',
      nodes: [end('event', { next: 'a' }), step('a')],
    }),
  ],
};

export const throwing: readonly Area[] = [inFlow, atEnd];
