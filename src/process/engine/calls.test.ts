/** Instances that call, tell and signal each other, and starts by the clock: over the model store, with its workers. */
import { describe, expect, it } from 'vitest';
import { families } from '../../app/families.ts';
import { openSpine } from '../../app/spine.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { silentLog } from '../../kernel/log.ts';
import { seededRandom } from '../../kernel/random.ts';
import { ModelDisk, openModelStore } from '../../testing/model-store.ts';

async function open(...sources: readonly object[]) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = openModelStore({ disk: new ModelDisk(), families, clock });
  const spine = await openSpine({ store, clock, random: seededRandom(1), log: silentLog, worker: 'test' });
  const { engine, queries, definitions } = spine.process;
  for (const source of sources) await definitions.deploy(source, 'eli');
  return {
    ...spine,
    ...spine.process,
    clock,
    store,
    start: (definition: string, variables = {}) => engine.start({ definition, businessKey: 'k1', variables }, 'dana'),
    /** Where the tokens of an instance are, or how it ended. */
    where: async (id: InstanceId) => {
      const { state } = await queries.instance(id);
      return state.status === 'active'
        ? state.tokens.map(({ node, wait }) => `${node} ${wait.for}`).sort()
        : state.status;
    },
    /** The instances of a definition, the eldest first. */
    of: async (definition: string) => (await queries.instances({ definition, limit: 100 })).reverse(),
    [Symbol.asyncDispose]: async () => {
      await spine.close();
      await store.close();
    },
  };
}
type App = Awaited<ReturnType<typeof open>>;

