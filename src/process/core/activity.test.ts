import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';
import type { JobId } from '../../kernel/ids.ts';
import type { Result } from './brought.ts';

const end = { id: 'end', type: 'end' };
const after = { id: 'after', type: 'userTask', role: 'operator' };
const started = (...nodes: object[]) => {
  const world = new World(define(...nodes));
  world.start({ line: 4 });
  return world;
};

describe('a user task', () => {
  const task = {
    id: 'ask',
    type: 'userTask',
    role: 'operator',
    commentOn: ['rejected'],
    due: '2h',
    priority: 7,
    next: { confirmed: 'after', rejected: 'end' },
  };

  it('is offered with all that the person needs to know', () => {
    const world = new World(define(task, after, end));
    expect(world.start().actions).toEqual([
      {
        type: 'offerTask',
        job: 101,
        token: 1,
        node: 'ask',
        role: 'operator',
        outcomes: ['confirmed', 'rejected'],
        commentOn: ['rejected'],
        priority: 7,
        dueAt: 1_000_000 + 7_200_000,
      },
    ]);
  });

  it('ends with one of its outcomes, and with no other', () => {
    const world = started(task, after, end);
    expect(() => world.finish('ask', 'done')).toThrow(expect.objectContaining({ code: 'process.unknown-outcome' }));
    world.finish('ask', 'confirmed');
    expect(world.where()).toEqual(['after task']);
  });

  it('insists on a comment where one is needed', () => {
    const world = started(task, after, end);
    for (const comment of [undefined, '', '  \n']) {
      const rest = comment === undefined ? {} : { comment };
      expect(() => world.finish('ask', 'rejected', rest)).toThrow(
        expect.objectContaining({ code: 'task.comment-required' }),
      );
    }
    expect(world.finish('ask', 'rejected', { comment: 'a false alarm' }).state.status).toBe('completed');
  });

  it('sends a mail and has its outcome applied beside the process', () => {
    const world = new World(define({ ...task, notify: 'operators', apply: ['anomaly.label', 'report'] }, after, end));
    world.start({ line: 4 });
    const side = { type: 'createJob', token: 0, priority: 0, maxAttempts: 8 };
    expect(world.sideJobs).toEqual([
      { ...side, job: 102, kind: 'mail', payload: { list: 'operators', node: 'ask', task: 101 } },
    ]);
    world.finish('ask', 'rejected', { comment: 'noise', variables: { limit: 5 } });
    const payload = { outcome: 'rejected', comment: 'noise', input: { limit: 5 }, variables: { line: 4 }, task: 101 };
    expect(world.sideJobs.slice(1)).toEqual([
      { ...side, job: 103, kind: 'anomaly.label', payload },
      { ...side, job: 104, kind: 'report', payload },
    ]);
    expect(world.variables()).toEqual({ line: 4, limit: 5 });
    expect(world.state.status).toBe('completed');
  });

  it('is not held up by a job beside it that fails', () => {
    const world = started({ ...task, notify: 'operators' }, after, end);
    const { effects, actions } = world.take({
      type: 'settle',
      job: 102 as JobId,
      kind: 'mail',
      result: { kind: 'failed', message: 'no such host' },
    });
    expect(effects).toEqual([{ type: 'sideFailed', id: 2, job: 102, kind: 'mail', message: 'no such host' }]);
    expect(actions).toEqual([
      { type: 'raiseIncident', token: 2, node: 'mail', code: 'process.job-failed', message: 'no such host' },
    ]);
    expect(world.where()).toEqual(['ask task']);
  });

  it('has the failed job beside it tried again, once for each failure', () => {
    const world = started({ ...task, notify: 'operators' }, after, end);
    const failed = {
      type: 'settle',
      job: 102 as JobId,
      kind: 'mail',
      result: { kind: 'failed', message: 'no' },
    } as const;
    world.take(failed);
    const { state, actions } = world.take({ type: 'retry', token: 2 });
    expect(actions).toEqual([
      { type: 'resolveIncident', token: 2, node: 'mail' },
      { type: 'replayJob', job: 102, kind: 'mail' },
    ]);
    expect(state.failures).toEqual([]);
    expect(world.where()).toEqual(['ask task']);
    expect(() => world.take({ type: 'retry', token: 2 })).toThrow(
      expect.objectContaining({ code: 'process.no-incident' }),
    );
    expect(world.take(failed).actions).toMatchObject([{ type: 'raiseIncident', token: 3 }]);
  });
});

