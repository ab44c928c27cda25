/** Walking through the inbox. */
import { describe, expect, it } from 'vitest';
import type { Task } from '../api/tasks.ts';
import { conditionOf, dueStateOf, filterCountOf, filterOf, neighbourOf, successorOf } from './task-view.ts';

const tasks = ['a', 'b', 'c'].map((id) => ({ id }) as Task);

describe('the inbox', () => {
  it('walks to the next and the previous task and stays at the ends', () => {
    expect(neighbourOf(tasks, 'b', 1)?.id).toBe('c');
    expect(neighbourOf(tasks, 'b', -1)?.id).toBe('a');
    expect(neighbourOf(tasks, 'c', 1)).toBeUndefined();
  });

  it('begins at the first task when none is chosen', () => {
    expect(neighbourOf(tasks, undefined, 1)?.id).toBe('a');
  });

  it('goes on with the task that follows the settled one, or else with the one before', () => {
    expect(successorOf(tasks, 'a')?.id).toBe('b');
    expect(successorOf(tasks, 'c')?.id).toBe('b');
    expect(successorOf(tasks.slice(0, 1), 'a')).toBeUndefined();
  });

  it('asks for my own tasks by my name', () => {
    expect(filterOf({ show: 'mine', role: 'operator' }, 'dana')).toEqual({
      role: 'operator',
      state: 'taken',
      assignee: 'dana',
    });
  });

  it('asks in an order, and by process and variable', () => {
    const variable = { name: 'pieces', comparison: 'gte', value: 20 } as const;
    const view = { sort: 'due', process: 'release', variable } as const;
    const asked = { sort: 'due', definition: 'release', variables: { pieces: { gte: 20 } } };
    expect(filterOf(view, 'dana')).toMatchObject(asked);
    const equal = { ...variable, comparison: 'is' } as const;
    expect(filterOf({ variable: equal }, 'dana')).toMatchObject({ variables: { pieces: 20 } });
    expect([filterCountOf({ sort: 'due' }), filterCountOf(view)]).toEqual([0, 2]);
  });

  it('takes no condition out of an address that holds none', () => {
    expect(conditionOf({ name: 'line', comparison: 'is', value: 'press-1', more: 1 })).toEqual({
      ...{ name: 'line', comparison: 'is', value: 'press-1' },
    });
    for (const none of ['line', { name: 'line', comparison: 'like', value: 'x' }, { name: 'a', comparison: 'is' }])
      expect(conditionOf(none)).toBeUndefined();
  });

  it('says when a task is due soon or overdue', () => {
    const now = Date.parse('2026-05-04T12:00:00Z');
    expect(dueStateOf({ dueAt: null }, now)).toBe('none');
    expect(dueStateOf({ dueAt: '2026-05-04T11:59:59Z' }, now)).toBe('overdue');
    expect(dueStateOf({ dueAt: '2026-05-04T12:10:00Z' }, now)).toBe('soon');
    expect(dueStateOf({ dueAt: '2026-05-04T13:00:00Z' }, now)).toBe('later');
  });
});
