/** Deliveries that come twice, late, in another order, or to somebody who cannot take them: carried by hand, one by one. */
import { describe, expect, it } from 'vitest';
import { families } from '../../app/families.ts';
import { openSpine } from '../../app/spine.ts';
import type { OfferedJob } from '../../jobs/desk.ts';
import type { JobContext } from '../../jobs/worker.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { silentLog } from '../../kernel/log.ts';
import { seededRandom } from '../../kernel/random.ts';
import { ModelDisk, openModelStore } from '../../testing/model-store.ts';
import { DELIVERY_KIND, type Delivery } from '../core/action.ts';
import { mayPass, throwFirst } from './refusal.ts';

async function open(...sources: readonly object[]) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = openModelStore({ disk: new ModelDisk(), families, clock });
  const parts = { store, clock, random: seededRandom(1), log: silentLog, worker: 'test', isEngine: false };
  const spine = await openSpine(parts);
  const { engine, queries, definitions, deliveries } = spine.process;
  for (const source of sources) await definitions.deploy(source, 'eli');
  const start = (definition: string, variables = {}) =>
    engine.start({ definition, businessKey: 'k', variables }, 'dana');
  return {
    ...spine.process,
    start,
    /** Deliveries on their way, as whoever carries them holds them. */
    claim: () => spine.jobs.claim({ kinds: [DELIVERY_KIND], limit: 100, leaseMs: 60_000, worker: 'carrier' }),
    carry: (job: OfferedJob) => deliveries.carry(contextOf(job)),
    /** Carries it, and its job has ended. */
    arrive: async (job: OfferedJob) => {
      const settlement = await deliveries.carry(contextOf(job));
      await spine.jobs.settle('carrier', [{ id: job.id, epoch: job.epoch, settlement }]);
      return settlement;
    },
    fail: (job: OfferedJob) =>
      spine.jobs.settle('carrier', [
        { id: job.id, epoch: job.epoch, settlement: { kind: 'discard', reason: 'it was lost' } },
      ]),
    where: async (id: InstanceId) => {
      const { state } = await queries.instance(id);
      return state.status === 'active' ? state.tokens.map(({ node, wait }) => `${node} ${wait.for}`) : state.status;
    },
    of: async (definition: string) => (await queries.instances({ definition, limit: 100 })).reverse(),
    [Symbol.asyncDispose]: async () => {
      await spine.close();
      await store.close();
    },
  };
}
type App = Awaited<ReturnType<typeof open>>;

const contextOf = ({ id, kind, payload }: OfferedJob): JobContext => ({
  ...{ id, kind, payload, attempt: 1, key: null, owner: undefined },
  signal: new AbortController().signal,
  report: () => {},
});
const deliveryOf = ({ payload }: OfferedJob) => (payload as { readonly delivery: Delivery }).delivery;

/** Starts the caller and what it calls; answers its number and what the called instance sends. */
async function called(app: App, caller: string): Promise<{ id: InstanceId; sent: OfferedJob[] }> {
  const id = await app.start(caller);
  for (const job of await app.claim()) await app.arrive(job);
  return { id, sent: await app.claim() };
}

const task = (id: string) => ({ id, type: 'userTask', role: 'operator' });
const calls = (key: string, process: string, rest = {}) => ({
  key,
  nodes: [
    { id: 'start', type: 'start', next: 'call' },
    { id: 'call', type: 'callActivity', process, next: 'after', ...rest },
    ...('boundary' in rest ? [task('look')] : []),
    task('after'),
  ],
});
const listening = {
  boundary: [{ id: 'heard', escalation: 'late', interrupting: false, next: 'look' }],
};
const hasty = {
  key: 'hasty',
  nodes: [
    { id: 'cry', type: 'throw', escalation: 'late', next: 'over' },
    { id: 'over', type: 'end' },
  ],
};

