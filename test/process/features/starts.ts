/** Where instances and event sub-processes begin. */
import { deepEqual, equal } from 'node:assert/strict';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import { startersOf } from '../../../src/process/engine/starters.ts';
import { type Area, compiled, knows, refused, run, runs, step, waits } from './feature.ts';

const begun = (event: object, more: object = {}) => [
  { id: 's', type: 'start', ...event, next: 'a', ...more },
  step('a'),
];
const startedBy = (event: object) =>
  startersOf(compiled(begun(event)))
    .filter(({ node }) => node === 's')
    .map(({ event: by }) => by);

const top: Area = {
  title: 'Start events of a process',
  features: [
    runs({
      element: 'startEvent',
      attribute: 'none',
      json: '`"type": "start"`',
      name: 'begins an instance by command',
      prove: () => waits(run(begun({})), 'a'),
    }),
    runs({
      element: 'startEvent',
      attribute: 'several of type none',
      json: 'several `start`s',
      name: 'all begin',
      prove: () => waits(run([...begun({}), { id: 't', type: 'start', next: 'b' }, step('b')]), 'a', 'b'),
    }),
    runs({
      element: 'startEvent',
      attribute: 'left out',
      json: 'no `start`',
      name: 'means every node to which no flow leads',
      prove: () => waits(run([step('a'), step('b', { next: 'c' }), step('c')]), 'a', 'b'),
    }),
    runs({
      element: 'startEvent',
      attribute: 'messageEventDefinition',
      json: '`message`',
      name: 'begins an instance by each message of that name',
      prove: () => {
        deepEqual(startedBy({ message: 'order' }), ['message:order']);
        const nodes = [...begun({ message: 'order' }), { id: 't', type: 'start', next: 'b' }, step('b')];
        waits(run(nodes, { at: 's' }), 'a');
        waits(run(nodes), 'b');
      },
    }),
    runs({
      element: 'startEvent',
      attribute: 'signalEventDefinition',
      json: '`signal`',
      name: 'begins an instance by each signal of that name',
      prove: () => {
        deepEqual(startedBy({ signal: 'stop' }), ['signal:stop']);
        waits(run(begun({ signal: 'stop' }), { at: 's' }), 'a');
      },
    }),
    runs({
      element: 'startEvent',
      attribute: 'timerEventDefinition',
      json: '`timer`',
      name: 'begins an instance when it rings',
      prove: () => {
        const { startPoints } = compiled(begun({ timer: { every: '0 6 * * MON-FRI' } }));
        deepEqual(
          startPoints.map(({ node, trigger }) => [node, trigger?.on]),
          [['s', 'timer']],
        );
      },
    }),
    runs({
      element: 'startEvent',
      attribute: 'several definitions, parallelMultiple = false',
      json: '`anyOf`',
      name: 'begins an instance by each of them',
      prove: () =>
        deepEqual(startedBy({ anyOf: [{ message: 'order' }, { signal: 'stop' }] }), ['message:order', 'signal:stop']),
    }),
    refused({
      element: 'startEvent',
      attribute: 'several definitions, parallelMultiple = true',
      json: '`allOf`',
      name: 'is refused in this release; an event gateway with `"instantiate": "parallel"` does the same',
      rule: 'element.unsupported',
      nodes: begun({ allOf: [{ message: 'order' }, { message: 'plan' }] }),
    }),
    refused({
      element: 'startEvent',
      attribute: 'timerEventDefinition among several definitions',
      json: '`timer` in `anyOf`',
      name: 'is refused in this release; a start of its own does the same',
      rule: 'element.unsupported',
      nodes: begun({ anyOf: [{ timer: '1h' }, { message: 'order' }] }),
    }),
    refused({
      element: 'startEvent',
      attribute: 'timerEventDefinition with an expression',
      json: '`"timer": "=…"`',
      name: 'is refused: there are no variables before there is an instance',
      rule: 'element.unsupported',
      nodes: begun({ timer: '=wait' }),
    }),
    refused({
      element: 'startEvent',
      attribute: 'conditionalEventDefinition',
      json: '`condition`',
      name: 'is refused: there are no variables before there is an instance; `start` with criteria watches measurements',
      rule: 'element.unsupported',
      nodes: begun({ condition: 'hot' }),
    }),
    refused({
      element: 'startEvent',
      attribute: 'errorEventDefinition, escalationEventDefinition, compensateEventDefinition',
      json: '`error`, `escalation`, `compensate`',
      name: 'is refused: only an event sub-process begins by them',
      rule: 'start.trigger',
      nodes: begun({ error: 'e' }),
    }),
    runs({
      element: 'startEvent',
      attribute: 'dataOutputAssociation',
      json: '`output`',
      name: 'is left by the way of its flow with what its mapping sets',
      prove: () => knows(run(begun({ output: { size: 'n + 1' } }), { variables: { n: 1 } }), { size: 2 }),
    }),
    runs({
      element: 'startEvent',
      attribute: 'eventDefinitionRef',
      json: 'the event itself',
      name: 'is read from a BPMN file as if the definition stood inside',
      prove: () => {
        const { definitions } = importBpmn(
          `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><signal id="S" name="stop"/>
           <signalEventDefinition id="E" signalRef="S"/><process id="p" isExecutable="true">
           <startEvent id="s"><eventDefinitionRef>E</eventDefinitionRef></startEvent></process></definitions>`,
        );
        const node = definitions[0]?.nodes[0];
        equal(node?.type === 'start' && node.signal, 'stop');
      },
    }),
    refused({
      element: 'startEvent',
      attribute: 'isInterrupting at the top',
      json: '`"interrupting": false`',
      name: 'is refused: it means something only in an event sub-process',
      rule: 'start.interrupting',
      nodes: begun({ interrupting: false }),
    }),
  ],
};

