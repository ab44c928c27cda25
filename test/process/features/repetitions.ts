/** Activities that are done several times. */
import { deepEqual, equal } from 'node:assert/strict';
import { type Area, isStuck, job, knows, refused, run, runs, step, waits, went } from './feature.ts';
import { kept, refusedInFile, userTask } from './kept.ts';

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
      attribute: 'of a sub-process',
      json: '`data` inside',
      name: 'has variables of its own each time, from which the list is gathered',
      prove: () => {
        const sub = {
          id: 'sub',
          type: 'subProcess',
          multiInstance: { collection: '[1, 2]', output: { collection: 'results', element: 'result' } },
          data: [{ name: 'result' }],
          nodes: [{ id: 'times', type: 'scriptTask', script: 'item * 10', result: 'result' }],
        };
        deepEqual(run([sub]).variables, { results: [10, 20] });
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'of a callActivity',
      json: '`multiInstance` of a `callActivity`',
      name: 'calls an instance for each item',
      prove: () => {
        const output = { collection: 'sums', element: 'price + item' };
        const nodes = [
          { id: 'a', type: 'callActivity', process: 'q', multiInstance: { collection: '[1, 2]', output } },
        ];
        const started = run(nodes);
        waits(started, 'a', 'a');
        for (const price of [10, 20]) started.comeBack('a', { kind: 'done', variables: { price } });
        knows(started, { sums: [11, 22] });
      },
    }),
    runs({
      element: 'multiInstanceLoopCharacteristics',
      attribute: 'an error from one of its instances',
      json: '`error` at a `boundary` event',
      name: 'ends all of them when it is caught at the edge',
      prove: () => {
        const boundary = [{ id: 'no', error: 'e', next: 'b' }];
        const nodes = [job('a', { multiInstance: { cardinality: '3' }, boundary }), step('b')];
        waits(run(nodes).complete('a').error('a', 'e'), 'b');
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
    refusedInFile(
      {
        element: 'multiInstanceLoopCharacteristics',
        attribute:
          'behavior = None, One, Complex; complexBehaviorDefinition; oneBehaviorEventRef, noneBehaviorEventRef',
        name: 'is refused in a file that is to run: a single completion throws no event; a throw event inside a sub-process does',
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
      attribute: 'the outcome of the last time',
      json: '`outcome` in `condition`, and `next`',
      name: 'can be asked for by the condition, and chooses the way on',
      prove: () => {
        const loop = { condition: 'outcome = "again"' };
        const nodes = [step('a', { loop, next: { again: 'b', good: 'c' } }), step('b'), step('c')];
        waits(run(nodes).complete('a', 'again').complete('a', 'good'), 'c');
      },
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

export const repetitions: readonly Area[] = [multiple, loops];
