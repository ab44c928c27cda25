/**
 * A process from nothing, by the API alone: criteria, recipients, five steps. It runs; then whom a mail goes to and a limit
 * are changed, without a new version, and what is under way follows. On PostgreSQL the changes are made at another server.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import { compose } from '../../src/app/compose.ts';
import { openStore } from '../../src/app/open-store.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { SERVE_ROLES, type ServeRole } from '../../src/edge/cli/commands/server.ts';
import { buildHttpServer } from '../../src/edge/http/server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { definitionSettingsFamily, instanceFamily } from '../../src/process/engine/families.ts';
import { freshDatabase } from '../fresh-database.ts';
import { withoutPostgres } from '../fresh-postgres.ts';

/** One server on a store, and a client of it. */
async function openServer(
  { store: url, data, roles, name }: { store: string; data: string; roles: readonly ServeRole[]; name: string },
  stop: ServiceStack,
) {
  const store = await openStore({ store: url, data }, { clock: systemClock, log: silentLog });
  stop.defer(() => store.close());
  const broker = openMemoryBroker({ clock: systemClock, log: silentLog });
  stop.defer(() => broker.close());
  const services = await compose({
    ...{ store, broker, clock: systemClock, random: Math.random, log: silentLog, timeZone: 'UTC', roles, name },
    mailer: undefined,
    info: { version: 'test', plant: 'none', simulated: false, auth: 'off' },
    publicUrl: () => 'http://localhost',
  });
  stop.use(services.stop);
  const http = await buildHttpServer(services, { auth: 'off' });
  stop.defer(() => http.close());
  return { store, client: createClient({ url: await http.listen({ port: 0, host: '127.0.0.1' }) }) };
}
type Server = Awaited<ReturnType<typeof openServer>>;

/** Two doors to the same plant: where the work is done, and where an engineer sits. */
async function openPlant(store: 'sqlite' | 'postgres') {
  const stop = new ServiceStack();
  const data = mkdtempSync(join(tmpdir(), 'millrace-story-'));
  stop.defer(async () => rmSync(data, { recursive: true, force: true }));
  const database = store === 'postgres' ? await freshDatabase() : undefined;
  stop.defer(async () => database?.[Symbol.asyncDispose]());
  const url = database?.url ?? 'sqlite';
  const line = await openServer({ store: url, data, roles: SERVE_ROLES, name: 'line' }, stop);
  const office = database && (await openServer({ store: url, data, roles: ['api'], name: 'office' }, stop));
  return { line, office: office ?? line, [Symbol.asyncDispose]: () => stop.close() };
}

/** What the look finds, as soon as it finds something; looks again after each commit of an instance. */
async function until<Found>({ store }: Server, look: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    let unlisten = (): void => {};
    const changed = new Promise<void>((resolve) => {
      unlisten = store.onCommit(instanceFamily, resolve);
    });
    const found = await look();
    if (found === undefined) await changed;
    unlisten();
    if (found !== undefined) return found;
  }
}

const DEFECT = {
  key: 'defect',
  start: { criteria: ['hot', 'loud'], mode: 'all', within: '6h' },
  nodes: [
    { id: 'hot', type: 'criterion', criterion: 'hot', next: 'both' },
    { id: 'loud', type: 'criterion', criterion: 'loud', next: 'both' },
    { id: 'both', type: 'parallelGateway', next: 'look' },
    { id: 'look', type: 'userTask', role: 'operator', next: 'tell' },
    { id: 'tell', type: 'mail', to: 'day-shift', subject: '{device}', text: 'It was looked at.', next: 'repair' },
    { id: 'repair', type: 'userTask', role: 'technologist', outcomes: ['repaired'], due: '8h' },
  ],
};

async function setUp(client: Client): Promise<void> {
  await client.devices.create({ id: 'press-9', fields: [{ name: 'temperature' }, { name: 'noise' }] });
  const limit = (field: string, value: number) => ({ signal: { field }, limit: value, direction: 'above' as const });
  await client.criteria.create({ device: 'press-9', name: 'hot', settings: limit('temperature', 80) });
  await client.criteria.create({ device: 'press-9', name: 'loud', settings: limit('noise', 90) });
  for (const shift of ['day-shift', 'night-shift']) {
    await client.recipients.create({ name: shift, members: [{ kind: 'address', value: `${shift}@plant.example` }] });
  }
  await client.definitions.deploy(DEFECT);
}

let minute = Date.now() - 3_600_000;
async function read(client: Client, temperature: number, noise: number): Promise<void> {
  minute += 60_000;
  await client.measurements.send([{ device: 'press-9', ts: minute, values: { temperature, noise } }]);
}

const taskAt = (server: Server, step: string) =>
  until(server, async () =>
    (await server.client.tasks.list({ state: 'offered' })).items.find((task) => task.step === step),
  );
const complete = async ({ client }: Server, id: string, outcome: string): Promise<void> => {
  await client.tasks.take(id);
  await client.tasks.complete(id, { outcome });
};
const receivers = async ({ client }: Server) => (await client.mails()).items.map(({ to }) => to[0]);

describe.each(['sqlite', 'postgres'] as const)('a process that was made by the API alone, on %s', (store) => {
  it.skipIf(store === 'postgres' && withoutPostgres)('follows what is changed of it while it runs', async () => {
    await using plant = await openPlant(store);
    const { line, office } = plant;
    await setUp(office.client);
    await read(line.client, 70, 80);
    await read(line.client, 85, 95);
    const looking = await taskAt(line, 'look');
    expect(looking).toMatchObject({ definition: 'defect', businessKey: 'press-9' });

    // While somebody looks, the mail is given another receiver, the repair less time, and the criterion another limit.
    let unlisten = (): void => {};
    const told = new Promise<void>((resolve) => {
      unlisten = line.store.onCommit(definitionSettingsFamily, resolve);
    });
    await office.client.definitions.set('defect', { tell: { to: 'night-shift' }, repair: { due: '2h' } });
    await office.client.criteria.change('press-9.hot', { limit: 100 });
    await told;
    unlisten();

    await complete(line, looking.id, 'done');
    const repair = await taskAt(line, 'repair');
    expect(await receivers(line)).toEqual(['night-shift@plant.example']);
    expect(Date.parse(repair.dueAt ?? '') - Date.parse(repair.createdAt)).toBe(2 * 3_600_000);
    await complete(line, repair.id, 'repaired');
    const [instance] = (await line.client.instances.list({ definition: 'defect' })).items;
    expect(instance).toMatchObject({ status: 'completed', version: 1 });

    // Too hot for the old limit, not for the new one.
    await read(line.client, 70, 80);
    await read(line.client, 95, 80);
    const hot = async () => (await line.client.criteria.list()).items.find(({ id }) => id === 'press-9.hot');
    expect(await hot()).toMatchObject({ state: { active: false } });
    await read(line.client, 105, 95);
    const again = await taskAt(line, 'look');
    await complete(line, again.id, 'done');
    await taskAt(line, 'repair');
    expect(await receivers(line)).toEqual(['night-shift@plant.example', 'night-shift@plant.example']);
    expect((await office.client.definitions.settingsHistory('defect')).items).toHaveLength(1);
  });
});
