/** What the analytics of a definition say, held against a count of its histories, on every store that servers run on. */
import { describe, expect, it } from 'vitest';
import { stores } from '../../../test/process/on-stores.ts';
import { walksOf } from '../../app/housekeeping.ts';
import type { Spine } from '../../app/spine.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import type { Store } from '../../store/store.ts';
import { type Analytics, type AnalyticsRequest, readAnalytics } from './analytics.ts';
import { CondenseTallies } from './condense-tallies.ts';
import { BUCKET_ERROR } from './duration-buckets.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Half an hour before midnight. */
const START = Date.UTC(2026, 0, 14, 23, 30);
const ana = { id: 'ana', roles: ['operator'] };
const eli = { id: 'eli', roles: ['engineer'] };
const nodes = (role = 'engineer') => [
  { id: 'start', type: 'start', next: 'look' },
  {
    ...{ id: 'look', type: 'userTask', role: 'operator', outcomes: ['good', 'bad'] },
    next: { good: 'end', bad: 'both' },
  },
  { id: 'both', type: 'parallelGateway', next: ['mend', 'told'] },
  { id: 'mend', type: 'userTask', role, next: 'join' },
  { id: 'told', type: 'receiveTask', message: 'told', next: 'join' },
  { id: 'join', type: 'parallelGateway', next: 'end' },
  { id: 'end', type: 'end' },
];
const definition = { key: 'check', nodes: nodes() };

type Stay = { readonly node: string; readonly since: number };
type Count = { begun: number; ended: number; outcomes: Record<string, number>; durations: number[] };

/** Counted from the histories, step by step. */
async function counted({ process: { queries } }: Spine, ids: readonly InstanceId[]): Promise<Map<string, Count>> {
  const counts = new Map<string, Count>();
  const of = (node: string): Count => {
    const count = counts.get(node) ?? { begun: 0, ended: 0, outcomes: {}, durations: [] };
    counts.set(node, count);
    return count;
  };
  for (const id of ids) {
    const stays = new Map<number, Stay>();
    const end = (token: number, at: number) => {
      const stay = stays.get(token);
      if (stay === undefined) return;
      stays.delete(token);
      of(stay.node).ended += 1;
      of(stay.node).durations.push(at - stay.since);
    };
    const begin = (token: number, node: string, since: number) => {
      stays.set(token, { node, since });
      of(node).begun += 1;
    };
    for (const { at, effects } of await queries.history(id)) {
      for (const effect of effects) {
        if (effect.type === 'appeared') begin(effect.token, effect.at, at);
        if (effect.type === 'moved') end(effect.token, at);
        if (effect.type === 'moved') begin(effect.token, effect.to, at);
        if (effect.type === 'vanished') end(effect.token, at);
        if (effect.type === 'ended') for (const token of [...stays.keys()]) end(token, at);
        if (effect.type !== 'completed') continue;
        const { outcomes } = of(effect.node);
        outcomes[effect.outcome] = (outcomes[effect.outcome] ?? 0) + 1;
      }
    }
  }
  return counts;
}

type App = Awaited<ReturnType<typeof openApp>>;

