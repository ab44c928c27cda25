/**
 * The control-flow patterns 1 to 20 of van der Aalst and others (Workflow Patterns, 2003), each
 * as a definition and the course it takes.
 */
import { describe, expect, it } from 'vitest';
import { define, World } from './world.ts';

const task = (id: string, next?: unknown, more: object = {}) => ({
  id,
  type: 'userTask',
  role: 'operator',
  ...(next !== undefined && { next }),
  ...more,
});
const gateway = (id: string, type: 'exclusive' | 'parallel' | 'inclusive', next: unknown) => ({
  id,
  type: `${type}Gateway`,
  next,
});

/** The tasks that wait. */
const waiting = ({ state }: World): string[] =>
  state.tokens.flatMap(({ node, wait }) => (wait.for === 'task' ? [node] : [])).sort();

/** The activities that were completed, in this order. */
const path = ({ history }: World): string[] =>
  history.flatMap((effects) => effects.flatMap((effect) => (effect.type === 'completed' ? [effect.node] : [])));

function run(nodes: readonly object[], variables: Readonly<Record<string, unknown>> = {}): World {
  const world = new World(define(...nodes));
  world.start(variables);
  return world;
}

/** Finishes the tasks one after the other. */
function finish(world: World, ...tasks: string[]): void {
  for (const node of tasks) world.finish(node);
}

describe('basic control flow', () => {
  it('1 sequence: one activity begins when the one before is done', () => {
    const world = run([task('mix', 'press'), task('press', 'fire'), task('fire')]);
    expect(waiting(world)).toEqual(['mix']);
    finish(world, 'mix');
    expect(waiting(world)).toEqual(['press']);
    finish(world, 'press', 'fire');
    expect(path(world)).toEqual(['mix', 'press', 'fire']);
  });

  it('2 parallel split: all ways are taken at once', () => {
    const world = run([
      task('mix', 'split'),
      gateway('split', 'parallel', ['heat', 'press']),
      task('heat'),
      task('press'),
    ]);
    finish(world, 'mix');
    expect(waiting(world)).toEqual(['heat', 'press']);
  });

  it('3 synchronization: goes on once, when every way has arrived', () => {
    const world = run([
      gateway('split', 'parallel', ['heat', 'press']),
      task('heat', 'join'),
      task('press', 'join'),
      gateway('join', 'parallel', 'check'),
      task('check'),
    ]);
    finish(world, 'press');
    expect(waiting(world)).toEqual(['heat']);
    finish(world, 'heat');
    expect(waiting(world)).toEqual(['check']);
  });

  const choice = [
    gateway('choose', 'exclusive', [
      { to: 'scrap', when: 'cracks > 3' },
      { to: 'mend', when: 'cracks > 0' },
      { to: 'pack', default: true },
    ]),
    task('scrap', 'merge'),
    task('mend', 'merge'),
    task('pack', 'merge'),
    gateway('merge', 'exclusive', 'count'),
    task('count'),
  ];

  it.each([
    [5, 'scrap'],
    [2, 'mend'],
    [0, 'pack'],
  ])('4 exclusive choice: of several ways the first whose condition holds (%i cracks: %s)', (cracks, chosen) => {
    expect(waiting(run(choice, { cracks }))).toEqual([chosen]);
  });

  it('5 simple merge: whichever way was taken, what follows happens once', () => {
    const world = run(choice, { cracks: 2 });
    finish(world, 'mend');
    expect(waiting(world)).toEqual(['count']);
    finish(world, 'count');
    expect(path(world)).toEqual(['mend', 'count']);
  });
});

