/** Past instances run by a definition again, on every store that servers run on. */
import { describe, expect, it } from 'vitest';
import { stores } from '../../../test/process/on-stores.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import { plantFeed } from '../../store/feed.ts';
import { instanceFamily } from '../engine/families.ts';
import { tallyFamily } from '../engine/tally-family.ts';
import type { DefinitionSimulationRequest } from './simulate.ts';

const START = Date.UTC(2026, 0, 14, 8);
const ana = { id: 'ana', roles: ['operator'] };
const eli = { id: 'eli', roles: ['engineer'] };

/** A look, by its outcome and an amount to three ways; a reminder beside one task, a deadline on another. */
const source = (limit = '100', change: Record<string, object> = {}) => ({
  key: 'check',
  nodes: [
    { id: 'start', type: 'start', next: 'look' },
    {
      ...{ id: 'look', type: 'userTask', role: 'operator', outcomes: ['good', 'bad', 'again'] },
      next: { good: 'size', bad: 'both', again: 'look' },
    },
    {
      ...{ id: 'size', type: 'exclusiveGateway' },
      next: [
        { to: 'large', when: `amount > ${limit}` },
        { to: 'small', default: true },
      ],
    },
    { id: 'both', type: 'parallelGateway', next: ['mend', 'told'] },
    {
      ...{ id: 'mend', type: 'userTask', role: 'engineer', next: 'join' },
      boundary: [
        { id: 'late', timer: '2h', next: 'given-up' },
        { id: 'reminded', timer: '30m', interrupting: false, next: 'noted' },
      ],
    },
    { id: 'noted', type: 'end' },
    { id: 'told', type: 'receiveTask', message: 'told', next: 'join' },
    { id: 'join', type: 'parallelGateway', next: 'repaired' },
    { id: 'given-up', type: 'end', terminate: true },
    { id: 'repaired', type: 'end' },
    { id: 'large', type: 'end' },
    { id: 'small', type: 'end' },
  ].map((node) => ({ ...node, ...change[node.id] })),
});

type Opened = Awaited<ReturnType<typeof openApp>>;

async function openApp(open: (typeof stores)[number]['open']) {
  const clock = new VirtualClock(START);
  const opened = await open(clock);
  const { spine, store } = opened;
  await spine.process.definitions.deploy(source(), 'eli');
  return {
    ...{ clock, spine, store },
    stateOf: async (id: InstanceId) => (await spine.process.queries.instance(id)).state,
    simulate: (request: Partial<DefinitionSimulationRequest> = {}) =>
      spine.process.simulate({ proposed: { key: 'check' }, ...request }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** Answers whatever of an instance waits, at random. */
async function answer(app: Opened, id: InstanceId, random: () => number) {
  const { spine } = app;
  const { tokens } = await app.stateOf(id);
  const token = tokens[Math.floor(random() * tokens.length)];
  const wait = token?.wait;
  if (wait?.for === 'message')
    return spine.process.engine.command(
      id,
      { type: 'message', name: wait.name, key: wait.key, variables: { note: random() } },
      'ana',
    );
  if (wait?.for !== 'task') return;
  const at = random();
  if (token?.node === 'mend') return spine.tasks.complete(wait.job, eli, { outcome: 'done' });
  const outcome = at < 0.4 ? 'good' : at < 0.8 ? 'bad' : 'again';
  return spine.tasks.complete(wait.job, ana, { outcome, variables: { amount: Math.floor(random() * 200) } });
}

/** Some instances live at random, until all have ended. */
async function live(app: Opened, { seed, count }: { readonly seed: number; readonly count: number }) {
  const random = seededRandom(seed);
  const { spine, clock } = app;
  const ids: InstanceId[] = [];
  for (let round = 0; round < 2_000; round++) {
    await clock.advance(Math.floor(random() * 20 * 60_000));
    if (ids.length < count && random() < 0.5)
      ids.push(await spine.process.engine.start({ definition: 'check' }, 'ana'));
    const states = await Promise.all(ids.map((id) => app.stateOf(id)));
    const active = ids.filter((_, place) => states[place]?.status === 'active');
    if (active.length === 0 && ids.length === count) return ids;
    const id = active[Math.floor(random() * active.length)];
    if (id === undefined) continue;
    if (random() < 0.03) await spine.process.engine.command(id, { type: 'cancel' }, 'eli');
    else
      await answer(app, id, random).catch((error: unknown) => {
        // A timer was quicker.
        if (!isMillraceError(error, 'task.already-done')) throw error;
      });
  }
  throw new Error('they did not end');
}

describe.each(stores.filter(({ isMissing }) => !isMissing))('a simulated definition on $name', ({ open }) => {
  it.each([1, 2])('that is the same takes each instance its own way again (seed %i)', async (seed) => {
    await using app = await openApp(open);
    const ids = await live(app, { seed, count: 25 });
    const found = await app.simulate();
    expect(found.examples).toEqual([]);
    expect(found).toMatchObject({
      instances: ids.length,
      differ: 0,
      endOtherwise: 0,
      stuck: 0,
      looped: 0,
      guessed: {},
    });
    expect(found.ends.proposed).toEqual(found.ends.past);
    expect(found.medianMs.proposed).toBe(found.medianMs.past);
    for (const { past, proposed } of found.steps) expect(proposed).toEqual(past);
    expect(found.completed).toBeGreaterThan(10);
  });

  it('moves by a changed condition exactly those that it concerns', async () => {
    await using app = await openApp(open);
    await live(app, { seed: 3, count: 25 });
    const views = await app.spine.process.queries.instances({ definition: 'check', limit: 100 });
    const amounts = await Promise.all(
      views.map(async ({ id, state }) => ({
        id,
        amount: Number(state.scopes[0]?.variables.amount),
        isGood: (await app.spine.process.queries.history(id as InstanceId)).some(({ effects }) =>
          effects.some((effect) => effect.type === 'completed' && effect.outcome === 'good'),
        ),
      })),
    );
    const moved = amounts.filter(({ amount, isGood }) => isGood && amount > 50 && amount <= 100).map(({ id }) => id);
    const found = await app.simulate({ proposed: { source: source('50') } });
    expect(found.examples.map(({ instance }) => instance).sort()).toEqual(moved.sort());
    expect(found).toMatchObject({ differ: moved.length, endOtherwise: moved.length, version: undefined });
    expect(moved.length).toBeGreaterThan(0);
    for (const { past, proposed } of found.examples) expect([past.ends, proposed.ends]).toEqual([['small'], ['large']]);
  });

  it('writes nothing', async () => {
    await using app = await openApp(open);
    await live(app, { seed: 4, count: 5 });
    const rows = async () => [
      await app.store.select(plantFeed, { order: ['-id'], limit: 1 }),
      await app.store.select(instanceFamily, { order: ['id'], limit: 100 }),
      await app.store.select(tallyFamily, { limit: 1_000 }),
    ];
    const before = await rows();
    await app.simulate({ proposed: { source: source('1') } });
    expect(await rows()).toEqual(before);
    await expect(app.spine.process.definitions.source('check', 2)).rejects.toMatchObject({
      code: 'process.unknown-definition',
    });
  });
});