/** A process at work on "a", with an event sub-process that asks "b". */
const handled = (event: object, main: readonly object[] = [step('a')]) => [
  ...(main as readonly { readonly id: string }[]),
  { id: 'on', type: 'eventSubProcess', nodes: [{ id: 's', type: 'start', ...event, next: 'b' }, step('b')] },
];
const both = { interrupting: false };
const thrower = (thrown: object) => [step('a', { next: 't' }), { id: 't', type: 'end', ...thrown }, step('c')];

const inner: Area = {
  title: 'Start events of an event sub-process',
  features: [
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'isInterrupting = true',
      json: 'the default',
      name: 'ends all else that its (sub-)process does',
      prove: () => waits(run(handled({ signal: 'x' }, [step('a'), step('c')])).signal('x'), 'b'),
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'isInterrupting = false',
      json: '`"interrupting": false`',
      name: 'lets the rest go on, and can begin again',
      prove: () =>
        waits(
          run(handled({ signal: 'x', ...both }))
            .signal('x')
            .signal('x'),
          'a',
          'b',
          'b',
        ),
    }),
    ...(
      [
        ['messageEventDefinition', '`message`', { message: 'm' }, (it) => it.message('m')],
        ['signalEventDefinition', '`signal`', { signal: 'x' }, (it) => it.signal('x')],
        ['timerEventDefinition', '`timer`', { timer: '1h' }, (it) => it.advance('1h')],
      ] as const satisfies readonly (readonly [string, string, object, (it: ReturnType<typeof run>) => unknown])[]
    ).flatMap(([attribute, json, event, happen]) => [
      runs({
        element: 'startEvent of an event sub-process',
        attribute: `${attribute}, interrupting`,
        json,
        name: 'takes over',
        prove: () => {
          const started = run(handled(event));
          happen(started);
          waits(started, 'b');
        },
      }),
      runs({
        element: 'startEvent of an event sub-process',
        attribute: `${attribute}, non-interrupting`,
        json: `${json}, \`"interrupting": false\``,
        name: 'begins beside the rest',
        prove: () => {
          const started = run(handled({ ...event, ...both }));
          happen(started);
          waits(started, 'a', 'b');
        },
      }),
    ]),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'conditionalEventDefinition, interrupting',
      json: '`condition`',
      name: 'takes over when the condition becomes true',
      prove: () => {
        const started = run(handled({ condition: 'hot' }, [step('a'), step('c')]));
        waits(started.complete('a', 'done', { variables: { hot: true } }), 'b');
      },
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'conditionalEventDefinition, non-interrupting',
      json: '`condition`, `"interrupting": false`',
      name: 'begins each time that the condition becomes true',
      prove: () => {
        const main = ['a', 'c', 'd', 'e'].map((id) => step(id));
        const started = run(handled({ condition: 'hot', ...both }, main));
        const set = (node: string, hot: boolean) => started.complete(node, 'done', { variables: { hot } });
        set('a', true);
        waits(started, 'b', 'c', 'd', 'e');
        set('c', false);
        waits(started, 'b', 'd', 'e');
        set('d', true);
        waits(started, 'b', 'b', 'e');
      },
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'errorEventDefinition',
      json: '`error`; `true` for any',
      name: 'catches an error from inside its (sub-)process',
      prove: () => {
        waits(run(handled({ error: 'e' }, thrower({ error: 'e' }))).complete('a'), 'b');
        waits(run(handled({ error: true }, thrower({ error: 'f' }))).complete('a'), 'b');
      },
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'escalationEventDefinition, interrupting',
      json: '`escalation`; `true` for any',
      name: 'catches an escalation from inside, and takes over',
      prove: () => waits(run(handled({ escalation: 'e' }, thrower({ escalation: 'e' }))).complete('a'), 'b'),
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'escalationEventDefinition, non-interrupting',
      json: '`escalation`, `"interrupting": false`',
      name: 'catches an escalation, and the rest goes on',
      prove: () =>
        waits(run(handled({ escalation: true, ...both }, thrower({ escalation: 'e' }))).complete('a'), 'b', 'c'),
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'compensateEventDefinition',
      json: '`"compensate": true`',
      name: 'undoes the sub-process, with the variables that it had at its end',
      prove: () => {
        const nodes = handled({ compensate: true }, [step('a')]);
        const sub = { id: 'sub', type: 'subProcess', data: [{ name: 'n', value: '0' }], nodes, next: 'back' };
        const started = run([sub, { id: 'back', type: 'throw', compensate: true }]);
        started.complete('a', 'done', { variables: { n: 7 } });
        waits(started, 'b');
        deepEqual(started.variablesAt('b').n, 7);
      },
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'several definitions, parallelMultiple = false',
      json: '`anyOf`',
      name: 'begins by any of them',
      prove: () => {
        const event = { anyOf: [{ message: 'm' }, { timer: '1h' }] };
        waits(run(handled(event)).message('m'), 'b');
        waits(run(handled(event)).advance('1h'), 'b');
      },
    }),
    runs({
      element: 'startEvent of an event sub-process',
      attribute: 'several definitions, parallelMultiple = true',
      json: '`allOf`',
      name: 'begins when all of them have happened',
      prove: () => {
        const started = run(handled({ allOf: [{ message: 'm' }, { signal: 'x' }] })).message('m');
        waits(started, 'a');
        waits(started.signal('x'), 'b');
      },
    }),
    refused({
      element: 'startEvent of an event sub-process',
      attribute: 'errorEventDefinition, non-interrupting',
      json: '`error`, `"interrupting": false`',
      name: 'is refused: an error leaves nothing that could go on',
      rule: 'event.must-interrupt',
      nodes: handled({ error: 'e', ...both }),
    }),
    refused({
      element: 'startEvent of an event sub-process',
      attribute: 'none',
      json: 'a `start` that waits for nothing',
      name: 'is refused: it would never begin',
      rule: 'event-sub-process.start',
      nodes: handled({}),
    }),
    refused({
      element: 'startEvent of an event sub-process',
      attribute: 'compensateEventDefinition at the top',
      json: '`"compensate": true`',
      name: 'is refused: a whole process is never undone',
      rule: 'element.unsupported',
      nodes: handled({ compensate: true }),
    }),
    refused({
      element: 'startEvent of an event sub-process',
      attribute: 'two for the same event',
      json: '`message`, `signal`, `error` …',
      name: 'is refused: only one of them could have it',
      rule: 'event.duplicate',
      nodes: [
        ...handled({ signal: 'x' }),
        { id: 'on2', type: 'eventSubProcess', nodes: [{ id: 's2', type: 'start', signal: 'x', next: 'd' }, step('d')] },
      ],
    }),
  ],
};

export const starts: readonly Area[] = [top, inner];
