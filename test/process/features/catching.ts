/** Events that are waited for in the flow. */
import { deepEqual } from 'node:assert/strict';
import { type Area, knows, refused, run, runs, step, waits } from './feature.ts';

const caught = (event: object) => [{ id: 'event', type: 'catch', ...event, next: 'after' }, step('after')];

const inFlow: Area = {
  title: 'Intermediate catch events',
  features: [
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'messageEventDefinition',
      json: '`"type": "catch"`, `message`, `correlationKey`',
      name: 'waits for a message with its key',
      prove: () => {
        const started = run(caught({ message: 'paid', correlationKey: 'order' }), { variables: { order: 7 } });
        waits(started, 'event');
        waits(started.message('paid', { sum: 3 }, '7'), 'after');
        knows(started, { sum: 3 });
      },
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'timerEventDefinition',
      json: '`timer`',
      name: 'waits for a time',
      prove: () => {
        const started = run(caught({ timer: '1h' })).advance('59m');
        waits(started, 'event');
        waits(started.advance('1m'), 'after');
      },
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'signalEventDefinition',
      json: '`signal`',
      name: 'waits for a signal; every one that waits hears it',
      prove: () => {
        const started = run([...caught({ signal: 'x' }), { id: 'second', type: 'catch', signal: 'x', next: 'after' }]);
        waits(started.signal('x'), 'after', 'after');
      },
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'conditionalEventDefinition',
      json: '`condition`',
      name: 'waits until the condition is true',
      prove: () => {
        const started = run([...caught({ condition: 'level > 3' }), step('fill')]);
        waits(started, 'event', 'fill');
        waits(started.complete('fill', 'done', { variables: { level: 4 } }), 'after');
      },
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'conditionalEventDefinition that is true already',
      json: '`condition`',
      name: 'is passed at once',
      prove: () => waits(run(caught({ condition: 'true' })), 'after'),
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'linkEventDefinition',
      json: '`link`',
      name: 'goes on from where the link of that name is thrown',
      prove: () => {
        const nodes = [step('a', { next: 'go' }), { id: 'go', type: 'throw', link: 'L' }, ...caught({ link: 'L' })];
        waits(run(nodes).complete('a'), 'after');
      },
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'several definitions, parallelMultiple = false',
      json: '`anyOf`',
      name: 'waits for any of them',
      prove: () => {
        const event = { anyOf: [{ message: 'm' }, { timer: '1h' }] };
        waits(run(caught(event)).message('m'), 'after');
        waits(run(caught(event)).advance('1h'), 'after');
      },
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'several definitions, parallelMultiple = true',
      json: '`allOf`',
      name: 'waits for all of them',
      prove: () => {
        const started = run(caught({ allOf: [{ message: 'm' }, { timer: '1h' }] })).advance('1h');
        waits(started, 'event');
        waits(started.message('m'), 'after');
      },
    }),
    runs({
      element: 'intermediateCatchEvent',
      attribute: 'dataOutputAssociation',
      json: '`output`',
      name: 'sets what its mapping takes from what the event brings',
      prove: () => {
        const started = run(caught({ message: 'm', output: { total: 'sum * 2' } })).message('m', { sum: 3, secret: 1 });
        deepEqual(started.variables, { total: 6 });
      },
    }),
    refused({
      element: 'intermediateCatchEvent',
      attribute: 'none',
      json: 'no event',
      name: 'is refused: it would wait for nothing',
      rule: 'catch.trigger',
      nodes: caught({}),
    }),
    refused({
      element: 'intermediateCatchEvent',
      attribute: 'errorEventDefinition, escalationEventDefinition, compensateEventDefinition, cancelEventDefinition',
      json: '`error` …',
      name: 'is refused, as BPMN forbids it: they are caught at the edge of an activity',
      rule: 'catch.trigger',
      nodes: caught({ error: 'e' }),
    }),
    refused({
      element: 'intermediateCatchEvent',
      attribute: 'linkEventDefinition that nothing throws',
      json: '`link`',
      name: 'is refused',
      rule: 'link.never-thrown',
      nodes: [step('a'), ...caught({ link: 'L' })],
    }),
    refused({
      element: 'intermediateCatchEvent',
      attribute: 'two linkEventDefinitions of one name',
      json: '`link`',
      name: 'is refused: the way on would be unknown',
      rule: 'link.duplicate-target',
      nodes: [
        { id: 'go', type: 'throw', link: 'L' },
        ...caught({ link: 'L' }),
        { id: 'second', type: 'catch', link: 'L', next: 'after' },
      ],
    }),
  ],
};

export const catching: readonly Area[] = [inFlow];
