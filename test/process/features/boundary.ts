/** Events at the edge of an activity. */
import { deepEqual } from 'node:assert/strict';
import { type Area, end, isStuck, job, refused, run, runs, step, waits } from './feature.ts';

type Run = ReturnType<typeof run>;

/** An activity with a boundary event that leads to "b". */
const edged = (event: object, host: object = step('a')) => [
  { ...host, boundary: [{ id: 'event', ...event, next: 'b' }] },
  step('b'),
  end(),
];
const beside = { interrupting: false };
/** A sub-process that throws after "a"; an event that is not its end is followed by "c". */
const throwing = (thrown: object, type: 'throw' | 'end' = 'end') => ({
  id: 'sub',
  type: 'subProcess',
  nodes: [
    step('a', { next: 't' }),
    { id: 't', type, ...thrown, ...(type === 'throw' && { next: 'c' }) },
    ...(type === 'throw' ? [step('c')] : []),
  ],
});

const simple: readonly (readonly [string, string, object, (it: Run) => unknown])[] = [
  ['messageEventDefinition', '`message`, `correlationKey`', { message: 'm' }, (it) => it.message('m')],
  ['timerEventDefinition', '`timer`', { timer: '1h' }, (it) => it.advance('1h')],
  ['signalEventDefinition', '`signal`', { signal: 'x' }, (it) => it.signal('x')],
];

