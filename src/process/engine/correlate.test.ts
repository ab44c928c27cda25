/** Messages that come twice, in the middle of a crash, or at the moment at which another engine changes their receiver. */
import { describe, expect, it } from 'vitest';
import { families } from '../../app/families.ts';
import { openSpine } from '../../app/spine.ts';
import { taskFamily } from '../../jobs/task.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import { silentLog } from '../../kernel/log.ts';
import { seededRandom } from '../../kernel/random.ts';
import { inbox } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { remove } from '../../store/unit.ts';
import { ModelDisk, openModelStore } from '../../testing/model-store.ts';
import { messageFamily } from './families.ts';

const olga = { id: 'olga', roles: ['operator'] };
const paid = { name: 'paid', correlationKey: 'order-1', ttlMs: 60_000, id: 'm-1' };

/** After the first message it waits for the same again, so that a second delivery shows. */
const TWICE = {
  key: 'twice',
  nodes: [
    { id: 'start', type: 'start', next: 'first' },
    { id: 'first', type: 'messageCatch', message: 'paid', next: 'second' },
    { id: 'second', type: 'messageCatch', message: 'paid', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};
const STARTED = {
  key: 'started',
  startMessage: 'paid',
  nodes: [
    { id: 'start', type: 'start', next: 'look' },
    { id: 'look', type: 'userTask', role: 'operator', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};
const BESIDE = {
  key: 'beside',
  nodes: [
    { id: 'start', type: 'start', next: 'fork' },
    { id: 'fork', type: 'parallelGateway', next: ['ask', 'wait'] },
    { id: 'ask', type: 'userTask', role: 'operator', next: 'join' },
    { id: 'wait', type: 'messageCatch', message: 'paid', next: 'join' },
    { id: 'join', type: 'parallelGateway', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

/** Two engines on one store, as two servers would have them. */
async function open(...definitions: readonly unknown[]) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 5));
  const model = openModelStore({ disk: new ModelDisk(), families, clock });
  const store: Store = { ...model, capabilities: { name: 'model', sharedByProcesses: true } };
  const engine = (worker: string) => openSpine({ store, clock, random: seededRandom(1), log: silentLog, worker });
  const [one, two] = [await engine('engine-1'), await engine('engine-2')];
  for (const definition of definitions) await one.process.definitions.deploy(definition, 'eli');
  await two.process.definitions.load();
  const nodes = async (id: InstanceId) => (await one.process.queries.instance(id)).state.tokens.map(({ node }) => node);
  return {
    one,
    two,
    store,
    nodes,
    kept: () => store.select(messageFamily, { limit: 10 }),
    [Symbol.asyncDispose]: async () => {
      await two.close();
      await one.close();
      await model.close();
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** As if the server had died after the last receiver and before it could write that the message is over. */
async function forgetThatItIsOver({ store }: Opened): Promise<void> {
  await store.commit([{ guards: [], writes: [remove(inbox, ['process.message', paid.id])] }]);
}

describe('a message that is sent again after a crash', () => {
  it('is not delivered to who had it, nor kept', async () => {
    await using opened = await open(TWICE);
    const id = await opened.one.process.engine.start({ definition: 'twice', businessKey: 'order-1' }, 'eli');
    await opened.one.process.correlator.send(paid, 'eli');
    await forgetThatItIsOver(opened);
    expect(await opened.two.process.correlator.send(paid, 'eli')).toMatchObject({ delivered: 0, buffered: false });
    expect([await opened.nodes(id), await opened.kept()]).toEqual([['second'], []]);
  });

  it('is delivered to those who did not have it yet', async () => {
    await using opened = await open(TWICE);
    const start = () => opened.one.process.engine.start({ definition: 'twice', businessKey: 'order-1' }, 'eli');
    const first = await start();
    await opened.one.process.correlator.send(paid, 'eli');
    await forgetThatItIsOver(opened);
    const second = await start();
    expect(await opened.one.process.correlator.send(paid, 'eli')).toMatchObject({ delivered: 1 });
    expect([await opened.nodes(first), await opened.nodes(second)]).toEqual([['second'], ['second']]);
  });

  it('does not start a second instance', async () => {
    await using opened = await open(STARTED);
    expect((await opened.one.process.correlator.send(paid, 'eli')).started).toHaveLength(1);
    await forgetThatItIsOver(opened);
    expect(await opened.two.process.correlator.send(paid, 'eli')).toEqual({
      delivered: 0,
      buffered: false,
      started: [],
    });
    expect(await opened.one.process.queries.instances({ limit: 10 })).toHaveLength(1);
  });
});

describe('a message without an id', () => {
  it('is another message every time', async () => {
    await using opened = await open(TWICE);
    const { id: _, ...anonymous } = paid;
    const id = await opened.one.process.engine.start({ definition: 'twice', businessKey: 'order-1' }, 'eli');
    for (const expected of [{ delivered: 1 }, { delivered: 1 }, { buffered: true }]) {
      expect(await opened.one.process.correlator.send(anonymous, 'eli')).toMatchObject(expected);
    }
    expect((await opened.one.process.queries.instance(id)).status).toBe('completed');
  });
});

describe('a kept message', () => {
  it('reaches its receiver though another engine changes that at the same moment, whichever moment it is', async () => {
    for (let moment = 0; moment < 60; moment++) {
      await using opened = await open(BESIDE);
      const { one, two, store } = opened;
      await one.process.correlator.send(paid, 'eli');
      // The other engine completes the task beside the wait as soon as it is there, a little earlier or later.
      const completed = new Promise<void>((resolve, reject) => {
        const unlisten = store.onCommit(taskFamily, () => {
          unlisten();
          void (async () => {
            for (let turn = 0; turn < moment; turn++) await Promise.resolve();
            const [task] = await two.tasks.list({ limit: 1 });
            await two.tasks.complete(task?.id as JobId, olga, { outcome: 'done' });
          })().then(resolve, reject);
        });
      });
      const id = await one.process.engine.start({ definition: 'beside', businessKey: 'order-1' }, 'eli');
      await completed;
      expect([moment, await opened.kept()]).toEqual([moment, []]);
      expect([moment, (await one.process.queries.instance(id)).status]).toEqual([moment, 'completed']);
    }
  });
});