/** Lets the workers of the process work until it is so. */
async function until<Value>(look: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (let turn = 0; ; turn++) {
    const value = await look();
    if (isSo(value)) return value;
    if (turn > 2_000) throw new Error(`it did not come to that: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const reaches = (app: App, id: InstanceId, place: string) =>
  until(
    () => app.where(id),
    (where) => where === place || where.includes(place),
  );
const count = (app: App, definition: string, wanted: number) =>
  until(
    () => app.of(definition),
    (found) => found.length === wanted,
  );

async function finish(app: App, id: InstanceId, { outcome = 'done', variables = {} }) {
  const { state } = await app.queries.instance(id);
  const wait = state.tokens.find((token) => token.wait.for === 'task')?.wait;
  if (wait?.for !== 'task') throw new Error(`no task is open: ${JSON.stringify(state.tokens)}`);
  await app.tasks.complete(wait.job, { id: 'dana', roles: ['operator'] }, { outcome, variables });
}

const task = (id: string, rest = {}) => ({ id, type: 'userTask', role: 'operator', ...rest });
const inner = {
  key: 'inner',
  nodes: [
    task('check', { next: { good: 'fine', bad: 'fault' } }),
    { id: 'fine', type: 'end' },
    { id: 'fault', type: 'end', error: 'E1' },
  ],
};
const outer = {
  key: 'outer',
  nodes: [
    {
      id: 'call',
      type: 'callActivity',
      process: 'inner',
      next: 'after',
      boundary: [{ id: 'broken', error: 'E1', next: 'repair' }],
    },
    task('after'),
    task('repair'),
  ],
};

describe('a call activity', () => {
  it('starts the called process with the variables, waits for it, and goes on with what it brings', async () => {
    await using app = await open(inner, outer);
    const id = await app.start('outer', { line: 4 });
    const [child] = await count(app, 'inner', 1);
    expect(child?.state.scopes[0]?.variables).toEqual({ line: 4 });
    expect(child?.state.parent).toBe(id);
    expect(child?.businessKey).toBe('k1');
    expect(await app.where(id)).toEqual(['call call']);
    await finish(app, child?.id as InstanceId, { outcome: 'good', variables: { found: 'dust' } });
    await reaches(app, id, 'after task');
    expect((await app.queries.instance(id)).state.scopes[0]?.variables).toEqual({ line: 4, found: 'dust' });
  });

  it('catches the error with which the called process ends', async () => {
    await using app = await open(inner, outer);
    const id = await app.start('outer');
    const [child] = await count(app, 'inner', 1);
    await finish(app, child?.id as InstanceId, { outcome: 'bad' });
    await reaches(app, id, 'repair task');
    expect(await app.where(child?.id as InstanceId)).toBe('cancelled');
  });

  it('takes the called instance with it when it is cancelled', async () => {
    await using app = await open(inner, outer);
    const id = await app.start('outer');
    const [child] = await count(app, 'inner', 1);
    await app.engine.command(id, { type: 'cancel', reason: 'enough' }, 'eli');
    await reaches(app, child?.id as InstanceId, 'cancelled');
  });

  it('is an incident when the called instance is cancelled by a person; a retry calls another one', async () => {
    await using app = await open(inner, outer);
    const id = await app.start('outer');
    const [child] = await count(app, 'inner', 1);
    await app.engine.command(child?.id as InstanceId, { type: 'cancel', reason: 'wrong line' }, 'eli');
    await reaches(app, id, 'call help');
    const [incident] = await app.queries.incidents({ instance: id, limit: 10 });
    expect(incident).toMatchObject({ code: 'process.call-failed', node: 'call' });
    expect(incident?.message).toMatch(/was cancelled: wrong line/);
    await app.engine.command(id, { type: 'retry', token: incident?.token ?? 0 }, 'eli');
    await count(app, 'inner', 2);
    expect(await app.where(id)).toEqual(['call call']);
  });

  it('is an incident when nothing of that name is deployed, and goes on once it is', async () => {
    await using app = await open(outer);
    const id = await app.start('outer');
    await reaches(app, id, 'call help');
    await app.definitions.deploy(inner, 'eli');
    const [incident] = await app.queries.incidents({ instance: id, limit: 10 });
    await app.engine.command(id, { type: 'retry', token: incident?.token ?? 0 }, 'eli');
    await count(app, 'inner', 1);
  });

  it('passes only the variables that its mappings choose', async () => {
    const picky = {
      ...outer,
      key: 'picky',
      nodes: [
        {
          id: 'call',
          type: 'callActivity',
          process: '="in" + "ner"',
          input: { n: 'line + 1' },
          output: { result: 'found' },
          next: 'after',
        },
        task('after'),
      ],
    };
    await using app = await open(inner, picky);
    const id = await app.start('picky', { line: 4 });
    const [child] = await count(app, 'inner', 1);
    expect(child?.state.scopes[0]?.variables).toEqual({ n: 5 });
    await finish(app, child?.id as InstanceId, { outcome: 'good', variables: { found: 'dust', other: 1 } });
    await reaches(app, id, 'after task');
    expect((await app.queries.instance(id)).state.scopes[0]?.variables).toEqual({ line: 4, result: 'dust' });
  });

  it('hears an escalation of the called process while that goes on', async () => {
    const loud = {
      key: 'loud',
      nodes: [
        { id: 's', type: 'start', next: 'cry' },
        { id: 'cry', type: 'throw', escalation: 'late', next: 'work' },
        task('work'),
      ],
    };
    const caller = {
      key: 'caller',
      nodes: [
        {
          id: 'call',
          type: 'callActivity',
          process: 'loud',
          boundary: [{ id: 'heard', escalation: 'late', interrupting: false, next: 'look' }],
        },
        task('look'),
      ],
    };
    await using app = await open(loud, caller);
    const id = await app.start('caller');
    await reaches(app, id, 'look task');
    expect(await app.where(id)).toEqual(['call call', 'look task']);
  });
});

describe('a thrown message', () => {
  it('reaches the instance that waits for it with the variables that go along', async () => {
    const asking = {
      key: 'asking',
      nodes: [
        {
          id: 'tell',
          type: 'throw',
          message: 'order',
          correlationKey: 'number',
          input: { amount: '2 * 3' },
          next: 'wait',
        },
        { id: 'wait', type: 'catch', message: 'answer', correlationKey: 'number', next: 'end' },
        task('end'),
      ],
    };
    const answering = {
      key: 'answering',
      nodes: [
        { id: 's', type: 'start', message: 'order', next: 'reply' },
        { id: 'reply', type: 'sendTask', message: 'answer', input: { price: 'amount * 10' } },
      ],
    };
    await using app = await open(asking, answering);
    const id = await app.start('asking', { number: 'n-7' });
    await reaches(app, id, 'end task');
    expect((await app.queries.instance(id)).state.scopes[0]?.variables).toEqual({ number: 'n-7', price: 60 });
    expect((await app.of('answering')).map(({ businessKey }) => businessKey)).toEqual(['n-7']);
  });
});

describe('a signal', () => {
  const waiting = { key: 'waiting', nodes: [{ id: 'w', type: 'catch', signal: 'stop', next: 'after' }, task('after')] };

  it('reaches everyone who waits for it, and starts what begins by it, once', async () => {
    const begins = { key: 'begins', nodes: [{ id: 's', type: 'start', signal: 'stop', next: 'work' }, task('work')] };
    await using app = await open(waiting, begins);
    const ids = await Promise.all([1, 2, 3].map(() => app.start('waiting')));
    await app.deliveries.send({ to: 'signal', name: 'stop', variables: { reason: 'fire' } });
    for (const id of ids) await reaches(app, id, 'after task');
    await count(app, 'begins', 1);
    expect((await app.queries.instance(ids[0] as InstanceId)).state.scopes[0]?.variables).toEqual({ reason: 'fire' });
  });

  it('is thrown by an instance to others and to itself', async () => {
    const throwing = {
      key: 'throwing',
      nodes: [
        { id: 's', type: 'start', next: ['a', 'b'] },
        { id: 'a', type: 'throw', signal: 'stop' },
        { id: 'b', type: 'catch', signal: 'stop', next: 'after' },
        task('after'),
      ],
    };
    await using app = await open(waiting, throwing);
    const other = await app.start('waiting');
    const own = await app.start('throwing');
    await reaches(app, other, 'after task');
    await reaches(app, own, 'after task');
  });
});

describe('a start by the clock', () => {
  const nightly = (every: string, rest = {}) => ({
    key: 'nightly',
    nodes: [{ id: 's', type: 'start', timer: { every }, next: 'report' }, task('report', rest)],
  });

  it('begins an instance each time, as often as it says', async () => {
    await using app = await open(nightly('R2/PT1M'));
    for (const wanted of [1, 2]) {
      await app.clock.advance(60_000);
      await count(app, 'nightly', wanted);
    }
    await app.clock.advance(10 * 60_000);
    await until(
      async () => undefined,
      () => true,
    );
    expect(await app.of('nightly')).toHaveLength(2);
  });

  it('is that of the newest version only', async () => {
    await using app = await open(nightly('R/PT1M'), nightly('R/PT1M', { priority: 1 }));
    await app.clock.advance(60_000);
    const [one] = await count(app, 'nightly', 1);
    expect(one?.version).toBe(2);
  });
});
