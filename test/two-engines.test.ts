/** Two engines on one PostgreSQL schema and nothing else between them: whatever they do at the same moment happens once. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { families } from '../src/app/families.ts';
import { openSpine, type Spine } from '../src/app/spine.ts';
import { jobFamily } from '../src/jobs/job.ts';
import { taskFamily } from '../src/jobs/task.ts';
import { startWorker } from '../src/jobs/worker.ts';
import { systemClock } from '../src/kernel/clock.ts';
import type { InstanceId, JobId } from '../src/kernel/ids.ts';
import { ServiceStack } from '../src/kernel/lifecycle.ts';
import { silentLog } from '../src/kernel/log.ts';
import { type Random, seededRandom } from '../src/kernel/random.ts';
import { done } from '../src/kernel/settlement.ts';
import type { Firing } from '../src/process/core/firing.ts';
import { firingFamily, messageFamily, openInstanceFamily, subscriptionFamily } from '../src/process/engine/families.ts';
import { put } from '../src/store/unit.ts';
import { freshSchema, withoutPostgres } from './fresh-postgres.ts';
import { checkHistory } from './process/history.ts';

const DEFECT = JSON.parse(readFileSync(new URL('../examples/equipment-defect/process.json', import.meta.url), 'utf8'));
const HANDLING = readFileSync(new URL('../examples/decisions/handling.dmn', import.meta.url), 'utf8');
const INSTANCES = 200;
/** Instances that one activity calls. */
const CALLED = 80;
const PEOPLE_AT_ONCE = 16;
const ROLES = ['operator', 'engineer', 'technologist'];

