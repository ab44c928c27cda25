/** The engine over the model store: definitions, people, jobs, messages and firings, from the first call to the last row. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { families } from '../../app/families.ts';
import { openSpine } from '../../app/spine.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import { silentLog } from '../../kernel/log.ts';
import { seededRandom } from '../../kernel/random.ts';
import { ModelDisk, openModelStore } from '../../testing/model-store.ts';
import { replay } from '../core/effect.ts';
import type { Firing } from '../core/firing.ts';

const defect: unknown = JSON.parse(
  readFileSync(new URL('../../../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
);
const dana = { id: 'dana', roles: ['operator'] };
const olga = { id: 'olga', roles: ['operator'] };
const eli = { id: 'eli', roles: ['engineer'] };

async function open() {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = openModelStore({ disk: new ModelDisk(), families, clock });
  const spine = await openSpine({ store, clock, random: seededRandom(1), log: silentLog, worker: 'test' });
  return {
    ...spine,
    clock,
    store,
    [Symbol.asyncDispose]: async () => {
      await spine.close();
      await store.close();
    },
  };
}

const firing = (criterion: string, minute: number, id = `${criterion}${minute}`): Firing => ({
  id,
  criterion,
  device: 'press-1',
  at: minute * 60_000,
  evidence: { value: 99 },
});

async function openTask(app: Awaited<ReturnType<typeof open>>, id: InstanceId): Promise<JobId> {
  const { state } = await app.process.queries.instance(id);
  const wait = state.tokens[0]?.wait;
  if (wait?.for !== 'task') throw new Error(`no task is open: ${JSON.stringify(state.tokens)}`);
  return wait.job;
}

describe('criteria and people', () => {
  it('starts one instance when both criteria have fired within the time, and asks the operator', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    expect(await app.process.firings.take(firing('A', 0))).toEqual([]);
    const [id] = await app.process.firings.take(firing('B', 10));
    expect(id).toBeDefined();
    const [task] = await app.tasks.list({ role: 'operator', limit: 10 });
    expect(task).toMatchObject({ step: 'operator', businessKey: 'press-1', state: 'offered' });
    const { state } = await app.process.queries.instance(id as InstanceId);
    expect(state.scopes[0]?.variables.evidence).toHaveLength(2);
  });

  it('starts one instance when both criteria fire at the same moment', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    const started = await Promise.all([
      app.process.firings.take(firing('A', 0)),
      app.process.firings.take(firing('B', 0)),
    ]);
    expect(started.flat()).toHaveLength(1);
    expect(await app.tasks.list({ role: 'operator', limit: 10 })).toHaveLength(1);
  });

  it('starts nothing when the second criterion fires too late, in event time', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    await app.process.firings.take(firing('A', 0));
    expect(await app.process.firings.take(firing('B', 7 * 60))).toEqual([]);
    expect(await app.process.firings.take(firing('A', 7 * 60 + 5))).toHaveLength(1);
  });

  it('takes the same firing once, however often it comes', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    await app.process.firings.take(firing('A', 0));
    await app.process.firings.take(firing('A', 0));
    const [first] = await app.process.firings.take(firing('B', 1));
    expect(await app.process.firings.take(firing('B', 1))).toEqual([]);
    const { state } = await app.process.queries.instance(first as InstanceId);
    expect(state.scopes[0]?.variables.evidence).toHaveLength(2);
  });

  it('adds firings to the open instance of the device instead of starting another', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    await app.process.firings.take(firing('A', 0));
    const [id] = await app.process.firings.take(firing('B', 1));
    expect(await app.process.firings.take(firing('A', 2))).toEqual([]);
    expect(await app.process.queries.instances({ limit: 10 })).toHaveLength(1);
    const { state } = await app.process.queries.instance(id as InstanceId);
    expect(state.scopes[0]?.variables.evidence).toHaveLength(3);
  });

  it('goes to the engineer when the operator rejects, and opens anew after the end', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    await app.process.firings.take(firing('A', 0));
    const [id] = (await app.process.firings.take(firing('B', 1))) as [InstanceId];
    const first = await openTask(app, id);
    await expect(app.tasks.complete(first, dana, { outcome: 'rejected' })).rejects.toMatchObject({
      code: 'task.comment-required',
    });
    await expect(app.tasks.complete(first, dana, { outcome: 'exploded' })).rejects.toMatchObject({
      code: 'process.unknown-outcome',
    });
    await expect(app.tasks.complete(first, eli, { outcome: 'rejected', comment: 'no' })).rejects.toMatchObject({
      code: 'task.not-yours',
    });
    await app.tasks.complete(first, dana, { outcome: 'rejected', comment: 'sensor was cleaned' });
    await expect(app.tasks.complete(first, dana, { outcome: 'confirmed' })).rejects.toMatchObject({
      code: 'task.already-done',
      details: { recordedOutcome: 'rejected' },
    });
    const second = await openTask(app, id);
    await app.tasks.complete(second, eli, {
      outcome: 'done',
      variables: { criteria: [{ id: 'press-1.A', limit: 5 }] },
    });
    expect((await app.process.queries.instance(id)).status).toBe('completed');
    const kinds = (await app.jobs.claim({ kinds: ['criteria.change'], limit: 10, worker: 'w' })).map(
      ({ payload }) => payload,
    );
    expect(kinds).toMatchObject([{ outcome: 'done', input: { criteria: [{ id: 'press-1.A', limit: 5 }] } }]);
    await app.process.firings.take(firing('A', 20));
    expect(await app.process.firings.take(firing('B', 21))).toHaveLength(1);
  });

  it('gives a task to one person: take, return, delegate', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    await app.process.firings.take(firing('A', 0));
    const [id] = (await app.process.firings.take(firing('B', 1))) as [InstanceId];
    const task = await openTask(app, id);
    await app.tasks.take(task, dana);
    await expect(app.tasks.take(task, olga)).rejects.toMatchObject({ code: 'task.not-yours' });
    await expect(app.tasks.complete(task, olga, { outcome: 'confirmed' })).rejects.toMatchObject({
      code: 'task.not-yours',
    });
    await app.tasks.giveBack(task, dana);
    await app.tasks.delegate(task, dana, 'olga');
    await app.tasks.complete(task, olga, { outcome: 'confirmed' });
    expect((await app.tasks.get(task)).settledBy).toBe('olga');
  });

  it('lets one of two people win who complete the same task at the same moment', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    await app.process.firings.take(firing('A', 0));
    const [id] = (await app.process.firings.take(firing('B', 1))) as [InstanceId];
    const task = await openTask(app, id);
    const answers = await Promise.allSettled([
      app.tasks.complete(task, dana, { outcome: 'confirmed' }),
      app.tasks.complete(task, olga, { outcome: 'rejected', comment: 'no' }),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'task.already-done' },
    });
  });
});

describe('history', () => {
  it('rebuilds the state of an instance', async () => {
    await using app = await open();
    await app.process.definitions.deploy(defect, 'eli');
    await app.process.firings.take(firing('A', 0));
    const [id] = (await app.process.firings.take(firing('B', 1))) as [InstanceId];
    await app.tasks.complete(await openTask(app, id), dana, { outcome: 'confirmed' });
    const history = await app.process.queries.history(id);
    expect(history.map(({ actor }) => actor)).toEqual(['system', 'dana']);
    expect(JSON.parse(JSON.stringify(replay(history)))).toEqual((await app.process.queries.instance(id)).state);
  });
});

describe('messages and timers', () => {
  const waiting = {
    key: 'waiting',
    nodes: [
      { id: 'start', type: 'start', next: 'message' },
      { id: 'message', type: 'messageCatch', message: 'paid', next: 'timer' },
      { id: 'timer', type: 'timerCatch', after: '30s', next: 'end' },
      { id: 'end', type: 'end' },
    ],
  };

  it('delivers a message to the instance that waits for its key, and a timer fires when it is due', async () => {
    await using app = await open();
    await app.process.definitions.deploy(waiting, 'eli');
    const id = await app.process.engine.start({ definition: 'waiting', businessKey: 'order-1' }, 'eli');
    expect(await app.process.correlator.send({ name: 'paid', correlationKey: 'order-2' }, 'eli')).toMatchObject({
      delivered: 0,
      buffered: false,
    });
    expect(
      await app.process.correlator.send({ name: 'paid', correlationKey: 'order-1', variables: { amount: 5 } }, 'eli'),
    ).toMatchObject({ delivered: 1 });
    expect((await app.process.queries.instance(id)).state.tokens[0]?.wait.for).toBe('timer');
    await app.clock.advance(29_000);
    expect((await app.process.queries.instance(id)).status).toBe('active');
    await app.clock.advance(5_000);
    expect((await app.process.queries.instance(id)).status).toBe('completed');
  });

  it('keeps a message that comes too early until its time to live has run out', async () => {
    await using app = await open();
    await app.process.definitions.deploy(waiting, 'eli');
    expect(
      await app.process.correlator.send({ name: 'paid', correlationKey: 'order-1', ttlMs: 60_000, id: 'm1' }, 'eli'),
    ).toMatchObject({ buffered: true });
    const id = await app.process.engine.start({ definition: 'waiting', businessKey: 'order-1' }, 'eli');
    expect((await app.process.queries.instance(id)).state.tokens[0]?.wait.for).toBe('timer');
    await app.process.correlator.send({ name: 'paid', correlationKey: 'order-3', ttlMs: 60_000 }, 'eli');
    await app.clock.advance(61_000);
    const late = await app.process.engine.start({ definition: 'waiting', businessKey: 'order-3' }, 'eli');
    expect((await app.process.queries.instance(late)).state.tokens[0]?.wait.for).toBe('message');
  });
});

describe('definitions', () => {
  it('numbers versions, keeps the same source as the same version, and lets running instances keep theirs', async () => {
    await using app = await open();
    const source = (role: string) => ({
      key: 'p',
      nodes: [
        { id: 'a', type: 'userTask', role, next: 'b' },
        { id: 'b', type: 'userTask', role, next: 'end' },
        { id: 'end', type: 'end' },
      ],
    });
    expect(await app.process.definitions.deploy(source('operator'), 'eli')).toEqual({ key: 'p', version: 1 });
    const id = await app.process.engine.start({ definition: 'p' }, 'eli');
    expect(await app.process.definitions.deploy(source('operator'), 'eli')).toEqual({ key: 'p', version: 1 });
    expect(await app.process.definitions.deploy(source('engineer'), 'eli')).toEqual({ key: 'p', version: 2 });
    await app.tasks.complete(await openTask(app, id), dana, { outcome: 'done' });
    expect((await app.tasks.get(await openTask(app, id))).role).toBe('operator');
  });
});
