import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Client, createClient } from '../client/client.ts';
import type { Task } from '../client/wire-process.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { EDGE_START, type EdgeServer, openEdgeServer } from '../testing/edge-server.ts';
import { type GroundTruth, groundTruth } from './ground-truth.ts';
import { type LivePlantOptions, startPlant } from './live.ts';
import { type DefinitionSource, setUpPlant } from './set-up.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
) as DefinitionSource;
const STEP_MS = 100;

type LivePlant = AsyncDisposable & {
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly truth: GroundTruth[];
  /** The rows that went over the line as history. */
  readonly imported: unknown[];
  /** Cuts the plant, and nobody else, off from the server. */
  cut(isCut: boolean): void;
  start(options?: Partial<LivePlantOptions>): ReturnType<typeof startPlant>;
};

async function openPlant(): Promise<LivePlant> {
  const server: EdgeServer = await openEdgeServer();
  const url = await server.http.listen({ host: '127.0.0.1', port: 0 });
  const token = server.tokens.administrator;
  const client = createClient({ url, token });
  await setUpPlant({ client, definition });
  const truth: GroundTruth[] = [];
  const line = { isCut: false };
  const imported: unknown[] = [];
  const overLine: typeof fetch = (address, request) => {
    if (line.isCut) return Promise.reject(new TypeError('the line is cut'));
    if (String(address).endsWith('mode=import')) imported.push(...(JSON.parse(String(request?.body)) as unknown[]));
    return fetch(address, request);
  };
  const { clock } = server;
  const plantClient = createClient({ url, token, fetch: overLine, wait: async () => {} });
  return {
    client,
    clock,
    truth,
    imported,
    cut: (isCut) => {
      line.isCut = isCut;
    },
    start: (options) =>
      startPlant({
        client: plantClient,
        clock,
        seed: 1,
        log: silentLog,
        writeTruth: async (written) => void truth.push(written),
        ...options,
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Lets time pass in small steps until there is something; undefined when the time is over. */
async function within<T>(clock: VirtualClock, ms: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const over = clock.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined || clock.now() >= over) return found;
    await clock.advance(STEP_MS);
  }
}

const seenAt = async (client: Client, device: string) =>
  Date.parse((await client.devices.get(device)).lastSeenAt ?? '');
const firstTask = async (client: Client, role: string): Promise<Task | undefined> =>
  (await client.tasks.list({ state: 'offered', role })).items[0];
const isLive = async (client: Client) => ((await seenAt(client, 'press-1')) > EDGE_START ? true : undefined);

describe('the live plant', () => {
  it('begins with six hours of history, which starts nothing, whatever had happened in it', async () => {
    await using plant = await openPlant();
    const past = { device: 'kiln-1', kind: 'lost-cooling' } as const;
    const hours = (count: number) => EDGE_START - count * 3_600_000;
    const truthBefore = groundTruth(1, [{ ...past, from: hours(2), to: hours(1.5) }]);
    await using _running = plant.start({ truthBefore });
    expect(await within(plant.clock, 10_000, () => isLive(plant.client))).toBe(true);
    const [from, to] = [hours(6), EDGE_START].map((at) => new Date(at).toISOString());
    const request = { field: 'temperature', from: from ?? '', to: to ?? '', points: 5_000 };
    const { points } = await plant.client.devices.series('kiln-1', request);
    expect(points.length).toBeGreaterThanOrEqual(2_159);
    const { items } = await plant.client.devices.anomalies('kiln-1');
    expect(items.map(({ detector }) => detector)).toEqual(expect.arrayContaining(['z-score', 'sudden-change']));
    await within(plant.clock, 5_000, async () => undefined);
    expect((await plant.client.instances.list()).items).toEqual([]);
  });

  it('brings a task within a minute, and ends the fault when the repair is confirmed', async () => {
    await using plant = await openPlant();
    await using _running = plant.start();
    const { client, clock, truth } = plant;
    await within(clock, 10_000, () => isLive(client));
    const begun = clock.now();
    const task = await within(clock, 60_000, () => firstTask(client, 'operator'));
    expect(task).toMatchObject({ businessKey: 'press-1', step: 'operator' });
    expect(clock.now() - begun).toBeLessThan(60_000);
    expect(truth.at(-1)?.faults).toMatchObject([{ device: 'press-1', kind: 'lost-cooling', isFault: true }]);

    await client.tasks.complete(task?.id ?? '', { outcome: 'confirmed' });
    const repair = await within(clock, 10_000, () => firstTask(client, 'technologist'));
    await client.tasks.complete(repair?.id ?? '', { outcome: 'repaired' });
    const repairedAt = clock.now();
    const ended = await within(clock, 15_000, async () => (truth.length > 1 ? truth.at(-1) : undefined));
    const to = Date.parse(ended?.faults[0]?.to ?? '');
    expect(to).toBeGreaterThanOrEqual(repairedAt - STEP_MS);
    expect(to).toBeLessThanOrEqual(clock.now());
  });

  it('waits for a server that does not answer, and then sends what was read meanwhile', async () => {
    await using plant = await openPlant();
    await using _running = plant.start();
    const { client, clock } = plant;
    await within(clock, 10_000, () => isLive(client));
    plant.cut(true);
    const before = await seenAt(client, 'press-2');
    await within(clock, 20_000, async () => undefined);
    expect(await seenAt(client, 'press-2')).toBeLessThanOrEqual(before + 2_000);
    plant.cut(false);
    const cutOff = before + 20_000;
    await within(clock, 30_000, async () => ((await seenAt(client, 'press-2')) >= cutOff ? true : undefined));
    const [from, to] = [before, cutOff].map((at) => new Date(at).toISOString());
    const request = { field: 'vibration', from: from ?? '', to: to ?? '', points: 1_000 };
    const { points } = await client.devices.series('press-2', request);
    expect(points.length).toBeGreaterThanOrEqual(10);
  });

  it('fills the time in which it did not run with history, and keeps the faults of the earlier run in the truth', async () => {
    await using plant = await openPlant();
    const { client, clock, truth } = plant;
    const first = plant.start();
    await within(clock, 40_000, async () => (truth.length > 0 ? true : undefined));
    await first.close();
    await first.close();
    await clock.advance(30 * 60_000);
    const stopped = await seenAt(client, 'press-1');
    const again = clock.now();
    plant.imported.length = 0;
    await using _second = plant.start({ truthBefore: JSON.parse(JSON.stringify(truth.at(-1))) });
    await within(clock, 40_000, async () => (truth.length > 1 ? true : undefined));
    expect(truth.at(-1)?.faults.map(({ device }) => device)).toEqual(['press-1', 'kiln-1']);
    const [from, to] = [stopped + 1, again].map((at) => new Date(at).toISOString());
    const request = { field: 'current', from: from ?? '', to: to ?? '', points: 1_000 };
    const { points } = await client.devices.series('press-1', request);
    expect(points.length).toBeGreaterThan(170);
    expect(plant.imported.length, 'only what is missing is sent').toBeLessThanOrEqual(4 * 181);
  });

  it('closes in the middle of everything, and leaves nothing running', async () => {
    await using plant = await openPlant();
    plant.cut(true);
    const running = plant.start();
    await plant.clock.advance(1_000);
    await running.close();
    expect((await plant.client.instances.list()).items).toEqual([]);
    expect(await seenAt(plant.client, 'press-1')).toBeNaN();
  });
});
