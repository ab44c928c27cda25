/**
 * From a machine that stands still to the label of the anomaly, through whole servers: the analysis of a service finds the
 * stoppage, the criterion fires, one process starts, a person decides. A server that is killed between the commit of the
 * analysis and the publishing of the firing has lost nothing, and one that publishes it twice starts nothing twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import { compose } from '../../src/app/compose.ts';
import { openStore } from '../../src/app/open-store.ts';
import { SERVE_ROLES } from '../../src/edge/cli/commands/server.ts';
import { taskFamily } from '../../src/jobs/task.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { type JobId, openIds } from '../../src/kernel/ids.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { anomalyFamily } from '../../src/measurements/anomaly/anomaly.ts';
import { type Measurements, openMeasurements } from '../../src/measurements/open-measurements.ts';
import { FIRED_TOPIC, parseFiring } from '../../src/process/engine/firing-message.ts';
import type { Family } from '../../src/store/family.ts';
import { measurementFeed } from '../../src/store/feed.ts';
import { measurementOutbox } from '../../src/store/outbox.ts';
import type { Store } from '../../src/store/store.ts';
import { freshDatabase } from '../fresh-database.ts';
import { withoutPostgres } from '../fresh-postgres.ts';

const MINUTE_MS = 60_000;
const by = { actor: 'test' };
const STOPPAGE = {
  key: 'stoppage',
  start: { criteria: ['stopped'], mode: 'any', within: '1h' },
  nodes: [
    { id: 'fired', type: 'criterion', criterion: 'stopped', next: 'see' },
    {
      ...{ id: 'see', type: 'userTask', role: 'operator', outcomes: ['confirmed', 'rejected'] },
      apply: ['anomaly.label'],
    },
  ],
};

/** Somewhere for servers to run one after another. */
async function openPlace(kind: 'sqlite' | 'postgres') {
  const data = mkdtempSync(join(tmpdir(), 'millrace-stoppage-'));
  const database = kind === 'postgres' ? await freshDatabase() : undefined;
  const open = () => openStore({ store: database?.url ?? 'sqlite', data }, { clock: systemClock, log: silentLog });
  return {
    open,
    [Symbol.asyncDispose]: async () => {
      await database?.[Symbol.asyncDispose]();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function openServer(open: () => Promise<Store>) {
  const stop = new ServiceStack();
  const store = await open();
  stop.defer(() => store.close());
  const broker = openMemoryBroker({ clock: systemClock, log: silentLog });
  stop.defer(() => broker.close());
  const services = await compose({
    ...{ store, broker, clock: systemClock, random: Math.random, log: silentLog, timeZone: 'UTC', mailer: undefined },
    ...{ roles: SERVE_ROLES.filter((role) => role !== 'analysis'), name: 'line' },
    info: { version: 'test', plant: 'none', simulated: false, auth: 'off' },
    publicUrl: () => 'http://localhost',
  });
  stop.use(services.stop);
  return { store, broker, services, [Symbol.asyncDispose]: () => stop.close() };
}

/** A press that stands still since twenty minutes ago. */
async function standStill(measurements: Measurements): Promise<void> {
  const device = { id: 'press-1', service: 'brick-production', expectedIntervalMs: MINUTE_MS, idealCycleMs: 600 };
  await measurements.devices.create(device, by);
  await measurements.criteria.create(
    { device: 'press-1', name: 'stopped', settings: { signal: { anomaly: 'stoppage', minSeverity: 'major' } } },
    by,
  );
  const begun = systemClock.now() - 40 * MINUTE_MS;
  const rows = Array.from({ length: 41 }, (_, minute) => ({
    device: 'press-1',
    ts: begun + minute * MINUTE_MS,
    values: { count: Math.min(minute, 20) * 100, errors: 0 },
  }));
  await measurements.ingest(rows, { mode: 'live', ...by });
  await measurements.analyses.run({ device: 'press-1', trigger: 'command', actor: 'test' });
}

/** Looks again after each commit of what may have changed it. */
async function until<Found>(store: Store, look: () => Promise<Found | undefined>): Promise<Found> {
  const families: readonly Family[] = [taskFamily, anomalyFamily];
  for (;;) {
    const unlisten: (() => void)[] = [];
    const changed = new Promise<void>((resolve) => {
      for (const family of families) unlisten.push(store.onCommit(family, resolve));
    });
    const found = await look();
    if (found === undefined) await changed;
    for (const end of unlisten) end();
    if (found !== undefined) return found;
  }
}

describe.each(['sqlite', 'postgres'] as const)('on %s, a stoppage', (kind) => {
  const test = it.skipIf(kind === 'postgres' && withoutPostgres);

  test('starts one process after a kill between commit and publishing, and gets the label that a person decides', async () => {
    await using place = await openPlace(kind);
    {
      await using before = await openServer(place.open);
      await before.services.process.definitions.deploy(STOPPAGE, 'test');
    }
    // The server that analyses dies before its relay publishes: the firing is in the store and nowhere else.
    const dying = await place.open();
    const nextId = await openIds((size) => dying.reserveIds(size));
    const parts = { store: dying, clock: systemClock, nextId, timeZone: 'UTC', log: silentLog };
    await standStill(openMeasurements(parts));
    const [fired, ...more] = (await dying.select(measurementOutbox, { limit: 10 })).filter(({ routingKey }) =>
      routingKey.endsWith('criterion.fired'),
    );
    expect(more).toEqual([]);
    await dying.close();

    await using server = await openServer(place.open);
    const { store, services } = server;
    const { process, tasks, measurements } = services;
    const task = await until(store, async () => (await store.select(taskFamily, { limit: 10 }))[0]);
    const actor = { id: 'dana', roles: ['operator'] };
    await tasks.take(task.id as JobId, actor);
    await tasks.complete(task.id as JobId, actor, { outcome: 'confirmed' });
    const labelled = await until(store, async () => {
      const rows = await store.select(anomalyFamily, { where: { device: 'press-1' }, limit: 10 });
      return rows.find(({ label }) => label !== null);
    });
    expect(labelled).toMatchObject({ detector: 'stoppage', label: 'confirmed' });

    // The process is over. Neither the same firing, published again by a server that did not hear of the first time, nor a
    // new analysis of the same readings starts another one.
    expect(await process.firings.take(parseFiring(JSON.parse(fired?.body ?? '')))).toEqual([]);
    await measurements.analyses.run({ device: 'press-1', trigger: 'command', actor: 'test', isAnew: true });
    const told = await store.select(measurementFeed, { where: { topic: FIRED_TOPIC }, limit: 10 });
    expect(told).toHaveLength(1);
    expect(await store.select(taskFamily, { limit: 10 })).toHaveLength(1);
  });
});