describe('an escalation to the instance that called', () => {
  it('is heard once, however often it comes', async () => {
    await using app = await open(
      { ...hasty, nodes: [{ ...hasty.nodes[0], next: 'work' }, task('work')] },
      calls('caller', 'hasty', listening),
    );
    const { id, sent } = await called(app, 'caller');
    for (const job of [...sent, ...sent]) await app.carry(job);
    expect(await app.where(id)).toEqual(['call call', 'look task']);
  });

  it('arrives before the end that follows it', async () => {
    await using app = await open(hasty, calls('caller', 'hasty', listening));
    const { id, sent } = await called(app, 'caller');
    const [escalation, end] = sent as [OfferedJob, OfferedJob];
    expect(deliveryOf(end)).toMatchObject({ result: { kind: 'done' }, after: escalation.id });
    expect(await app.carry(end)).toMatchObject({ kind: 'snooze' });
    expect(await app.where(id)).toEqual(['call call']);
    await app.arrive(escalation);
    await app.arrive(end);
    expect(await app.where(id)).toEqual(['after task', 'look task']);
  });

  it('goes on to the one that called that one, where nothing catches it', async () => {
    await using app = await open(hasty, calls('middle', 'hasty'), calls('caller', 'middle', listening));
    const id = await app.start('caller');
    for (let jobs = await app.claim(); jobs.length > 0; jobs = await app.claim()) {
      for (const job of jobs) await app.arrive(job);
    }
    expect(await app.where(id)).toEqual(['call call', 'look task']);
  });
});

describe('a call', () => {
  it('whose start was given up leaves no instance behind, whether it had begun or not', async () => {
    await using app = await open({ key: 'called', nodes: [task('work')] }, calls('caller', 'called'));
    for (const hasBegun of [true, false]) {
      const id = await app.start('caller');
      const start = (await app.claim()).find((job) => deliveryOf(job).to === 'child') as OfferedJob;
      if (hasBegun) await app.carry(start);
      await app.fail(start);
      expect(await app.where(id)).toEqual(['call help']);
      for (const job of await app.claim()) await app.arrive(job);
      await app.carry(start);
      expect((await app.of('called')).filter(({ status }) => status === 'active')).toEqual([]);
    }
  });

  it('is an incident when what it brings is too large', async () => {
    await using app = await open({ key: 'called', nodes: [{ id: 'pass', type: 'task' }] }, calls('caller', 'called'));
    const { id, sent } = await called(app, 'caller');
    const [end] = sent as [OfferedJob];
    const delivery = { ...deliveryOf(end), result: { kind: 'done', variables: { blob: 'x'.repeat(1_100_000) } } };
    await app.arrive({ ...end, payload: { ...(end.payload as object), delivery } });
    expect(await app.where(id)).toEqual(['call help']);
    const [incident] = await app.queries.incidents({ instance: id, limit: 10 });
    expect(incident).toMatchObject({ code: 'process.call-failed', message: expect.stringContaining('bytes') });
  });
});

describe('a receiver that cannot take what comes', () => {
  const waits = (what: object) => ({
    key: 'waits',
    nodes: [{ id: 'w', type: 'catch', ...what, next: 'after' }, task('after')],
  });
  const blob = { blob: 'x'.repeat(900_000) };
  const brings = { news: 'x'.repeat(200_000) };

  it('keeps a signal from nobody else', async () => {
    const starts = { key: 'starts', nodes: [{ id: 's', type: 'start', signal: 'go', next: 'work' }, task('work')] };
    await using app = await open(waits({ signal: 'go' }), starts);
    const ids = [await app.start('waits', blob), await app.start('waits')];
    await app.deliveries.send({ to: 'signal', name: 'go', variables: brings });
    for (const job of await app.claim()) expect(await app.carry(job)).toMatchObject({ kind: 'discard' });
    expect(await Promise.all(ids.map((id) => app.where(id)))).toEqual([['w signal'], ['after task']]);
    expect(await app.of('starts')).toHaveLength(1);
  });

  it('keeps a message from nobody else', async () => {
    await using app = await open(waits({ message: 'go' }));
    const ids = [await app.start('waits', blob), await app.start('waits')];
    const message = { name: 'go', correlationKey: 'k', variables: brings, id: 'm1' };
    for (const _ of [1, 2]) {
      await expect(app.correlator.send(message, 'dana')).rejects.toMatchObject({ code: 'process.variables-too-large' });
      expect(await Promise.all(ids.map((id) => app.where(id)))).toEqual([['w message'], ['after task']]);
    }
  });
});

describe('a delivery that fails', () => {
  const refused = new MillraceError('process.unknown-definition', { key: 'x' });
  const conflict = new MillraceError('store.conflict', { subject: 'x', attempts: 5 });

  it('is tried again when others were faster, or the store was busy', () => {
    expect([refused, conflict, new MillraceError('store.closed'), new Error('x')].map(mayPass)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('tells of what may pass before it tells of what may not', () => {
    expect(() => throwFirst([])).not.toThrow();
    expect(() => throwFirst([refused])).toThrow(refused);
    expect(() => throwFirst([refused, conflict])).toThrow(conflict);
  });
});