describe('a job beside a task that was the last', () => {
  const task = { id: 'ask', type: 'userTask', role: 'operator', apply: 'anomaly.label' };
  const settle = (result: Result) => ({ type: 'settle', job: 102 as JobId, kind: 'anomaly.label', result }) as const;

  it('may fail after the instance has ended, and still is an incident', () => {
    const world = started(task);
    world.finish('ask');
    const { state, effects, actions } = world.take(settle({ kind: 'failed', message: 'no such anomaly' }));
    expect(state).toMatchObject({ status: 'completed', seq: 3 });
    expect(effects).toEqual([
      { type: 'sideFailed', id: 2, job: 102, kind: 'anomaly.label', message: 'no such anomaly' },
    ]);
    expect(actions.map(({ type }) => type)).toEqual(['raiseIncident']);
    const again = world.take({ type: 'retry', token: 2 });
    expect(again.state).toMatchObject({ status: 'completed', failures: [] });
    expect(again.actions.map(({ type }) => type)).toEqual(['resolveIncident', 'replayJob']);
    expect(() => world.take({ type: 'retry', token: 2 })).toThrow(
      expect.objectContaining({ code: 'process.not-active' }),
    );
  });

  it('has nothing to say when it is done', () => {
    const world = started(task);
    const done = settle({ kind: 'done', outcome: 'done' });
    expect(() => world.take(done)).toThrow(expect.objectContaining({ code: 'process.not-waiting' }));
    world.finish('ask');
    expect(() => world.take(done)).toThrow(expect.objectContaining({ code: 'process.not-active' }));
  });
});

describe('a job', () => {
  const job = {
    id: 'print',
    type: 'job',
    kind: 'label.print',
    payload: { copies: 2 },
    priority: 3,
    maxAttempts: 5,
    next: 'after',
  };

  it('gets its payload and the variables, and brings variables back', () => {
    const world = new World(define(job, after));
    expect(world.start({ line: 4 }).actions).toEqual([
      {
        type: 'createJob',
        job: 101,
        token: 1,
        kind: 'label.print',
        payload: { copies: 2, variables: { line: 4 } },
        priority: 3,
        maxAttempts: 5,
      },
    ]);
    const { effects } = world.finish('print', 'done', { variables: { line: 5, sheet: 'x' } });
    expect(effects.slice(0, 2)).toEqual([
      { type: 'variables', scope: 0, set: { line: 5, sheet: 'x' } },
      { type: 'completed', token: 1, node: 'print', outcome: 'done' },
    ]);
    expect(world.variables()).toEqual({ line: 5, sheet: 'x' });
  });

  it('that failed for good is an incident, and a retry is a new job', () => {
    const world = started(job, after);
    const { effects, actions } = world.fail('print');
    expect(effects).toEqual([
      { type: 'waiting', token: 1, wait: { for: 'help', code: 'process.job-failed', message: 'out of paper' } },
    ]);
    expect(actions).toEqual([
      { type: 'raiseIncident', token: 1, node: 'print', code: 'process.job-failed', message: 'out of paper' },
    ]);
    const again = world.retry('print');
    expect(again.effects).toEqual([
      { type: 'waiting', token: 1, wait: { for: 'nothing' } },
      { type: 'waiting', token: 1, wait: { for: 'job', job: 102 } },
    ]);
    expect(again.actions).toEqual([
      { type: 'resolveIncident', token: 1, node: 'print' },
      expect.objectContaining({ type: 'createJob', job: 102, kind: 'label.print' }),
    ]);
    world.finish('print');
    expect(world.where()).toEqual(['after task']);
  });

  it('takes the way of its outcome', () => {
    const world = started({ ...job, next: { printed: 'after', skipped: 'end' } }, after, end);
    expect(world.finish('print', 'skipped').state.status).toBe('completed');
  });

  it('that ends with an outcome it does not have is refused', () => {
    const world = started({ ...job, next: { printed: 'after', skipped: 'end' } }, after, end);
    const unknown = expect.objectContaining({ code: 'process.unknown-outcome' });
    expect(() => world.finish('print', 'jammed', { variables: { sheet: 'x' } })).toThrow(unknown);
    expect(world.where()).toEqual(['print job']);
  });
});

