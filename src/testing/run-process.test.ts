/** The kit for those who test their own processes: a definition, the virtual clock, a path. */
import { describe, expect, it } from 'vitest';
import { defineProcess } from '../process/define-process.ts';
import { runProcess } from './run-process.ts';

const purchase = defineProcess({
  key: 'purchase',
  variables: {} as { amount: number; rate: number },
  nodes: {
    approve: {
      type: 'userTask',
      role: 'engineer',
      outcomes: ['approved', 'rejected'],
      commentOn: ['rejected'],
      boundary: [{ id: 'late', timer: '2h', interrupting: false, next: 'remind' }],
      next: { approved: 'order', rejected: 'tell' },
    },
    remind: { type: 'throw', signal: 'overdue' },
    order: {
      type: 'job',
      kind: 'erp.order',
      boundary: [{ id: 'refused', error: 'credit', next: 'tell' }],
      next: 'paid',
    },
    paid: { type: 'catch', message: 'payment', next: 'done' },
    tell: { type: 'sendTask', message: 'rejection', input: { amount: 'amount' } },
    done: { type: 'end' },
  },
});

describe('a process under test', () => {
  it('is answered by the test, and shows its path', () => {
    const run = runProcess(purchase, { businessKey: 'p-1', variables: { amount: 40 } });
    run.advance('3h').complete('approve', 'approved').complete('order').message('payment', { rate: 2 });
    expect(run.status).toBe('completed');
    expect(run.path).toEqual(['approve', 'order', 'paid']);
    expect(run.sent).toEqual([{ to: 'signal', name: 'overdue', variables: {} }]);
    expect(run.variables).toEqual({ amount: 40, rate: 2 });
  });

  it('takes the way of an error, and sends what it sends', () => {
    const run = runProcess(purchase, { businessKey: 'p-1', variables: { amount: 40 } });
    run.complete('approve', 'approved').error('order', 'credit');
    expect(run.path).toEqual(['approve', 'tell']);
    expect(run.sent).toMatchObject([{ to: 'message', name: 'rejection', key: 'p-1', variables: { amount: 40 } }]);
  });

  it('is stuck when a job fails, until it is tried again', () => {
    const run = runProcess(purchase).complete('approve', 'approved').fail('order', 'the line is dead');
    expect(run.incidents).toEqual([{ at: 'order', code: 'process.job-failed', message: 'the line is dead' }]);
    expect(run.retry('order').waitsAt).toEqual(['order']);
  });

  it('shows the variables of one of several that are under way', () => {
    const run = runProcess({
      key: 'parts',
      nodes: [{ id: 'check', type: 'userTask', role: 'r', multiInstance: { collection: '["x", "y"]' } }],
    });
    expect(run.variablesAt('check')).toEqual({ item: 'x', loopCounter: 1 });
    expect(run.complete('check').variablesAt('check')).toEqual({ item: 'y', loopCounter: 2 });
  });

  it('says where it waits when something is answered that nobody asked', () => {
    const run = runProcess(purchase);
    expect(() => run.complete('order')).toThrow(
      /nothing of that kind waits at "order"; the instance is active, at approve/,
    );
    expect(() => run.complete('approve', 'rejected')).toThrow(/comment/);
  });
});

describe('a definition in TypeScript', () => {
  it('is refused by the compiler when it names what it does not have', () => {
    const wrong = () =>
      defineProcess({
        key: 'wrong',
        nodes: {
          // @ts-expect-error there is no node "ordr"
          a: { type: 'userTask', role: 'r', next: 'ordr' },
          // @ts-expect-error "gone" is no outcome
          b: { type: 'userTask', role: 'r', outcomes: ['good'], next: { gone: 'a' } },
        },
      });
    expect(wrong).toThrow(/problem/);
    // @ts-expect-error "maybe" is no outcome of the activity
    expect(() => runProcess(purchase).complete('approve', 'maybe')).toThrow(/maybe/);
    // @ts-expect-error there is no activity "aprove"
    expect(() => runProcess(purchase).complete('aprove')).toThrow(/aprove/);
  });

  it('is the JSON that can be deployed', () => {
    expect(purchase).toMatchObject({
      key: 'purchase',
      nodes: [{ id: 'approve', type: 'userTask' }, { id: 'remind' }, {}, {}, {}, {}],
    });
    expect(JSON.parse(JSON.stringify(purchase))).toEqual(purchase);
  });
});