async function openApp(open: (typeof stores)[number]['open']) {
  const clock = new VirtualClock(START);
  const opened = await open(clock);
  const { spine, store } = opened;
  await spine.process.definitions.deploy(definition, 'eli');
  const tokenAt = async (id: InstanceId, node: string) =>
    (await spine.process.queries.instance(id)).state.tokens.find((token) => token.node === node);
  return {
    ...{ clock, spine, store },
    another: () => opened.another(),
    start: () => spine.process.engine.start({ definition: 'check' }, 'ana'),
    task: async (id: InstanceId, node: string): Promise<JobId | undefined> => {
      const wait = (await tokenAt(id, node))?.wait;
      return wait?.for === 'task' ? wait.job : undefined;
    },
    read: (request: Partial<AnalyticsRequest> = {}): Promise<Analytics> =>
      readAnalytics({ store, definitions: spine.process.definitions }, { key: 'check', ...request }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** Instances go at random through the definition, by people who take their time. */
async function live(app: App, { seed, steps }: { readonly seed: number; readonly steps: number }) {
  const random = seededRandom(seed);
  const { spine, clock } = app;
  const ids: InstanceId[] = [];
  for (let step = 0; step < steps; step++) {
    await clock.advance(Math.floor(10 ** (random() * 6)));
    const id = ids[Math.floor(random() * ids.length)];
    const what = random();
    if (id === undefined || what < 0.25) {
      ids.push(await app.start());
      continue;
    }
    const look = await app.task(id, 'look');
    const mend = await app.task(id, 'mend');
    const { state } = await spine.process.queries.instance(id);
    if (what < 0.3 && state.status === 'active') await spine.process.engine.command(id, { type: 'cancel' }, 'eli');
    else if (what < 0.4 && look !== undefined) await spine.tasks.take(look, ana);
    else if (look !== undefined) await spine.tasks.complete(look, ana, { outcome: random() < 0.5 ? 'good' : 'bad' });
    else if (what < 0.7 && mend !== undefined) await spine.tasks.complete(mend, eli, { outcome: 'done' });
    else if (state.tokens.some(({ wait }) => wait.for === 'message')) {
      const command = { type: 'message', name: 'told', key: '', variables: {} } as const;
      const wait = state.tokens.find((token) => token.wait.for === 'message')?.wait;
      const key = wait?.for === 'message' ? wait.key : '';
      await spine.process.engine.command(id, { ...command, key }, 'ana');
    }
  }
  return ids;
}

const withoutDays = ({ days: _, definition: __, ...rest }: Analytics) => rest;

describe.each(stores.filter(({ isMissing }) => !isMissing))('analytics on $name', ({ open }) => {
  it.each([1, 2])('say what an independent count of the histories says (seed %i)', async (seed) => {
    await using app = await openApp(open);
    const ids = await live(app, { seed, steps: 120 });
    const counts = await counted(app.spine, ids);
    const { steps, instances, days } = await app.read();
    for (const { node, begun, ended, active, outcomes, durations, interrupted } of steps) {
      const count = counts.get(node) ?? { begun: 0, ended: 0, outcomes: {}, durations: [] };
      expect({ node, begun, ended, active }).toEqual({
        node,
        begun: count.begun,
        ended: count.ended,
        active: count.begun - count.ended,
      });
      expect(Object.fromEntries(outcomes.map((each) => [each.outcome, each.count]))).toEqual(count.outcomes);
      const told = Object.values(count.outcomes).reduce((sum, each) => sum + each, 0);
      if (node === 'look') expect(interrupted).toBe(ended - told);
      const sorted = count.durations.sort((one, other) => one - other);
      if (durations === undefined) expect(sorted).toEqual([]);
      else {
        expect(durations.mean).toBeCloseTo(sorted.reduce((sum, each) => sum + each, 0) / sorted.length);
        const within = (found: number, share: number) => {
          const exact = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * BUCKET_ERROR + 1);
        };
        within(durations.p50, 0.5);
        within(durations.p90, 0.9);
        within(durations.longest, 1);
      }
    }
    const views = await Promise.all(ids.map((id) => app.spine.process.queries.instance(id)));
    const inStatus = (status: string) => views.filter((view) => view.status === status).length;
    expect(instances).toMatchObject({
      started: ids.length,
      completed: inStatus('completed'),
      cancelled: inStatus('cancelled'),
      active: inStatus('active'),
    });
    expect(days.reduce((sum, { started }) => sum + started, 0)).toBe(ids.length);
  });

  it('tell how long a task waited for somebody, and how long that person had it', async () => {
    await using app = await openApp(open);
    const id = await app.start();
    await app.clock.advance(30 * MINUTE);
    const look = (await app.task(id, 'look')) as JobId;
    await app.spine.tasks.take(look, ana);
    await app.clock.advance(10 * MINUTE);
    await app.spine.tasks.complete(look, ana, { outcome: 'good' });
    const { steps, instances } = await app.read();
    const step = steps.find(({ node }) => node === 'look');
    expect(step).toMatchObject({ split: { waitingMs: 30 * MINUTE, workMs: 10 * MINUTE }, share: 1 });
    expect(instances.durations?.longest).toBe(40 * MINUTE);
  });

  it('follow an instance to another version', async () => {
    await using app = await openApp(open);
    const id = await app.start();
    await app.spine.process.definitions.deploy({ key: 'check', nodes: nodes('operator') }, 'eli');
    await app.clock.advance(MINUTE);
    await app.spine.process.engine.migrate(id, {}, 'eli');
    await app.clock.advance(MINUTE);
    const look = (await app.task(id, 'look')) as JobId;
    expect((await app.read({ version: 1 })).instances).toMatchObject({ started: 1, active: 0 });
    expect((await app.read({ version: 2 })).steps.find(({ node }) => node === 'look')).toMatchObject({ active: 1 });
    await app.spine.tasks.complete(look, ana, { outcome: 'good' });
    const { instances } = await app.read({ version: 2 });
    expect(instances).toMatchObject({ completed: 1, active: 0, durations: { mean: 2 * MINUTE } });
  });

  it('stay as they are when histories are forgotten and old days are summed up', async () => {
    await using app = await openApp(open);
    await live(app, { seed: 4, steps: 60 });
    await app.clock.advance(30 * MINUTE);
    await live(app, { seed: 5, steps: 60 });
    const before = await app.read();
    const later: Store = Object.create(app.store, { now: { value: () => app.clock.now() + 200 * DAY } });
    for (const walk of walksOf(later, { keepMs: DAY, keepBytes: 0 }))
      for (let isMore = true; isMore; ) isMore = await walk.round();
    const walk = new CondenseTallies(later);
    for (let isMore = true; isMore; ) isMore = await walk.round();
    const after = await app.read();
    expect(before.days.length).toBeGreaterThan(1);
    expect(after.days.map(({ at }) => at)).toEqual([Date.UTC(2026, 0, 1)]);
    expect(withoutDays(after)).toEqual({ ...withoutDays(before), since: Date.UTC(2026, 0, 1) });
  });

  it('count once what two servers do at the same moment', async () => {
    await using app = await openApp(open);
    const other = await app.another();
    const ids = await Promise.all(Array.from({ length: 20 }, () => app.start()));
    for (const id of ids) {
      const look = (await app.task(id, 'look')) as JobId;
      const answers = await Promise.allSettled(
        [app.spine, other].map(({ tasks }) => tasks.complete(look, ana, { outcome: 'good' })),
      );
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
    const { steps, instances } = await app.read();
    expect(instances).toMatchObject({ started: 20, completed: 20, active: 0 });
    expect(steps.find(({ node }) => node === 'look')).toMatchObject({ begun: 20, ended: 20, active: 0 });
    expect(steps.find(({ node }) => node === 'end')).toMatchObject({ begun: 20, ended: 20, active: 0 });
  });
});