describe('a mail', () => {
  it('is a job that the process waits for', () => {
    const world = started({ id: 'tell', type: 'mail', to: 'managers', subject: 'Line {line}', text: 'It stands.' });
    expect(world.state.tokens).toEqual([
      { id: 1, node: 'tell', scope: 0, wait: { for: 'job', job: 101 }, since: 1_000_000 },
    ]);
    expect(world.finish('tell').state.status).toBe('completed');
  });

  it('carries what it is filled from', () => {
    const world = new World(
      define({ id: 'tell', type: 'mail', to: 'managers', subject: 'Line {line}', text: 'It stands.' }),
    );
    const payload = {
      list: 'managers',
      subject: 'Line {line}',
      text: 'It stands.',
      node: 'tell',
      variables: { line: 4 },
    };
    expect(world.start({ line: 4 }).actions).toEqual([
      { type: 'createJob', job: 101, token: 1, kind: 'mail', payload, priority: 0, maxAttempts: 8 },
    ]);
  });

  const mail = { id: 'tell', type: 'mail', to: 'managers', subject: 'Stop', text: 'It stands.' };
  const payloadOf = (world: World, variables = {}) => {
    const [action] = world.start(variables).actions;
    return action?.type === 'createJob' ? (action.payload as Record<string, unknown>) : action;
  };

  it('goes to whom its expressions name when it runs, each once', () => {
    const to = ['managers', '=responsible', 'boss@plant.example', '="role:" + role'];
    const world = new World(define({ ...mail, to, replyTo: '=responsible[1]' }));
    expect(payloadOf(world, { responsible: ['person:anna', 'managers'], role: 'engineer' })).toMatchObject({
      list: ['managers', 'person:anna', 'boss@plant.example', 'role:engineer'],
      replyTo: ['person:anna'],
    });
  });

  it.each([
    ['=nobody', {}, 'A recipient by nobody is null, and must be the name of a recipient list'],
    ['=all', { all: [] }, '=all names 0 recipients, and must name 1 to 200.'],
    ['=all', { all: ['managers', 'Day Shift'] }, 'A recipient by all is "Day Shift", and must be'],
    ['=all', { all: [['managers']] }, 'A recipient by all is ["managers"], and must be'],
    ['=all', { all: 'person:' }, 'A recipient by all is "person:", and must be'],
  ])('to %s with %j is an incident, and can be retried', (to, variables, message) => {
    const world = new World(define({ ...mail, to }));
    world.start(variables);
    const wait = { for: 'help', code: 'process.condition-failed', message: expect.stringContaining(message) };
    expect(world.state.tokens).toMatchObject([{ wait }]);
    world.take({ type: 'retry', token: 1, variables: { [to.slice(1)]: 'managers' } });
    expect(world.where()).toEqual(['tell job']);
  });

  it('that must not be repeated is a job of the kind that is held', () => {
    const world = new World(define({ ...mail, onLost: 'hold', maxAttempts: 3 }, { ...after, id: 'else' }));
    const { actions } = world.start();
    expect(actions[0]).toMatchObject({ kind: 'mail.once', maxAttempts: 3, payload: { isOnce: true, maxAttempts: 3 } });
    expect(world.take({ type: 'cancel' }).actions).toContainEqual({ type: 'withdrawJob', job: 101, kind: 'mail.once' });
  });

  it('that is retried after a failure knows the job before it, and in its next round does not', () => {
    const begin = { id: 'begin', type: 'start', next: 'tell' };
    const world = new World(define(begin, { ...mail, next: 'ask' }, { ...after, id: 'ask', next: 'tell' }));
    world.start();
    world.fail('tell', 'Refused for shift@plant.example');
    const retried = world.take({ type: 'retry', token: 1 }).actions.find(({ type }) => type === 'createJob');
    expect(retried).toMatchObject({ payload: { after: 101 } });
    world.finish('tell');
    const again = world.finish('ask').actions.find(({ type }) => type === 'createJob');
    expect(again).toMatchObject({ kind: 'mail', payload: expect.not.objectContaining({ after: expect.anything() }) });
  });
});

