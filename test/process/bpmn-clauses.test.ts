/** Single clauses of BPMN 2.0.2 that the blocks of the property tests leave out, because there several answers would do. */
import { describe, expect, it } from 'vitest';
import { define, World } from './world.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });
const job = (id: string, more: object = {}) => ({ id, type: 'job', kind: 'work', ...more });
const sub = (id: string, nodes: readonly object[], more: object = {}) => ({ id, type: 'subProcess', nodes, ...more });
const handler = (id: string, start: object, ...nodes: object[]) => ({
  id,
  type: 'eventSubProcess',
  nodes: [{ id: `${id}.start`, type: 'start', next: (nodes[0] as { id: string }).id, ...start }, ...nodes],
});
const begin = (...next: string[]) => ({ id: 'begin', type: 'start', next });
const fork = (id: string, ...next: string[]) => ({ id, type: 'parallelGateway', next });

function run(nodes: readonly object[], variables: Readonly<Record<string, unknown>> = {}): World {
  const world = new World(define(...nodes));
  world.start(variables);
  return world;
}

/** What people and workers have before them. */
const waiting = ({ state }: World): string[] =>
  state.tokens.flatMap(({ node, wait }) => ('job' in wait || wait.for === 'help' ? [node] : [])).sort();

function finish(world: World, ...nodes: string[]): void {
  for (const node of nodes) world.finish(node);
}

describe('an error (10.5.1, 10.5.7, 13.5.4)', () => {
  it('is caught by who names its code before who catches any', () => {
    const boundary = [
      { id: 'any', error: true, next: 'mend' },
      { id: 'hot', error: 'HOT', next: 'cool' },
    ];
    const nodes = [begin('heat'), job('heat', { boundary }), task('mend'), task('cool')];
    const hot = run(nodes);
    hot.error('heat', 'HOT');
    expect(waiting(hot)).toEqual(['cool']);
    const other = run(nodes);
    other.error('heat', 'COLD');
    expect(waiting(other)).toEqual(['mend']);
  });

  it('goes past a boundary event of another code, and past a sub-process that catches nothing', () => {
    const inner = sub('inner', [{ id: 'fail', type: 'end', error: 'HOT' }], {
      boundary: [{ id: 'cold', error: 'COLD', next: 'warm' }],
    });
    const nodes = [
      { id: 'outer.begin', type: 'start', next: ['inner', 'beside'] },
      inner,
      task('warm'),
      task('beside'),
    ];
    const boundary = [{ id: 'hot', error: 'HOT', next: 'cool' }];
    const world = run([begin('outer'), sub('outer', nodes, { boundary }), task('cool')]);
    expect(waiting(world)).toEqual(['cool']);
  });

  it('that nobody catches holds up its own token and nothing else', () => {
    const world = run([
      begin('split'),
      fork('split', 'heat', 'press'),
      job('heat', { next: 'check' }),
      task('press'),
      task('check'),
    ]);
    world.error('heat', 'HOT');
    expect(world.tokenAt('heat').wait).toMatchObject({ for: 'help', code: 'process.error-uncaught' });
    finish(world, 'press');
    expect(world.state.status).toBe('active');
    world.retry('heat');
    finish(world, 'heat', 'check');
    expect(world.state.status).toBe('completed');
  });

  // The core lets it pass them by. 13.5.4 bars the other event sub-processes only once an interrupting one has begun.
  it('from an event sub-process that runs beside the rest is caught by another of the same scope', () => {
    const world = run([
      begin('watch'),
      task('watch'),
      handler('measure', { message: 'measure', interrupting: false }, job('read')),
      handler('rescue', { error: true }, task('cool')),
    ]);
    world.message('measure');
    world.error('read', 'HOT');
    expect(waiting(world)).toEqual(['cool']);
  });

  it('from an event sub-process that took over goes out of the scope', () => {
    const inside = [
      { id: 'fail', type: 'end', error: 'HOT' },
      handler('rescue', { error: 'HOT' }, task('cool', { next: 'again' }), { id: 'again', type: 'end', error: 'HOT' }),
    ];
    const world = run([
      begin('press'),
      sub('press', [{ id: 'press.begin', type: 'start', next: 'fail' }, ...inside], {
        boundary: [{ id: 'hot', error: 'HOT', next: 'report' }],
      }),
      task('report'),
    ]);
    expect(waiting(world)).toEqual(['cool']);
    finish(world, 'cool');
    expect(waiting(world)).toEqual(['report']);
  });
});