describe('branching, synchronization and structure', () => {
  const several = [
    gateway('choose', 'inclusive', [
      { to: 'wash', when: 'dirty' },
      { to: 'mend', when: 'cracked' },
      { to: 'pass', default: true },
    ]),
    task('wash', 'merge'),
    task('mend', 'merge'),
    task('pass', 'merge'),
    gateway('merge', 'inclusive', 'pack'),
    task('pack'),
  ];

  it.each([
    [true, true, ['mend', 'wash']],
    [true, false, ['wash']],
    [false, false, ['pass']],
  ])('6 multi-choice: every way whose condition holds (dirty %s, cracked %s)', (dirty, cracked, chosen) => {
    expect(waiting(run(several, { dirty, cracked }))).toEqual(chosen);
  });

  it('7 structured synchronizing merge: waits for the ways that were taken, and for no other', () => {
    const both = run(several, { dirty: true, cracked: true });
    finish(both, 'wash');
    expect(waiting(both)).toEqual(['mend']);
    finish(both, 'mend');
    expect(waiting(both)).toEqual(['pack']);
    const single = run(several, { dirty: true, cracked: false });
    finish(single, 'wash');
    expect(waiting(single)).toEqual(['pack']);
  });

  it('8 multi-merge: what follows happens once for every way that arrives', () => {
    const world = run([
      gateway('split', 'parallel', ['left', 'right']),
      task('left', 'merge'),
      task('right', 'merge'),
      gateway('merge', 'exclusive', 'weigh'),
      task('weigh'),
    ]);
    finish(world, 'left', 'right');
    expect(waiting(world)).toEqual(['weigh', 'weigh']);
    finish(world, 'weigh', 'weigh');
    expect(path(world)).toEqual(['left', 'right', 'weigh', 'weigh']);
    expect(world.state.status).toBe('completed');
  });

  const discriminator = [
    { id: 'begin', type: 'start', next: 'again' },
    gateway('again', 'exclusive', 'split'),
    gateway('split', 'parallel', ['one', 'two', 'three']),
    task('one', 'first'),
    task('two', 'first'),
    task('three', 'first'),
    { id: 'first', type: 'complexGateway', activation: 'activationCount >= 1', next: 'report' },
    task('report', { again: 'again', enough: 'over' }),
    { id: 'over', type: 'end' },
  ];

  it('9 structured discriminator: goes on with the first, takes in the others, and begins anew', () => {
    const world = run(discriminator);
    finish(world, 'two');
    expect(waiting(world)).toEqual(['one', 'report', 'three']);
    finish(world, 'one', 'three');
    expect(waiting(world)).toEqual(['report']);
    world.finish('report', 'again');
    expect(waiting(world)).toEqual(['one', 'three', 'two']);
    finish(world, 'three');
    expect(waiting(world)).toEqual(['one', 'report', 'two']);
    world.finish('report', 'enough');
    expect(world.state.status).toBe('active');
    finish(world, 'one', 'two');
    expect(path(world)).toEqual(['two', 'one', 'three', 'report', 'three', 'report', 'one', 'two']);
    expect(world.state.status).toBe('completed');
  });
  it('10 arbitrary cycles: ways back with several ways in and several ways out', () => {
    const world = run(
      [
        gateway('choose', 'exclusive', [
          { to: 'grind', when: 'rough' },
          { to: 'polish', default: true },
        ]),
        task('grind', { good: 'polish', bad: 'scrap' }),
        task('polish', { good: 'pack', rough: 'grind', dull: 'polish' }),
        task('scrap'),
        task('pack'),
      ],
      { rough: false },
    );
    for (const outcome of ['dull', 'rough']) world.finish('polish', outcome);
    world.finish('grind', 'good');
    world.finish('polish', 'rough');
    world.finish('grind', 'good');
    world.finish('polish', 'good');
    finish(world, 'pack');
    expect(path(world)).toEqual(['polish', 'polish', 'grind', 'polish', 'grind', 'polish', 'pack']);
    expect(world.state.status).toBe('completed');
  });

  it('11 implicit termination: is over when nothing is left to be done, wherever that is', () => {
    const world = run([
      gateway('split', 'parallel', ['left', 'right']),
      task('left'),
      task('right', 'later'),
      task('later'),
    ]);
    finish(world, 'right', 'later');
    expect(world.state.status).toBe('active');
    finish(world, 'left');
    expect(world.state.status).toBe('completed');
  });
});

describe('multiple instances', () => {
  it('12 without synchronization: begins as many as it likes, and waits for none of them', () => {
    const world = run([
      { id: 'begin', type: 'start', next: 'receive' },
      task('receive', { more: 'split', over: 'close' }),
      gateway('split', 'parallel', ['inspect', 'receive']),
      task('inspect'),
      task('close'),
    ]);
    for (const outcome of ['more', 'more', 'more', 'over']) world.finish('receive', outcome);
    expect(waiting(world)).toEqual(['close', 'inspect', 'inspect', 'inspect']);
    finish(world, 'close', 'inspect', 'inspect');
    expect(world.state.status).toBe('active');
    finish(world, 'inspect');
    expect(world.state.status).toBe('completed');
  });

  it('13 with a number known when the process is designed', () => {
    const world = run([task('sample', 'judge', { multiInstance: { cardinality: '3' } }), task('judge')]);
    expect(waiting(world)).toEqual(['sample', 'sample', 'sample']);
    finish(world, 'sample', 'sample');
    expect(waiting(world)).toEqual(['sample']);
    finish(world, 'sample');
    expect(waiting(world)).toEqual(['judge']);
  });

  it('14 with a number known when it begins', () => {
    const inspect = task('inspect', 'judge', {
      multiInstance: {
        collection: 'machines',
        element: 'machine',
        output: { collection: 'found', element: 'machine + ":" + state' },
      },
    });
    const world = run([inspect, task('judge')], { machines: ['press', 'kiln'] });
    const kiln = world.tokenAt('inspect', ({ locals }) => locals?.machine === 'kiln');
    if (!('job' in kiln.wait)) throw new Error('the kiln is not inspected');
    world.settle(kiln.wait.job, { kind: 'done', outcome: 'done', variables: { state: 'cold' } });
    expect(waiting(world)).toEqual(['inspect']);
    world.finish('inspect', 'done', { variables: { state: 'worn' } });
    expect(waiting(world)).toEqual(['judge']);
    expect(world.variables()).toMatchObject({ found: ['press:worn', 'kiln:cold'] });
    expect(waiting(run([inspect, task('judge')], { machines: [] }))).toEqual(['judge']);
  });

  it('15 with a number that nobody knows beforehand: more may come as long as the others run', () => {
    const world = run([
      {
        id: 'collect',
        type: 'subProcess',
        next: 'judge',
        nodes: [
          task('witness'),
          {
            id: 'another',
            type: 'eventSubProcess',
            nodes: [
              { id: 'named', type: 'start', message: 'witness named', interrupting: false, next: 'hear' },
              task('hear'),
            ],
          },
        ],
      },
      task('judge'),
    ]);
    world.message('witness named');
    world.message('witness named');
    expect(waiting(world)).toEqual(['hear', 'hear', 'witness']);
    finish(world, 'witness', 'hear');
    world.message('witness named');
    finish(world, 'hear');
    expect(waiting(world)).toEqual(['hear']);
    finish(world, 'hear');
    expect(waiting(world)).toEqual(['judge']);
    expect(() => world.message('witness named')).toThrow();
    expect(path(world).filter((node) => node === 'hear')).toHaveLength(3);
  });
});

