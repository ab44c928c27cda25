/** Choosing tasks that are answered at once. */
import { describe, expect, it } from 'vitest';
import type { Task } from '../api/tasks.ts';
import { isChoosable, refusedOf, sharedOutcomesOf } from './several-tasks.ts';

const task = (changes: Partial<Task> = {}): Task =>
  ({
    ...{ id: 'a', definition: 'goods-in', step: 'check', assignee: null },
    ...{ outcomes: ['approved', 'rejected'], commentOn: ['rejected'], ...changes },
  }) as Task;

describe('several tasks', () => {
  it('are of one step, with the same outcomes, and with nobody else', () => {
    const chosen = [task()];
    expect(isChoosable(task({ id: 'b' }), chosen, 'dana')).toBe(true);
    expect(isChoosable(task({ assignee: 'dana' }), chosen, 'dana')).toBe(true);
    expect(isChoosable(task({ assignee: 'yossi' }), chosen, 'dana')).toBe(false);
    expect(isChoosable(task({ step: 'pay' }), chosen, 'dana')).toBe(false);
    expect(isChoosable(task({ step: 'pay' }), [], 'dana')).toBe(true);
    expect(isChoosable(task({ outcomes: ['approved'] }), chosen, 'dana')).toBe(false);
  });

  it('may be those of somebody I stand in for, and none that other eyes must do', () => {
    expect(isChoosable(task({ assignee: 'yossi', onBehalfOf: 'yossi' }), [], 'dana')).toBe(true);
    expect(isChoosable(task({ barred: { step: 'enter', person: 'dana' } }), [], 'dana')).toBe(false);
  });

  it('get an outcome that needs no comment', () => {
    expect(sharedOutcomesOf(task())).toEqual(['approved']);
    expect(isChoosable(task({ outcomes: ['rejected'] }), [], 'dana')).toBe(false);
  });

  it('are told apart when some are refused', () => {
    const tasks = [task(), task({ id: 'b' })];
    const items = [
      { id: 'a', outcome: 'approved' },
      { code: 'task.already-done', detail: 'It is done.' },
    ];
    expect(refusedOf(tasks, { items, completed: 1, refused: 1 })).toEqual([{ task: tasks[1], detail: 'It is done.' }]);
  });
});
