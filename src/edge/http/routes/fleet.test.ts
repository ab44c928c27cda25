/** The plant at one look, over HTTP. */
import { describe, expect, it } from 'vitest';
import { EDGE_START, type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const MINUTE_MS = 60_000;
const at = (minute: number): string => new Date(EDGE_START - (60 - minute) * MINUTE_MS).toISOString();

/** A press that counts until it stops for good, at the fortieth minute of an hour. */
async function openWithPress(): Promise<EdgeServer> {
  const server = await openEdgeServer();
  const body = { id: 'press-1', name: 'Press 1', line: 'north', service: 'brick-production', idealCycle: '1s' };
  expect((await server.call({ method: 'POST', url: '/api/v1/devices', as: 'engineer', body })).status).toBe(201);
  const rows = Array.from({ length: 61 }, (_, minute) => ({
    device: 'press-1',
    ts: at(minute),
    values: { count: 1_000 + 40 * Math.min(minute, 40), errors: 3 },
  }));
  await server.call({ method: 'POST', url: '/api/v1/measurements?mode=import', as: 'device', body: rows });
  return server;
}
const fleet = async (server: EdgeServer, query = ''): Promise<readonly unknown[]> =>
  (await server.call({ method: 'GET', url: `/api/v1/analyses/fleet${query}`, as: 'operator' })).body
    .items as readonly unknown[];

describe('the overview of the plant', () => {
  it('says of each device what it does, since when, and how far its readings are analysed', async () => {
    await using server = await openWithPress();
    expect(await fleet(server)).toMatchObject([
      { device: 'press-1', lastSeenAt: at(60), analysedTo: null, state: null, stateSince: null, today: null },
    ]);
    await server.services.measurements.analyses.run({ device: 'press-1', trigger: 'job', actor: 'ada' });
    const [press] = await fleet(server);
    expect(press).toMatchObject({
      analysedTo: at(60),
      isOverdue: false,
      hasFailed: false,
      state: 'breakdown',
      stateSince: at(40),
      today: { kind: 'day', elements: { pq: 1_600, sq: 0 } },
    });
  });

  it('keeps the state up to where the analysis is while newer readings wait for it', async () => {
    await using server = await openWithPress();
    await server.services.measurements.analyses.run({ device: 'press-1', trigger: 'job', actor: 'ada' });
    const newer = { device: 'press-1', ts: at(61), values: { count: 2_640, errors: 3 } };
    await server.call({ method: 'POST', url: '/api/v1/measurements?mode=import', as: 'device', body: [newer] });
    expect(await fleet(server)).toMatchObject([{ lastSeenAt: at(61), analysedTo: at(60), state: 'breakdown' }]);
  });

  it('shows one line when asked, and calls silent what has not sent for long', async () => {
    await using server = await openWithPress();
    expect(await fleet(server, '?line=south')).toEqual([]);
    await server.clock.advance(10 * MINUTE_MS);
    expect(await fleet(server, '?line=north')).toMatchObject([{ device: 'press-1', isSilent: true }]);
  });
});