describe('state', () => {
  it('16 deferred choice: what happens first decides, and the others can no longer happen', () => {
    const nodes = [
      { id: 'await', type: 'eventGateway', next: ['answer', 'deadline'] },
      { id: 'answer', type: 'catch', message: 'answer', next: 'read' },
      { id: 'deadline', type: 'catch', timer: '2d', next: 'remind' },
      task('read'),
      task('remind'),
    ];
    const answered = run(nodes);
    const timer = answered.timerOf('deadline');
    answered.message('answer');
    expect(waiting(answered)).toEqual(['read']);
    expect(() => answered.settle(timer, { kind: 'done', outcome: 'done' })).toThrow();
    const late = run(nodes);
    late.settle(late.timerOf('deadline'), { kind: 'done', outcome: 'done' });
    expect(waiting(late)).toEqual(['remind']);
    expect(() => late.message('answer')).toThrow();
  });

  it('17 interleaved parallel routing: one at a time, all of them in the end', () => {
    const world = run([
      {
        id: 'rounds',
        type: 'adHocSubProcess',
        sequential: true,
        nodes: [task('oil'), task('clean'), task('measure')],
        next: 'sign',
      },
      task('sign'),
    ]);
    for (const node of ['oil', 'clean', 'measure']) {
      expect(waiting(world)).toEqual([node]);
      finish(world, node);
    }
    expect(waiting(world)).toEqual(['sign']);
  });

  it('18 milestone: something can be done only while the process is in a certain state', () => {
    const world = run([
      task('plan', 'open'),
      {
        id: 'open',
        type: 'subProcess',
        next: 'close',
        nodes: [
          task('gather'),
          {
            id: 'amend',
            type: 'eventSubProcess',
            nodes: [{ id: 'wish', type: 'start', message: 'wish', interrupting: false, next: 'note' }, task('note')],
          },
        ],
      },
      task('close'),
    ]);
    expect(() => world.message('wish')).toThrow();
    finish(world, 'plan');
    world.message('wish');
    expect(waiting(world)).toEqual(['gather', 'note']);
    finish(world, 'note', 'gather');
    expect(waiting(world)).toEqual(['close']);
    expect(() => world.message('wish')).toThrow();
  });
});

describe('cancellation', () => {
  it('19 cancel task: one activity is withdrawn, whatever runs beside it goes on', () => {
    const world = run([
      gateway('split', 'parallel', ['repair', 'order']),
      task('repair', 'join', { boundary: [{ id: 'withdrawn', message: 'repair withdrawn', next: 'note' }] }),
      task('note', 'join'),
      task('order', 'join'),
      gateway('join', 'inclusive', 'close'),
      task('close'),
    ]);
    const job = world.jobAt('repair');
    world.message('repair withdrawn');
    expect(waiting(world)).toEqual(['note', 'order']);
    expect(world.jobs.has(job)).toBe(false);
    finish(world, 'order', 'note');
    expect(waiting(world)).toEqual(['close']);
    expect(path(world)).toEqual(['order', 'note']);
  });

  it('20 cancel case: everything is withdrawn, from inside or from outside', () => {
    const nodes = [
      gateway('split', 'parallel', ['repair', 'watch']),
      { id: 'repair', type: 'subProcess', nodes: [task('dismantle'), task('order')] },
      task('watch', { calm: 'report', fire: 'all' }),
      task('report'),
      { id: 'all', type: 'end', terminate: true },
    ];
    const inside = run(nodes);
    inside.finish('watch', 'fire');
    expect(inside.state).toMatchObject({ status: 'completed', tokens: [] });
    expect(inside.jobs.size).toBe(0);
    const outside = run(nodes);
    outside.take({ type: 'cancel', reason: 'sold' });
    expect(outside.state).toMatchObject({ status: 'cancelled', tokens: [] });
    expect(outside.jobs.size).toBe(0);
  });
});
