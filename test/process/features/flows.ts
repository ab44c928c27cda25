/** Sequence flows. */
import { equal } from 'node:assert/strict';
import { type Area, compiled, end, isStuck, refused, run, runs, step, waits } from './feature.ts';
import { kept } from './kept.ts';

const ways = [
  { to: 'a', when: 'n > 1' },
  { to: 'b', default: true },
];

const all: Area = {
  title: 'Sequence flows',
  features: [
    runs({
      element: 'sequenceFlow',
      attribute: 'sourceRef, targetRef',
      json: '`next`',
      name: 'leads a token from a node to the next',
      prove: () => waits(run([step('a', { next: 'b' }), step('b')]).complete('a'), 'b'),
    }),
    runs({
      element: 'sequenceFlow',
      attribute: 'several out of an activity',
      json: '`"next": ["b", "c"]`',
      name: 'are all taken',
      prove: () => waits(run([step('a', { next: ['b', 'c'] }), step('b'), step('c')]).complete('a'), 'b', 'c'),
    }),
    runs({
      element: 'sequenceFlow',
      attribute: 'several into an activity',
      json: '`next`',
      name: 'begin it once for each token',
      prove: () => {
        const nodes = [step('a', { next: 'c' }), step('b', { next: 'c' }), step('c')];
        waits(run(nodes).complete('a').complete('b'), 'c', 'c');
      },
    }),
    runs({
      element: 'sequenceFlow',
      attribute: 'none out of a node',
      json: 'no `next`',
      name: 'ends the token',
      prove: () => waits(run([step('a')]).complete('a')),
    }),
    runs({
      element: 'sequenceFlow',
      attribute: 'conditionExpression',
      json: '`when`',
      name: 'is taken when its condition is true; null is not',
      prove: () => {
        const nodes = [
          step('a', { next: [{ to: 'b', when: 'ok' }, { to: 'c', when: 'not(ok)' }, 'd'] }),
          ...['b', 'c', 'd'].map((id) => step(id)),
        ];
        waits(run(nodes, { variables: { ok: true } }).complete('a'), 'b', 'd');
        waits(run(nodes).complete('a'), 'd');
      },
    }),
    runs({
      element: 'sequenceFlow',
      attribute: 'conditionExpression that cannot be computed',
      json: '`when`',
      name: 'is an incident',
      prove: () => {
        const when = 'for i in 1..100000 return for j in 1..100000 return i';
        isStuck(
          run([step('a', { next: [{ to: 'b', when }] }), step('b')]).complete('a'),
          'a',
          'process.condition-failed',
        );
      },
    }),
    runs({
      element: 'sequenceFlow',
      attribute: 'default',
      json: '`"default": true`',
      name: 'is taken when no condition of the others holds',
      prove: () => waits(run([{ id: 'g', type: 'inclusiveGateway', next: ways }, step('a'), step('b')]), 'b'),
    }),
    refused({
      element: 'sequenceFlow',
      attribute: 'default with a condition',
      json: '`when`, `default`',
      name: 'is refused',
      rule: 'flow.default-with-condition',
      nodes: [step('a', { next: [{ to: 'b', when: 'x', default: true }] }), step('b')],
    }),
    refused({
      element: 'sequenceFlow',
      attribute: 'conditionExpression behind an event',
      json: '`when`',
      name: 'is refused, as BPMN forbids it',
      rule: 'flow.condition-on-event',
      nodes: [{ id: 's', type: 'start', next: [{ to: 'b', when: 'x' }] }, step('b')],
    }),
    refused({
      element: 'sequenceFlow',
      attribute: 'into a start event',
      json: '`next`',
      name: 'is refused',
      rule: 'start.has-incoming',
      nodes: [{ id: 's', type: 'start', next: 'a' }, step('a', { next: 's' })],
    }),
    refused({
      element: 'sequenceFlow',
      attribute: 'into a boundary event',
      json: '`next`',
      name: 'is refused',
      rule: 'flow.into-boundary',
      nodes: [step('a', { next: 'late', boundary: [{ id: 'late', timer: '1h' }] })],
    }),
    refused({
      element: 'sequenceFlow',
      attribute: 'targetRef that does not exist',
      json: '`next`',
      name: 'is refused',
      rule: 'flow.unknown-target',
      nodes: [step('a', { next: 'b' })],
    }),
    kept(
      { element: 'sequenceFlow', attribute: 'isImmediate' },
      { inside: '<endEvent id="e"/><sequenceFlow id="f" sourceRef="a" targetRef="e" {{isImmediate="true"}}/>' },
    ),
    runs({
      element: 'sequenceFlow',
      attribute: 'id, name',
      json: '`id`, `name`',
      name: 'names the flow for those who refer to it',
      prove: () =>
        equal(
          compiled([step('a', { next: [{ to: 'end', id: 'way', name: 'on' }] }), end()]).nodes.get('a')?.outgoing[0]
            ?.id,
          'way',
        ),
    }),
    runs({
      element: 'flowNode',
      attribute: 'an outcome (no BPMN)',
      json: '`"next": {"good": "b", "bad": "c"}`',
      name: 'chooses the way without a gateway; as BPMN it is written with conditions',
      prove: () =>
        waits(run([step('a', { next: { good: 'b', bad: 'c' } }), step('b'), step('c')]).complete('a', 'bad'), 'c'),
    }),
  ],
};

export const flows: readonly Area[] = [all];