describe('an escalation (10.5.1)', () => {
  it('whose catcher does not interrupt lets the thrower go on', () => {
    const world = run([
      begin('press'),
      sub(
        'press',
        [
          { id: 'press.begin', type: 'start', next: 'tell' },
          { id: 'tell', type: 'throw', escalation: 'LATE', next: 'on' },
          task('on'),
        ],
        {
          boundary: [{ id: 'late', escalation: 'LATE', interrupting: false, next: 'call' }],
        },
      ),
      task('call'),
    ]);
    expect(waiting(world)).toEqual(['call', 'on']);
  });

  it('that nobody catches is nothing', () => {
    const world = run([begin('tell'), { id: 'tell', type: 'throw', escalation: 'LATE', next: 'on' }, task('on')]);
    expect(waiting(world)).toEqual(['on']);
    expect(world.incidents.size).toBe(0);
  });
});

describe('a terminate end event (13.5.6)', () => {
  it('in one iteration ends that iteration and no other', () => {
    const nodes = [
      { id: 'round.begin', type: 'start', next: ['check', 'beside'] },
      task('check', { next: 'stop' }),
      task('beside'),
      { id: 'stop', type: 'end', terminate: true },
    ];
    const world = run([
      begin('round'),
      sub('round', nodes, { multiInstance: { cardinality: '2' }, next: 'after' }),
      task('after'),
    ]);
    expect(waiting(world)).toEqual(['beside', 'beside', 'check', 'check']);
    finish(world, 'check');
    expect(waiting(world)).toEqual(['beside', 'check']);
    finish(world, 'check');
    expect(waiting(world)).toEqual(['after']);
  });
});

describe('a signal', () => {
  it('reaches all that wait for it, but not what the first reaction ends', () => {
    const world = run([
      begin('split'),
      fork('split', 'press', 'alone'),
      sub(
        'press',
        [
          { id: 'press.begin', type: 'start', next: 'inner' },
          { id: 'inner', type: 'catch', signal: 'STOP', next: 'never' },
          task('never'),
        ],
        {
          boundary: [{ id: 'stopped', signal: 'STOP', next: 'clean' }],
        },
      ),
      { id: 'alone', type: 'catch', signal: 'STOP', next: 'note' },
      task('clean'),
      task('note'),
    ]);
    world.signal('STOP', { reason: 'noise' });
    expect(waiting(world)).toEqual(['clean', 'note']);
    expect(world.variables()).toMatchObject({ reason: 'noise' });
  });
});

describe('a condition', () => {
  it('that does not interrupt happens each time it becomes true', () => {
    const world = run(
      [
        begin('press'),
        task('press', { boundary: [{ id: 'hot', condition: 'heat > 90', interrupting: false, next: 'cool' }] }),
        task('cool'),
        handler('reading', { message: 'reading', interrupting: false }, { id: 'taken', type: 'end' }),
      ],
      { heat: 95 },
    );
    expect(waiting(world)).toEqual(['cool', 'press']);
    for (const heat of [96, 50, 91, 99]) world.message('reading', { heat });
    expect(waiting(world)).toEqual(['cool', 'cool', 'press']);
  });
});