/** It waits for the same message again after the first, so that a second delivery would show. */
const TWICE = {
  key: 'twice',
  nodes: [
    { id: 'start', type: 'start', next: 'first' },
    { id: 'first', type: 'messageCatch', message: 'paid', next: 'second' },
    { id: 'second', type: 'messageCatch', message: 'paid', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

type Pair = readonly [Spine, Spine];

/** Both engines know the definitions. */
async function openPair(definitions: readonly unknown[]) {
  const db = freshSchema();
  const stop = new ServiceStack();
  const open = async (worker: string) => {
    const store = await db.open({ families });
    return stop.use(await openSpine({ store, clock: systemClock, random: Math.random, log: silentLog, worker }));
  };
  const pair: Pair = [await open('engine-1'), await open('engine-2')];
  for (const definition of definitions) await pair[0].process.definitions.deploy(definition, 'eli');
  return {
    pair,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

const firing = (criterion: string, device: string): Firing => ({
  id: `${criterion}/${device}`,
  criterion,
  device,
  at: 60_000,
});
const oneOf = (pair: Pair, random: Random): Spine => pair[random() < 0.5 ? 0 : 1];
/** Some turns of the event loop, so that calls meet each other at different places. */
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe.skipIf(withoutPostgres)('two engines on one database', () => {
  it('drive the same instances, and every task is completed once by whoever was first', {
    timeout: 120_000,
  }, async () => {
    await using opened = await openPair([DEFECT]);
    const { pair, stop } = opened;
    const random = seededRandom(1);
    const runs: number[] = [];
    for (const [at, { jobs, store }] of pair.entries()) {
      for (const kind of ['mail', 'anomaly.label', 'criteria.change']) {
        const handler = ({ id }: { readonly id: JobId }) => {
          runs.push(id);
          return done();
        };
        stop.use(
          startWorker({ jobs, store, clock: systemClock, log: silentLog, worker: `engine-${at + 1}`, kind, handler }),
        );
      }
    }
    for (let n = 0; n < INSTANCES; n++) {
      const device = `press-${n}`;
      await oneOf(pair, random).process.firings.take(firing('A', device));
      expect(await oneOf(pair, random).process.firings.take(firing('B', device))).toHaveLength(1);
    }
    /** How often each task was completed, as the engines have answered. */
    const completed = new Map<JobId, number>();
    const person = async () => {
      for (;;) {
        const open = await oneOf(pair, random).tasks.list({ limit: 50 });
        const task = open[Math.floor(random() * open.length)];
        if (task === undefined) return;
        const id = task.id as JobId;
        const accepted = await complete(pair, { id, outcomes: JSON.parse(task.outcomes), random });
        completed.set(id, (completed.get(id) ?? 0) + accepted);
      }
    };
    await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, person));

    expect(completed.size).toBe(2 * INSTANCES);
    expect(new Set(completed.values())).toEqual(new Set([1]));
    const { process, store } = pair[0];
    const instances = await process.queries.instances({ limit: 1_000 });
    expect(instances).toHaveLength(INSTANCES);
    expect(instances.filter(({ status }) => status !== 'completed')).toEqual([]);
    for (const instance of instances) await checkHistory(process.queries, instance);
    expect(await store.select(openInstanceFamily, { limit: 10 })).toEqual([]);
    expect(await store.select(taskFamily, { where: { state: { in: ['offered', 'taken'] } }, limit: 10 })).toEqual([]);
    const jobs = () => store.select(jobFamily, { limit: 10_000 });
    await expect
      .poll(async () => (await jobs()).filter(({ settledAt }) => settledAt === null), { timeout: 30_000 })
      .toEqual([]);
    expect(new Set((await jobs()).map(({ state }) => state))).toEqual(new Set(['done']));
    expect(runs.sort((a, b) => a - b)).toEqual((await jobs()).map(({ id }) => id));
  });

  it('never lose a message that comes while the instance that waits for it begins, nor deliver it twice', {
    timeout: 120_000,
  }, async () => {
    await using opened = await openPair([TWICE]);
    const [one, two] = opened.pair;
    for (let n = 0; n < 200; n++) {
      const correlationKey = `order-${n}`;
      const isMessageFirst = n % 2 === 0;
      const late = Math.floor(n / 2) % 10;
      const send = async () => {
        await turns(isMessageFirst ? 0 : late);
        return one.process.correlator.send({ name: 'paid', correlationKey, ttlMs: 60_000, id: `m-${n}` }, 'eli');
      };
      const start = async () => {
        await turns(isMessageFirst ? late : 0);
        return two.process.engine.start({ definition: 'twice', businessKey: correlationKey }, 'eli');
      };
      const [, id] = await Promise.all([send(), start()]);
      await expectOneDelivery(one, id);
      expect(await one.store.select(subscriptionFamily, { where: { instance: id }, limit: 10 })).toHaveLength(1);
    }
  });

  it('never lose a message that comes while the other moves the instance to where it is waited for', {
    timeout: 120_000,
  }, async () => {
    const nodes = [
      { id: 'start', type: 'start', next: 'ask' },
      { id: 'ask', type: 'userTask', role: 'operator', next: 'first' },
      ...TWICE.nodes.slice(1),
    ];
    await using opened = await openPair([{ key: 'asked-twice', nodes }]);
    const [one, two] = opened.pair;
    for (let n = 0; n < 200; n++) {
      const businessKey = `order-${n}`;
      const id = await one.process.engine.start({ definition: 'asked-twice', businessKey }, 'eli');
      const [task] = await one.tasks.list({ limit: 1 });
      const late = Math.floor(n / 2) % 12;
      const complete = async () => {
        await turns(n % 2 === 0 ? late : 0);
        await one.tasks.complete(task?.id as JobId, { id: 'olga', roles: ROLES }, { outcome: 'done' });
      };
      const send = async () => {
        await turns(n % 2 === 0 ? 0 : late);
        return two.process.correlator.send({ name: 'paid', correlationKey: businessKey, ttlMs: 60_000 }, 'eli');
      };
      const [{ started }] = await Promise.all([send(), complete()]);
      expect(started).toEqual([]);
      await expectOneDelivery(two, id, ['start', 'settle', 'message']);
    }
  });

  it('bring a message to who waits for it, though its sender was killed between keeping it and looking', async () => {
    await using opened = await openPair([TWICE]);
    const [one, two] = opened.pair;
    const id = await one.process.engine.start({ definition: 'twice', businessKey: 'order-1' }, 'eli');
    const row = {
      name: 'paid',
      correlationKey: 'order-1',
      id: 'm-1',
      variables: '{}',
      expiresAt: two.store.now() + 60_000,
    };
    await two.store.commit([{ guards: [], writes: [put(messageFamily, row)] }]);
    await one.process.correlator.collectAll();
    await expectOneDelivery(one, id);
  });

  it('start the version that the other has deployed as soon as that is answered', async () => {
    await using opened = await openPair([]);
    const [one, two] = opened.pair;
    for (let version = 1; version <= 20; version++) {
      await one.process.definitions.deploy({ ...TWICE, name: `Twice ${version}` }, 'eli');
      const ids = await Promise.all(
        [1, 2, 3].map((n) => two.process.engine.start({ definition: 'twice', businessKey: `${version}-${n}` }, 'eli')),
      );
      const started = await Promise.all(ids.map(async (id) => (await two.process.queries.instance(id)).version));
      expect(started).toEqual([version, version, version]);
    }
  });

  it('give the key of a decision to one of two models that are deployed at the same moment', async () => {
    await using opened = await openPair([]);
    const [one, other] = opened.pair;
    const second = HANDLING.replaceAll('handling-model', 'second-model');
    const answers = await Promise.allSettled([
      one.process.decisions.deploy(HANDLING, 'eli'),
      other.process.decisions.deploy(second, 'eli'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = answers.find((answer) => answer.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'decision.key-taken' });
  });

  it('ask the decision that the other has deployed as soon as that is answered', async () => {
    await using opened = await openPair([]);
    const [one, other] = opened.pair;
    const decide = { id: 'who', type: 'businessRuleTask', decision: 'handling', result: 'who', next: 'look' };
    const nodes = [decide, { id: 'look', type: 'userTask', role: 'operator' }];
    await one.process.decisions.deploy(HANDLING, 'eli');
    await other.process.definitions.deploy({ key: 'repair', nodes }, 'eli');
    const variables = { severity: 'minor', value: 130, limit: 100 };
    const role = async () => {
      const id = await other.process.engine.start({ definition: 'repair', businessKey: 'k', variables }, 'dana');
      const { state } = await one.process.queries.instance(id);
      return state.scopes[0]?.variables.who;
    };
    expect(await role()).toEqual({ role: 'engineer', minutes: 30 });
    await one.process.decisions.deploy(HANDLING.replace('&gt;= 0.2', '&gt;= 0.4'), 'eli');
    expect(await role()).toEqual({ role: 'operator', minutes: 60 });
    expect(await other.process.decisions.ask('handling', { input: variables })).toMatchObject({ version: 2 });
  });

  it('take in a message once when both get it, whether somebody waits for it or not', {
    timeout: 120_000,
  }, async () => {
    await using opened = await openPair([TWICE]);
    const [one, two] = opened.pair;
    for (let n = 0; n < 60; n++) {
      const businessKey = `order-${n}`;
      const start = () => one.process.engine.start({ definition: 'twice', businessKey }, 'eli');
      const before = n % 2 === 0 ? await start() : undefined;
      const message = { name: 'paid', correlationKey: businessKey, ttlMs: 60_000, id: `m-${n}` };
      const send = async (spine: Spine, late: number) => {
        await turns(late);
        return spine.process.correlator.send(message, 'eli');
      };
      const answers = await Promise.all([send(one, 0), send(two, n % 15)]);
      expect(answers.filter(({ delivered, buffered }) => delivered > 0 || buffered)).toHaveLength(1);
      await expectOneDelivery(one, before ?? (await start()));
      expect(await two.process.correlator.send(message, 'eli')).toEqual({ delivered: 0, buffered: false, started: [] });
    }
  });

  it('bring a message to an instance that the other has moved to where it waits', async () => {
    const asked = {
      key: 'asked',
      nodes: [
        { id: 'start', type: 'start', next: 'ask' },
        { id: 'ask', type: 'userTask', role: 'operator', next: 'answer' },
        { id: 'answer', type: 'messageCatch', message: 'paid', next: 'end' },
        { id: 'end', type: 'end' },
      ],
    };
    await using opened = await openPair([asked]);
    const [one, two] = opened.pair;
    for (let n = 0; n < 10; n++) {
      const businessKey = `order-${n}`;
      const id = await one.process.engine.start({ definition: 'asked', businessKey }, 'eli');
      const [task] = await two.tasks.list({ limit: 1 });
      await two.tasks.complete(task?.id as JobId, { id: 'olga', roles: ROLES }, { outcome: 'done' });
      const answer = await one.process.correlator.send({ name: 'paid', correlationKey: businessKey }, 'eli');
      expect([n, answer]).toEqual([n, { delivered: 1, buffered: false, started: [] }]);
      expect((await one.process.queries.instance(id)).status).toBe('completed');
    }
  });

  it('start one instance when each takes in one of the firings at the same moment', { timeout: 120_000 }, async () => {
    await using opened = await openPair([DEFECT]);
    const [one, two] = opened.pair;
    for (let n = 0; n < 100; n++) {
      const device = `press-${n}`;
      const take = async (spine: Spine, criterion: string, late: number) => {
        await turns(late);
        return spine.process.firings.take(firing(criterion, device));
      };
      const late = n % 5;
      const started = await Promise.all([take(one, 'A', n < 50 ? late : 0), take(two, 'B', n < 50 ? 0 : late)]);
      const ids = started.flat();
      expect([n, ids]).toEqual([n, [expect.any(Number)]]);
      const instance = await one.process.queries.instance(ids[0] as InstanceId);
      expect(instance.state.scopes[0]?.variables.evidence).toHaveLength(2);
      expect(instance.state.tokens.map(({ node }) => node)).toEqual(['operator']);
    }
    expect(await one.store.select(firingFamily, { limit: 10 })).toEqual([]);
    expect(await one.process.queries.instances({ limit: 1_000 })).toHaveLength(100);
  });

  it('take in a firing once when both get it', { timeout: 120_000 }, async () => {
    await using opened = await openPair([DEFECT]);
    const [one, two] = opened.pair;
    const both = (criterion: string, device: string) =>
      Promise.all([one, two].map(({ process }) => process.firings.take(firing(criterion, device))));
    for (let n = 0; n < 30; n++) {
      await both('A', `press-${n}`);
      const [id] = (await both('B', `press-${n}`)).flat();
      const { state } = await one.process.queries.instance(id as InstanceId);
      expect(state.scopes[0]?.variables.evidence).toHaveLength(2);
    }
    expect(await one.process.queries.instances({ limit: 1_000 })).toHaveLength(30);
  });

  it('bring every called instance back to its caller, however many return at the same moment', {
    timeout: 60_000,
  }, async () => {
    const crowd = {
      key: 'crowd',
      nodes: [
        {
          id: 'all',
          type: 'callActivity',
          process: 'one',
          multiInstance: { cardinality: String(CALLED) },
          next: 'end',
        },
        { id: 'end', type: 'end' },
      ],
    };
    await using opened = await openPair([{ key: 'one', nodes: [{ id: 'pass', type: 'task' }] }, crowd]);
    const [one, other] = opened.pair;
    const ids = await Promise.all(
      [one, other].map(({ process }) => process.engine.start({ definition: 'crowd' }, 'dana')),
    );
    const { queries } = other.process;
    const statuses = async () => Promise.all(ids.map(async (id) => (await queries.instance(id)).state.status));
    await expect.poll(statuses, { timeout: 40_000 }).toEqual(['completed', 'completed']);
    for (const id of ids) await checkHistory(queries, await queries.instance(id));
    expect(await queries.instances({ definition: 'one', limit: 1_000 })).toHaveLength(2 * CALLED);
    expect(await queries.incidents({ limit: 10 })).toEqual([]);
  });
});

/** Of the process that waits twice. */
async function expectOneDelivery(
  { process: { queries }, store }: Spine,
  id: InstanceId,
  commands: readonly string[] = ['start', 'message'],
): Promise<void> {
  const instance = await queries.instance(id);
  const history = await checkHistory(queries, instance);
  expect([instance.businessKey, history.map(({ command }) => command.type)]).toEqual([instance.businessKey, commands]);
  expect(instance.state.tokens.map(({ node }) => node)).toEqual(['second']);
  expect(await store.select(messageFamily, { limit: 10 })).toEqual([]);
}

/**
 * Completes it through one engine, or through both at the same moment. However many try, one is told that it is done and
 * all others with what outcome.
 */
async function complete(
  pair: Pair,
  { id, outcomes, random }: { readonly id: JobId; readonly outcomes: readonly string[]; readonly random: Random },
): Promise<number> {
  const through = random() < 0.5 ? pair : [oneOf(pair, random)];
  const answers = await Promise.allSettled(
    through.map(async ({ tasks }) => {
      const outcome = outcomes[Math.floor(random() * outcomes.length)] ?? '';
      await turns(Math.floor(random() * 4));
      await tasks.complete(id, { id: 'olga', roles: ROLES }, { outcome, comment: 'as seen' });
    }),
  );
  const { outcome, state } = await pair[0].tasks.get(id);
  expect(state).toBe('done');
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  for (const reason of refused) {
    expect(reason).toMatchObject({ code: 'task.already-done', details: { recordedOutcome: outcome } });
  }
  return answers.length - refused.length;
}