const edge: Area = {
  title: 'Boundary events',
  features: [
    ...simple.flatMap(([attribute, json, event, happen]) => [
      runs({
        element: 'boundaryEvent',
        attribute: `${attribute}, cancelActivity = true`,
        json,
        name: 'ends the activity, and goes its own way',
        prove: () => {
          const started = run(edged(event));
          happen(started);
          waits(started, 'b');
        },
      }),
      runs({
        element: 'boundaryEvent',
        attribute: `${attribute}, cancelActivity = false`,
        json: `${json}, \`"interrupting": false\``,
        name: 'goes its way beside the activity',
        prove: () => {
          const started = run(edged({ ...event, ...beside }));
          happen(started);
          waits(started, 'a', 'b');
        },
      }),
    ]),
    runs({
      element: 'boundaryEvent',
      attribute: 'conditionalEventDefinition, cancelActivity = true',
      json: '`condition`',
      name: 'ends the activity when the condition becomes true',
      prove: () => {
        const started = run([...edged({ condition: 'hot' }), step('c')]);
        waits(started.complete('c', 'done', { variables: { hot: true } }), 'b');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'conditionalEventDefinition, cancelActivity = false',
      json: '`condition`, `"interrupting": false`',
      name: 'happens each time that the condition becomes true',
      prove: () => {
        const started = run([...edged({ condition: 'hot', ...beside }), ...['c', 'd', 'e'].map((id) => step(id))]);
        for (const [node, hot] of [
          ['c', true],
          ['d', false],
          ['e', true],
        ] as const) {
          started.complete(node, 'done', { variables: { hot } });
        }
        waits(started, 'a', 'b', 'b');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'errorEventDefinition with errorRef',
      json: '`error`',
      name: 'catches the error of that code, of a job or from inside',
      prove: () => {
        waits(run(edged({ error: 'e' }, job('a'))).error('a', 'e'), 'b');
        waits(run(edged({ error: 'e' }, throwing({ error: 'e' }))).complete('a'), 'b');
        isStuck(run(edged({ error: 'e' }, job('a'))).error('a', 'f'), 'a', 'process.error-uncaught');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'errorEventDefinition without errorRef',
      json: '`"error": true`',
      name: 'catches any error; an event that names the code goes first',
      prove: () => {
        const boundary = [
          { id: 'any', error: true, next: 'b' },
          { id: 'one', error: 'e', next: 'c' },
        ];
        const nodes = [job('a', { boundary }), step('b'), step('c')];
        waits(run(nodes).error('a', 'f'), 'b');
        waits(run(nodes).error('a', 'e'), 'c');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'errorEventDefinition: what it brings',
      json: '`output` with `errorCode`, `errorMessage`',
      name: 'sets what its mapping takes from the error',
      prove: () => {
        const started = run(edged({ error: true, output: { why: 'errorCode', at: 'place' } }, job('a')));
        deepEqual(started.error('a', 'e', { place: 'press-1' }).variables, { why: 'e', at: 'press-1' });
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'escalationEventDefinition, cancelActivity = true',
      json: '`escalation`; `true` for any',
      name: 'ends the sub-process from which the escalation comes',
      prove: () => waits(run(edged({ escalation: 'e' }, throwing({ escalation: 'e' }, 'throw'))).complete('a'), 'b'),
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'escalationEventDefinition, cancelActivity = false',
      json: '`escalation`, `"interrupting": false`',
      name: 'goes its way, and the sub-process goes on',
      prove: () =>
        waits(
          run(edged({ escalation: true, ...beside }, throwing({ escalation: 'e' }, 'throw'))).complete('a'),
          'b',
          'c',
        ),
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'cancelEventDefinition',
      json: '`"cancel": true`',
      name: 'goes on behind a transaction that was cancelled',
      prove: () => {
        const order = {
          id: 'order',
          type: 'transaction',
          nodes: [step('a', { next: 'no' }), end('no', { cancel: true })],
        };
        waits(run(edged({ cancel: true }, order)).complete('a'), 'b');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'compensateEventDefinition',
      json: '`"compensate": true`, `next` to a `forCompensation` activity',
      name: 'names what undoes the activity, and never happens by itself',
      prove: () => {
        const host = step('a', { boundary: [{ id: 'back', compensate: true, next: 'undo' }], next: 'c' });
        const nodes = [
          host,
          job('undo', { forCompensation: true }),
          step('c', { next: 'throw' }),
          { id: 'throw', type: 'throw', compensate: true },
        ];
        const started = run(nodes).complete('a');
        waits(started, 'c');
        waits(started.complete('c'), 'undo');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'several definitions, parallelMultiple = false',
      json: '`anyOf`',
      name: 'happens by any of them',
      prove: () => {
        const event = { anyOf: [{ error: 'e' }, { timer: '1h' }] };
        waits(run(edged(event, job('a'))).error('a', 'e'), 'b');
        waits(run(edged(event, job('a'))).advance('1h'), 'b');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'several definitions, parallelMultiple = true',
      json: '`allOf`',
      name: 'happens when all of them have',
      prove: () => {
        const started = run(edged({ allOf: [{ message: 'm' }, { signal: 'x' }] })).signal('x');
        waits(started, 'a');
        waits(started.message('m'), 'b');
      },
    }),
    runs({
      element: 'boundaryEvent',
      attribute: 'at an activity that is stuck',
      json: '`boundary`',
      name: 'still happens',
      prove: () =>
        waits(
          run(edged({ timer: '1h' }, job('a')))
            .fail('a')
            .advance('1h'),
          'b',
        ),
    }),
    refused({
      element: 'boundaryEvent',
      attribute: 'none',
      json: 'no event',
      name: 'is refused: it would never happen',
      rule: 'boundary.trigger',
      nodes: edged({}),
    }),
    refused({
      element: 'boundaryEvent',
      attribute: 'linkEventDefinition',
      json: '`link`',
      name: 'is refused, as BPMN forbids it',
      rule: 'boundary.trigger',
      nodes: edged({ link: 'L' }),
    }),
    refused({
      element: 'boundaryEvent',
      attribute: 'errorEventDefinition, cancelEventDefinition, cancelActivity = false',
      json: '`error`, `"interrupting": false`',
      name: 'is refused: they leave nothing that could go on',
      rule: 'event.must-interrupt',
      nodes: edged({ error: 'e', ...beside }),
    }),
    refused({
      element: 'boundaryEvent',
      attribute: 'cancelEventDefinition at another activity',
      json: '`"cancel": true`',
      name: 'is refused: only a transaction is cancelled',
      rule: 'cancel.outside-transaction',
      nodes: edged({ cancel: true }),
    }),
    refused({
      element: 'boundaryEvent',
      attribute: 'compensateEventDefinition that leads into the flow',
      json: '`"compensate": true`',
      name: 'is refused: it names one activity with `forCompensation`',
      rule: 'compensation.handler',
      nodes: edged({ compensate: true }),
    }),
    refused({
      element: 'boundaryEvent',
      attribute: 'parallelMultiple = true with an error, an escalation or a cancel',
      json: '`allOf`',
      name: 'is refused: they come alone',
      rule: 'boundary.trigger',
      nodes: edged({ allOf: [{ error: 'e' }, { message: 'm' }] }),
    }),
    refused({
      element: 'boundaryEvent',
      attribute: 'two for the same event',
      json: '`message`, `error` …',
      name: 'is refused: only one of them could have it',
      rule: 'event.duplicate',
      nodes: [
        step('a', {
          boundary: [
            { id: 'x', error: 'e', next: 'b' },
            { id: 'y', error: 'e', next: 'b' },
          ],
        }),
        step('b'),
      ],
    }),
  ],
};

export const boundary: readonly Area[] = [edge];
