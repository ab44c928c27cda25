/** What every activity can have: variables of its own, how many tokens it takes and gives, whether it undoes. */
import { deepEqual } from 'node:assert/strict';
import { type Area, end, job, refused, run, runs, step, waits, went } from './feature.ts';
import { kept, userTask } from './kept.ts';

const gone = { next: 'end' };
const compensated = (more: object) => [
  step('a', { next: 'undo', boundary: [{ id: 'back', compensate: true, next: 'unwind' }] }),
  { id: 'undo', type: 'throw', compensate: true },
  job('unwind', { forCompensation: true, ...more }),
];

const all: Area = {
  title: 'All activities',
  features: [
    runs({
      element: 'activity',
      attribute: 'ioSpecification, dataInputAssociation',
      json: '`input`',
      name: 'gets variables that exist only while it does',
      prove: () => {
        const asked = run([step('a', { input: { half: 'size / 2' }, next: 'b' }), step('b')], {
          variables: { size: 8 },
        });
        deepEqual(asked.variablesAt('a'), { size: 8, half: 4 });
        deepEqual(asked.complete('a').variablesAt('b'), { size: 8 });
      },
    }),
    runs({
      element: 'activity',
      attribute: 'ioSpecification, dataOutputAssociation',
      json: '`output`',
      name: 'sets what its mapping says, and nothing else that the work brings',
      prove: () => {
        const done = run([step('a', { output: { total: 'x + y' }, ...gone }), end()]);
        deepEqual(done.complete('a', 'done', { variables: { x: 1, y: 2 } }).variables, { total: 3 });
      },
    }),
    runs({
      element: 'activity',
      attribute: 'isForCompensation',
      json: '`"forCompensation": true`',
      name: 'is no step of its own, and begins when its activity is undone',
      prove: () => waits(run(compensated({})).complete('a'), 'unwind'),
    }),
    refused({
      element: 'activity',
      attribute: 'isForCompensation, in the flow',
      json: '`"forCompensation": true`, `next`',
      name: 'is refused: compensation leads nowhere',
      rule: 'compensation.handler-flows',
      nodes: [...compensated(gone), end()],
    }),
    refused({
      element: 'activity',
      attribute: 'isForCompensation, of nothing',
      json: '`"forCompensation": true`',
      name: 'is refused when no boundary event names it',
      rule: 'compensation.unused-handler',
      nodes: [step('a'), job('unwind', { forCompensation: true })],
    }),
    runs({
      element: 'activity',
      attribute: 'startQuantity',
      json: '`startQuantity`',
      name: 'begins when so many tokens have come',
      prove: () => {
        const both = run([step('a', { next: 'c' }), step('b', { next: 'c' }), step('c', { startQuantity: 2 })]);
        waits(both.complete('a'), 'b', 'c');
        went(both, 'a');
        waits(both.complete('b'), 'c');
        waits(both.complete('c'));
      },
    }),
    refused({
      element: 'activity',
      attribute: 'startQuantity, at a beginning',
      json: '`startQuantity`',
      name: 'is refused where no flow leads to it: a second token never comes',
      rule: 'activity.start-quantity',
      nodes: [step('a', { startQuantity: 2 })],
    }),
    runs({
      element: 'activity',
      attribute: 'completionQuantity',
      json: '`completionQuantity`',
      name: 'lets so many tokens go on each way',
      prove: () =>
        waits(run([step('a', { completionQuantity: 3, next: 'b' }), step('b')]).complete('a'), 'b', 'b', 'b'),
    }),
    runs({
      element: 'activity',
      attribute: 'default',
      json: '`"default": true` at a flow of `next`',
      name: 'is left by the default flow when no condition holds',
      prove: () => {
        const next = [
          { to: 'b', when: 'size > 5' },
          { to: 'c', default: true },
        ];
        const nodes = [step('a', { next }), step('b'), step('c')];
        waits(run(nodes, { variables: { size: 6 } }).complete('a'), 'b');
        waits(run(nodes, { variables: { size: 5 } }).complete('a'), 'c');
      },
    }),
    runs({
      element: 'activity',
      attribute: 'property',
      json: '`data` of a sub-process around it, or `input`',
      name: 'has variables of its own',
      prove: () => {
        const inner = { id: 'sub', type: 'subProcess', data: [{ name: 'n', value: '1' }], nodes: [step('a')] };
        const started = run([inner]);
        deepEqual([started.variablesAt('a').n, started.variables.n], [1, undefined]);
      },
    }),
    kept(
      { element: 'activity', attribute: 'resources, resourceRole' },
      { node: userTask('', '{{<resourceRole id="rr"><resourceRef>R</resourceRef></resourceRole>}}') },
    ),
    kept(
      { element: 'activity', attribute: 'ioSpecification: inputSet, outputSet' },
      {
        node: userTask(
          '',
          '{{<ioSpecification><dataInput id="di"/><inputSet><dataInputRefs>di</dataInputRefs></inputSet><outputSet/></ioSpecification>}}',
        ),
      },
    ),
  ],
};

export const activities: readonly Area[] = [all];