describe('a timer', () => {
  it('rings after its time, counted from now', () => {
    const world = new World(define({ id: 'pause', type: 'timerCatch', after: '90s', next: 'after' }, after));
    world.now = 5_000;
    const { actions, state } = world.start();
    expect(actions).toEqual([
      {
        type: 'createJob',
        job: 101,
        token: 1,
        kind: 'timer',
        payload: null,
        priority: 0,
        maxAttempts: 1_000,
        dueAt: 95_000,
      },
    ]);
    expect(state.tokens[0]?.wait).toEqual({ for: 'timer', job: 101 });
    world.finish('pause', 'whatever a timer says');
    expect(world.where()).toEqual(['after task']);
  });
});

describe('a message', () => {
  const parcel = { id: 'heard', type: 'messageCatch', message: 'parcel', next: 'after' };

  it('is awaited by the business key, and brings variables', () => {
    const world = new World(define(parcel, after));
    const { actions, state } = world.start();
    expect(actions).toEqual([{ type: 'subscribe', token: 1, name: 'parcel', key: 'press-7' }]);
    expect(state.tokens[0]?.wait).toEqual({ for: 'message', name: 'parcel', key: 'press-7' });
    expect(() => world.message('parcel', {}, 'press-8')).toThrow(
      'does not wait for message "parcel" with key "press-8"',
    );
    expect(() => world.message('letter')).toThrow('does not wait for');
    const { effects, actions: afterwards } = world.message('parcel', { weight: 3 });
    expect(effects.slice(0, 2)).toEqual([
      { type: 'variables', scope: 0, set: { weight: 3 } },
      { type: 'completed', token: 1, node: 'heard', outcome: 'done' },
    ]);
    expect(afterwards[0]).toEqual({ type: 'unsubscribe', token: 1, name: 'parcel', key: 'press-7' });
    expect(world.where()).toEqual(['after task']);
  });

  it('is awaited by any key that an expression gives', () => {
    const keyed = define({ ...parcel, correlationKey: 'order.number' }, after);
    const awaited = (number: unknown) => {
      const world = new World(keyed);
      world.start({ order: { number } });
      return world.tokenAt('heard').wait;
    };
    expect(awaited('A-17')).toEqual({ for: 'message', name: 'parcel', key: 'A-17' });
    expect(awaited(17)).toEqual({ for: 'message', name: 'parcel', key: '17' });
  });

  it('without a usable key is an incident rather than a match by accident', () => {
    const world = new World(
      define({ id: 'note', type: 'messageCatch', message: 'note' }, { ...parcel, correlationKey: 'order' }, after),
    );
    const { actions } = world.start();
    expect(actions).toEqual([
      { type: 'subscribe', token: 1, name: 'note', key: 'press-7' },
      {
        type: 'raiseIncident',
        token: 2,
        node: 'heard',
        code: 'process.condition-failed',
        message: 'The correlation key (order) is null, and must be a text or a number.',
      },
    ]);
    world.message('note', { order: 'A-17' });
    expect(world.retry('heard').actions).toEqual([
      { type: 'resolveIncident', token: 2, node: 'heard' },
      { type: 'subscribe', token: 2, name: 'parcel', key: 'A-17' },
    ]);
  });

  it('reaches one token, even if several wait for it', () => {
    const world = started(parcel, { ...parcel, id: 'too' }, after);
    world.message('parcel');
    expect(world.where()).toEqual(['after task', 'too message']);
    world.message('parcel');
    expect(world.where()).toEqual(['after task', 'after task']);
  });
});
