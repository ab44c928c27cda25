import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';
import { advance } from './advance.ts';
import { visibleVariables } from './state.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });

describe('a sub-process', () => {
  it('runs in a scope of its own and goes on when nothing is left inside', () => {
    const world = new World(
      define({ id: 'work', type: 'subProcess', nodes: [task('left'), task('right')], next: 'after' }, task('after')),
    );
    const { effects, state } = world.start({ line: 4 });
    expect(effects.slice(2)).toEqual([
      { type: 'scopeOpened', scope: 2, host: 1, parent: 0 },
      { type: 'appeared', token: 3, at: 'left', scope: 2 },
      { type: 'appeared', token: 4, at: 'right', scope: 2 },
      { type: 'waiting', token: 1, wait: { for: 'scope', scope: 2 } },
      { type: 'waiting', token: 3, wait: { for: 'task', job: 101 } },
      { type: 'waiting', token: 4, wait: { for: 'task', job: 102 } },
    ]);
    expect(state.scopes).toEqual([
      { id: 0, variables: { line: 4 } },
      { id: 2, host: 1, parent: 0, variables: {} },
    ]);
    world.finish('right');
    expect(world.where()).toEqual(['left task', 'work scope']);
    const last = world.finish('left');
    expect(last.effects).toEqual([
      { type: 'completed', token: 3, node: 'left', outcome: 'done' },
      { type: 'vanished', token: 3 },
      { type: 'scopeClosed', scope: 2 },
      { type: 'completed', token: 1, node: 'work', outcome: 'done' },
      { type: 'moved', token: 1, to: 'after' },
      { type: 'waiting', token: 1, wait: { for: 'task', job: 103 } },
    ]);
    expect(last.state.scopes).toEqual([{ id: 0, variables: { line: 4 } }]);
  });

  it('with nothing to wait for is passed at once, at any depth', () => {
    const nested = (depth: number): object => ({
      id: `s${depth}`,
      type: 'subProcess',
      nodes: depth === 0 ? [{ id: 'done', type: 'end' }] : [nested(depth - 1)],
    });
    const world = new World(define(nested(10)));
    expect(world.start().state).toMatchObject({ status: 'completed', scopes: [{ id: 0 }] });
  });

  it('can be begun several times at once', () => {
    const world = new World(
      define(
        { id: 'fork', type: 'parallelGateway', next: ['work', 'work'] },
        { id: 'work', type: 'subProcess', nodes: [task('inner')], next: 'after' },
        task('after'),
      ),
    );
    world.start();
    expect(world.where()).toEqual(['inner task', 'inner task', 'work scope', 'work scope']);
    world.finish('inner');
    expect(world.where()).toEqual(['after task', 'inner task', 'work scope']);
  });

  it('sees the variables around it, and sets them', () => {
    const inner = [
      {
        ...task('inner'),
        next: [
          { to: 'heavy', when: 'weight > 5' },
          { to: 'light', default: true },
        ],
      },
    ];
    const world = new World(
      define(
        { id: 'work', type: 'subProcess', nodes: [...inner, task('heavy'), task('light')], next: 'after' },
        task('after'),
      ),
    );
    world.start({ weight: 3 });
    world.finish('inner', 'done', { variables: { weight: 9, colour: 'red' } });
    expect(world.where()).toEqual(['heavy task', 'work scope']);
    expect(world.variables()).toEqual({ weight: 9, colour: 'red' });
  });

  it('with a variable of its own hides the one around it, and sets its own', () => {
    // No definition in JSON gives a scope variables of its own; imported models do, by input mappings.
    const world = new World(
      define({ id: 'work', type: 'subProcess', nodes: [task('inner', { next: 'more' }), task('more')] }),
    );
    world.start({ weight: 3, line: 4 });
    const [top, scope] = world.state.scopes;
    if (top === undefined || scope === undefined) throw new Error('no scope');
    const state = { ...world.state, scopes: [top, { ...scope, variables: { weight: 1 } }] };
    expect(visibleVariables(state, scope.id)).toEqual({ weight: 1, line: 4 });
    expect(visibleVariables(state, 99)).toEqual({});

    const result = { kind: 'done', outcome: 'done', variables: { weight: 2, line: 5, colour: 'red' } } as const;
    const command = { type: 'settle', job: world.jobAt('inner'), kind: 'task', result } as const;
    const next = advance(world.definition, state, { command, now: 0, nextId: () => 200 });
    expect(next.effects.slice(0, 2)).toEqual([
      { type: 'variables', scope: scope.id, set: { weight: 2 } },
      { type: 'variables', scope: 0, set: { line: 5, colour: 'red' } },
    ]);
  });
});
