/** What every activity can have: variables of its own, how often it is done, how many tokens it takes and gives. */
import { deepEqual, equal } from 'node:assert/strict';
import { type Area, end, isStuck, job, knows, refused, run, runs, step, waits, went } from './feature.ts';
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

const each = (more: object, rest: object = {}) => [
  step('a', { multiInstance: { collection: 'list', ...more }, next: 'after', ...rest }),
  step('after'),
];
const list = { variables: { list: ['x', 'y', 'z'] } };
const items = (instance: ReturnType<typeof run>) =>
  instance.history.flatMap((effect) => (effect.type === 'appeared' && effect.at === 'a' ? (effect.locals ?? []) : []));

const multiple: Area = {
  title: 'Multi-instance activities',
  features: [
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'isSequential = false',
      json: '`multiInstance`',
      name: 'is done for all items beside each other, and goes on when all are done',
      prove: () => {
        const started = run(each({}), list);
        waits(started, 'a', 'a', 'a');
        waits(started.complete('a').complete('a'), 'a');
        waits(started.complete('a'), 'after');
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'isSequential = true',
      json: '`"sequential": true`',
      name: 'is done for one item after the other',
      prove: () => {
        const started = run(each({ sequential: true }), list);
        waits(started, 'a');
        waits(started.complete('a').complete('a'), 'a');
        waits(started.complete('a'), 'after');
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'loopCardinality',
      json: '`cardinality`',
      name: 'is done so many times',
      prove: () => waits(run(each({ collection: undefined, cardinality: 'n' }), { variables: { n: 2 } }), 'a', 'a'),
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'loopCardinality of 0, or an empty list',
      json: '`cardinality`, `collection`',
      name: 'is passed without being done',
      prove: () => {
        const passed = run(each({}), { variables: { list: [] } });
        waits(passed, 'after');
        went(passed);
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'loopDataInputRef',
      json: '`collection`',
      name: 'is stuck when what it is done for is no list',
      prove: () => isStuck(run(each({}), { variables: { list: 'x' } }), 'a', 'process.condition-failed'),
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'inputDataItem',
      json: '`element`; default: `item`',
      name: 'sees its item and its number',
      prove: () => {
        const expected = ['x', 'y', 'z'].map((part, place) => ({ part, loopCounter: place + 1 }));
        deepEqual(items(run(each({ element: 'part' }), list)), expected);
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'loopDataOutputRef, outputDataItem',
      json: '`"output": {"collection": …, "element": …}`',
      name: 'gathers what each yields, in the order of the items',
      prove: () => {
        const nodes = each(
          { output: { collection: 'results', element: 'item + mark' } },
          { type: 'job', kind: 'k', role: undefined },
        );
        const started = run(nodes, list);
        for (const mark of ['1', '2', '3']) started.complete('a', 'done', { variables: { mark } });
        knows(started, { results: ['x1', 'y2', 'z3'] });
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'completionCondition',
      json: '`completionCondition`',
      name: 'leaves the rest as soon as it holds',
      prove: () => {
        const started = run(each({ completionCondition: 'numberOfCompletedInstances >= 2' }), list);
        waits(started.complete('a'), 'a', 'a');
        waits(started.complete('a'), 'after');
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances',
      json: 'variables of `completionCondition`',
      name: 'can be counted in its condition',
      prove: () => {
        const counts = 'numberOfInstances = 3 and numberOfActiveInstances = 1 and numberOfCompletedInstances = 2';
        const started = run(each({ completionCondition: counts }), list);
        waits(started.complete('a'), 'a', 'a');
        waits(started.complete('a'), 'after');
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'at an activity with boundary events',
      json: '`boundary`',
      name: 'is ended as a whole by an event at its edge',
      prove: () => {
        const started = run([...each({}, { boundary: [{ id: 'late', timer: '1h', next: 'b' }] }), step('b')], list);
        waits(started.advance('1h'), 'b');
      },
    }),
    kept(
      {
        element: 'multiInstanceLoopCharacteristics',
        attribute: 'behavior = All',
        json: 'the default',
        name: 'tells nobody of a single completion, as here nothing does',
      },
      {
        node: userTask(
          '',
          '<multiInstanceLoopCharacteristics {{behavior="All"}}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>',
        ),
      },
    ),
    kept(
      {
        element: 'multiInstanceLoopCharacteristics',
        attribute:
          'behavior = None, One, Complex; complexBehaviorDefinition; oneBehaviorEventRef, noneBehaviorEventRef',
        name: 'is not executed: a single completion throws no event; a throw event behind the work inside a sub-process does',
      },
      {
        node: userTask(
          '',
          '<multiInstanceLoopCharacteristics {{behavior="One" oneBehaviorEventRef="E"}}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>',
        ),
      },
    ),
    refused({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'without cardinality and list, or with both',
      json: '`multiInstance`',
      name: 'is refused: how often is not said',
      rule: 'repetition.size',
      nodes: [step('a', { multiInstance: {} })],
    }),
    refused({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'and standardLoopCharacteristics',
      json: '`multiInstance`, `loop`',
      name: 'is refused together: BPMN knows one of them at a time',
      rule: 'repetition.both',
      nodes: [step('a', { multiInstance: { cardinality: '2' }, loop: { condition: 'true' } })],
    }),
  ],
};

const again = (loop: object) => [
  step('a', { loop: { condition: 'not(ok = true)', ...loop }, next: 'after' }),
  step('after'),
];
const loops: Area = {
  title: 'Standard loops',
  features: [
    runs({
      element: 'standardLoopCharacteristics',
      attribute: 'loopCondition',
      json: '`"loop": {"condition": …}`',
      name: 'is done again while it holds',
      prove: () => {
        const started = run(again({})).complete('a');
        waits(started, 'a');
        waits(started.complete('a', 'done', { variables: { ok: true } }), 'after');
        went(started, 'a', 'a');
      },
    }),
    runs({
      element: 'standardLoopCharacteristics',
      attribute: 'testBefore = false',
      json: 'the default',
      name: 'is done once at least',
      prove: () => waits(run(again({}), { variables: { ok: true } }), 'a'),
    }),
    runs({
      element: 'standardLoopCharacteristics',
      attribute: 'testBefore = true',
      json: '`"testBefore": true`',
      name: 'is passed when it does not hold at the beginning',
      prove: () => waits(run(again({ testBefore: true }), { variables: { ok: true } }), 'after'),
    }),
    runs({
      element: 'standardLoopCharacteristics',
      attribute: 'loopMaximum',
      json: '`maximum`',
      name: 'is done so many times at most',
      prove: () =>
        waits(
          run(again({ maximum: 2 }))
            .complete('a')
            .complete('a'),
          'after',
        ),
    }),
    runs({
      element: 'standardLoopCharacteristics',
      attribute: 'loopCounter',
      json: 'the variable `loopCounter`',
      name: 'counts from 1',
      prove: () => {
        const started = run(again({ condition: 'loopCounter < 3' }));
        equal(started.variablesAt('a').loopCounter, 1);
        equal(started.complete('a').variablesAt('a').loopCounter, 2);
        waits(started.complete('a').complete('a'), 'after');
      },
    }),
  ],
};

export const activities: readonly Area[] = [all, multiple, loops];