describe('compensation (10.7, 13.5.5)', () => {
  const undoable = (id: string, more: object = {}) => [
    task(id, { boundary: [{ id: `${id}.undone`, compensate: true, next: `undo.${id}` }], ...more }),
    task(`undo.${id}`, { forCompensation: true }),
  ];

  it('undoes what is done, the last first, and nothing that still runs', () => {
    const world = run([
      begin('split'),
      fork('split', 'book', 'running'),
      ...undoable('book', { next: 'pay' }),
      ...undoable('pay', { next: 'back' }),
      ...undoable('running'),
      { id: 'back', type: 'throw', compensate: true, next: 'after' },
      task('after'),
    ]);
    finish(world, 'book', 'pay');
    expect(waiting(world)).toEqual(['running', 'undo.pay']);
    finish(world, 'undo.pay');
    expect(waiting(world)).toEqual(['running', 'undo.book']);
    finish(world, 'undo.book');
    expect(waiting(world)).toEqual(['after', 'running']);
  });

  it('undoes nothing twice', () => {
    const world = run([
      begin('book'),
      ...undoable('book', { next: 'back' }),
      { id: 'back', type: 'throw', compensate: true, next: 'again' },
      { id: 'again', type: 'throw', compensate: true, next: 'after' },
      task('after'),
    ]);
    finish(world, 'book', 'undo.book');
    expect(waiting(world)).toEqual(['after']);
  });

  it('sees the variables that the sub-process had at its end', () => {
    const world = run(
      [
        begin('trip'),
        sub(
          'trip',
          [
            { id: 'trip.begin', type: 'start', next: 'book' },
            ...undoable('book', { next: 'price' }),
            { id: 'price', type: 'scriptTask', script: '42', result: 'price' },
          ],
          {
            data: [{ name: 'price', value: '1' }],
            next: 'back',
          },
        ),
        { id: 'back', type: 'throw', compensate: 'trip', next: 'after' },
        task('after'),
      ],
      { price: 7 },
    );
    finish(world, 'book');
    expect(waiting(world)).toEqual(['undo.book']);
    const { scope } = world.tokenAt('undo.book');
    const around = world.state.scopes.filter(({ variables }) => variables.price === 42);
    expect(around.length).toBeGreaterThan(0);
    expect(world.state.scopes.some(({ id }) => id === scope)).toBe(true);
    finish(world, 'undo.book');
    expect(waiting(world)).toEqual(['after']);
    expect(world.variables()).toMatchObject({ price: 7 });
  });

  it('of an activity that was done several times undoes each of them, the last first', () => {
    const world = run([
      begin('book'),
      ...undoable('book', { multiInstance: { collection: '["a", "b"]', sequential: true }, next: 'back' }),
      { id: 'back', type: 'throw', compensate: 'book', next: 'after' },
      task('after'),
    ]);
    finish(world, 'book', 'book');
    const items: unknown[] = [];
    for (let times = 0; times < 2; times++) {
      const { locals, scope } = world.tokenAt('undo.book');
      items.push(locals?.item ?? world.state.scopes.find(({ id }) => id === scope)?.variables.item);
      finish(world, 'undo.book');
    }
    expect(items).toEqual(['b', 'a']);
    expect(waiting(world)).toEqual(['after']);
  });

  it('of what an error ended is no longer possible', () => {
    const world = run([
      begin('trip'),
      sub(
        'trip',
        [
          { id: 'trip.begin', type: 'start', next: 'book' },
          ...undoable('book', { next: 'fail' }),
          { id: 'fail', type: 'end', error: 'FULL' },
        ],
        {
          boundary: [{ id: 'full', error: 'FULL', next: 'back' }],
        },
      ),
      { id: 'back', type: 'throw', compensate: true, next: 'after' },
      task('after'),
    ]);
    finish(world, 'book');
    expect(waiting(world)).toEqual(['after']);
  });

  it('of a scope that an error event sub-process has taken over can be asked for in it', () => {
    const world = run([
      begin('trip'),
      sub(
        'trip',
        [
          { id: 'trip.begin', type: 'start', next: 'book' },
          ...undoable('book', { next: 'fail' }),
          { id: 'fail', type: 'end', error: 'FULL' },
          handler(
            'rescue',
            { error: true },
            { id: 'back', type: 'throw', compensate: true, next: 'write' },
            task('write'),
          ),
        ],
        { next: 'after' },
      ),
      task('after'),
    ]);
    finish(world, 'book');
    expect(waiting(world)).toEqual(['undo.book']);
    finish(world, 'undo.book', 'write');
    expect(waiting(world)).toEqual(['after']);
  });
});

describe('a transaction (10.3.5)', () => {
  it('that is cancelled ends what runs, undoes what was done, and then goes on from its cancel event', () => {
    const world = run([
      begin('trip'),
      {
        ...sub(
          'trip',
          [
            { id: 'trip.begin', type: 'start', next: ['book', 'beside'] },
            task('book', { boundary: [{ id: 'booked', compensate: true, next: 'unbook' }], next: 'no' }),
            task('unbook', { forCompensation: true }),
            task('beside'),
            { id: 'no', type: 'end', cancel: true },
          ],
          { boundary: [{ id: 'cancelled', cancel: true, next: 'excuse' }], next: 'after' },
        ),
        type: 'transaction',
      },
      task('excuse'),
      task('after'),
    ]);
    finish(world, 'book');
    expect(waiting(world)).toEqual(['unbook']);
    finish(world, 'unbook');
    expect(waiting(world)).toEqual(['excuse']);
  });
});
