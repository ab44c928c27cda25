/** What is done several times, in any order, or needs several tokens: the corners that the property tests leave out. */
import { describe, expect, it } from 'vitest';
import { define, World } from './world.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });
const begin = (...next: string[]) => ({ id: 'begin', type: 'start', next });

function run(nodes: readonly object[], variables: Readonly<Record<string, unknown>> = {}): World {
  const world = new World(define(...nodes));
  world.start(variables);
  return world;
}

const waiting = ({ state }: World): string[] =>
  state.tokens.flatMap(({ node, wait }) => ('job' in wait || wait.for === 'help' ? [node] : [])).sort();

function finish(world: World, ...nodes: string[]): void {
  for (const node of nodes) world.finish(node);
}

describe('a loop', () => {
  it('leads on by the outcome of its last time', () => {
    const world = run([
      begin('ask'),
      task('ask', { loop: { condition: 'again' }, next: { yes: 'build', no: 'drop' } }),
      task('build'),
      task('drop'),
    ]);
    world.finish('ask', 'no', { variables: { again: true } });
    expect(waiting(world)).toEqual(['ask']);
    world.finish('ask', 'yes', { variables: { again: false } });
    expect(waiting(world)).toEqual(['build']);
  });

  it('that asks first may not begin at all, and one with a maximum ends at it', () => {
    const before = run([
      begin('ask'),
      task('ask', { loop: { condition: 'false', testBefore: true }, next: 'after' }),
      task('after'),
    ]);
    expect(waiting(before)).toEqual(['after']);
    const limited = run([
      begin('ask'),
      task('ask', { loop: { condition: 'true', maximum: 2 }, next: 'after' }),
      task('after'),
    ]);
    finish(limited, 'ask', 'ask');
    expect(waiting(limited)).toEqual(['after']);
  });
});

describe('a multi-instance', () => {
  it('has at most a thousand under way', () => {
    const world = run([
      begin('check'),
      task('check', { multiInstance: { cardinality: '1002' }, next: 'after' }),
      task('after'),
    ]);
    expect(waiting(world)).toHaveLength(1_000);
    finish(world, 'check', 'check', 'check');
    expect(waiting(world)).toHaveLength(999);
  });

  it('that has had enough leaves the rest, which yield nothing', () => {
    const world = run([
      begin('check'),
      task('check', {
        multiInstance: {
          collection: '[1, 2, 3]',
          completionCondition: 'numberOfCompletedInstances = 1',
          output: { collection: 'marks', element: 'item * 10' },
        },
        next: 'after',
      }),
      task('after'),
    ]);
    const second = world.tokenAt('check', ({ locals }) => locals?.loopCounter === 2);
    if (!('job' in second.wait)) throw new Error('the second does not wait');
    world.settle(second.wait.job, { kind: 'done', outcome: 'done' });
    expect(waiting(world)).toEqual(['after']);
    expect(world.variables()).toMatchObject({ marks: [null, 20, null] });
    expect(world.jobs.size).toBe(1);
  });

  it('sees how many are done, under way, and in all', () => {
    const condition = 'numberOfInstances = 3 and numberOfCompletedInstances = 2 and numberOfActiveInstances = 1';
    const world = run([
      begin('check'),
      task('check', { multiInstance: { cardinality: '3', completionCondition: condition }, next: 'after' }),
      task('after'),
    ]);
    finish(world, 'check');
    expect(waiting(world)).toEqual(['check', 'check']);
    finish(world, 'check');
    expect(waiting(world)).toEqual(['after']);
  });

  it('over what is no list is stuck, and goes on when that is put right', () => {
    const world = run(
      [
        begin('check'),
        task('check', { multiInstance: { collection: 'parts' }, next: 'after' }),
        task('after'),
        {
          id: 'set',
          type: 'eventSubProcess',
          nodes: [
            { id: 'set.start', type: 'start', message: 'set', interrupting: false, next: 'set.end' },
            { id: 'set.end', type: 'end' },
          ],
        },
      ],
      { parts: 'none' },
    );
    expect(world.tokenAt('check').wait.for).toBe('help');
    world.message('set', { parts: [] });
    world.retry('check');
    expect(waiting(world)).toEqual(['after']);
  });
});

describe('an ad-hoc sub-process', () => {
  const adhoc = (nodes: readonly object[], more: object = {}) => ({
    id: 'care',
    type: 'adHocSubProcess',
    nodes,
    next: 'after',
    ...more,
  });

  it('follows the flows inside, and begins only with what no flow leads to', () => {
    const world = run([begin('care'), adhoc([task('wash', { next: 'dry' }), task('dry'), task('oil')]), task('after')]);
    expect(waiting(world)).toEqual(['oil', 'wash']);
    finish(world, 'wash');
    expect(waiting(world)).toEqual(['dry', 'oil']);
    finish(world, 'dry', 'oil');
    expect(waiting(world)).toEqual(['after']);
  });

  it('one after another finishes a chain before the next begins', () => {
    const world = run([
      begin('care'),
      adhoc([task('wash', { next: 'dry' }), task('dry'), task('oil')], { sequential: true }),
      task('after'),
    ]);
    for (const node of ['wash', 'dry', 'oil', 'after']) {
      expect(waiting(world)).toEqual([node]);
      finish(world, node);
    }
  });

  it('lets what still runs come to its end when it is told to', () => {
    const rules = { completionCondition: 'enough', keepRemaining: true };
    const world = run([
      begin('care'),
      adhoc([task('wash', { next: 'dry' }), task('dry'), task('oil')], rules),
      task('after'),
    ]);
    world.finish('oil', 'done', { variables: { enough: true } });
    expect(waiting(world)).toEqual(['wash']);
    finish(world, 'wash');
    expect(waiting(world).includes('after') || waiting(world).includes('dry')).toBe(true);
  });

  it('begins with the activities it is told to', () => {
    const world = run(
      [begin('care'), adhoc([task('wash'), task('oil'), task('paint')], { activate: 'chosen' }), task('after')],
      {
        chosen: ['oil', 'paint'],
      },
    );
    expect(waiting(world)).toEqual(['oil', 'paint']);
  });
});

describe('a complex gateway (13.4.5)', () => {
  it('whose condition can never be met is an incident', () => {
    const world = run([
      begin('split'),
      { id: 'split', type: 'parallelGateway', next: ['one', 'two'] },
      task('one', { next: 'join' }),
      task('two', { next: 'join' }),
      { id: 'join', type: 'complexGateway', activation: 'activationCount >= 3', next: 'after' },
      task('after'),
    ]);
    finish(world, 'one', 'two');
    expect(world.where()).toEqual(['join help', 'join join']);
    expect(world.tokenAt('join', ({ wait }) => wait.for === 'help').wait).toMatchObject({ code: 'process.deadlock' });
  });
});

describe('startQuantity (13.3.2)', () => {
  it('gathers tokens, whichever way they come, as often as there are enough', () => {
    const world = run([
      begin('split'),
      { id: 'split', type: 'parallelGateway', next: ['one', 'two', 'three', 'four'] },
      ...['one', 'two', 'three', 'four'].map((id) => task(id, { next: 'pack' })),
      task('pack', { startQuantity: 2 }),
    ]);
    finish(world, 'one');
    expect(waiting(world)).toEqual(['four', 'three', 'two']);
    finish(world, 'three', 'four');
    expect(waiting(world)).toEqual(['pack', 'two']);
    finish(world, 'two');
    expect(waiting(world)).toEqual(['pack', 'pack']);
    finish(world, 'pack', 'pack');
    expect(world.state.status).toBe('completed');
  });
});
