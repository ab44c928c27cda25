/** Devices over HTTP. */
import { describe, expect, it } from 'vitest';
import { EDGE_START, type EdgeServer, fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

const PRESS = {
  id: 'press-1',
  name: 'Press 1',
  line: 'north',
  fields: [{ name: 'temperature', unit: '°C', min: 0, max: 200, maxSilence: '10m' }],
  idealCycle: '12s',
};
const minute = (place: number) => new Date(EDGE_START - 3_600_000 + place * 60_000).toISOString();
const reading = (place: number, temperature: unknown) => ({
  device: 'press-1',
  ts: minute(place),
  values: { temperature },
});

async function openWithPress(): Promise<EdgeServer> {
  const server = await openEdgeServer();
  expect((await server.call({ method: 'POST', url: '/api/v1/devices', as: 'engineer', body: PRESS })).status).toBe(201);
  return server;
}
const send = (server: EdgeServer, body: unknown, headers: Record<string, string> = {}) =>
  server.call({ method: 'POST', url: '/api/v1/measurements?mode=import', as: 'device', body, headers });

describe('devices', () => {
  it('are made, shown, changed and listed by line', async () => {
    await using server = await openWithPress();
    const analysis = { service: null, expectedInterval: null, maxGap: null, products: {} };
    const shown = { ...PRESS, ...analysis, lastSeenAt: null, lastReadingAt: null, simulated: false };
    expect((await server.call({ method: 'GET', url: '/api/v1/devices/press-1', as: 'operator' })).body).toEqual(shown);
    const changed = await server.call({
      method: 'PATCH',
      url: '/api/v1/devices/press-1',
      as: 'engineer',
      body: { line: 'south', idealCycle: null },
    });
    expect(changed.body).toMatchObject({ line: 'south', idealCycle: null, name: 'Press 1' });
    expect(
      (await server.call({ method: 'GET', url: '/api/v1/devices?line=north', as: 'operator' })).body.items,
    ).toEqual([]);
    expect(
      (await server.call({ method: 'GET', url: '/api/v1/devices?line=south', as: 'operator' })).body.items,
    ).toHaveLength(1);
    await send(server, [reading(0, 20)]);
    const { body: seen } = await server.call({ method: 'GET', url: '/api/v1/devices/press-1', as: 'operator' });
    expect(seen).toMatchObject({ lastSeenAt: new Date(EDGE_START).toISOString(), lastReadingAt: minute(0) });
  });

  it.each([
    { what: 'one that is there', body: PRESS, status: 409, code: 'device.exists' },
    { what: 'a name that is none', body: { ...PRESS, id: 'press 1' }, status: 422, code: 'device.invalid' },
    { what: 'no fields', body: { ...PRESS, id: 'press-2', fields: [] }, status: 422, code: 'device.invalid' },
    {
      what: 'a field upside down',
      body: { ...PRESS, id: 'press-2', fields: [{ name: 't', min: 1, max: 0 }] },
      status: 422,
      code: 'device.invalid',
    },
    {
      what: 'a cycle that is no duration',
      body: { ...PRESS, id: 'press-2', idealCycle: 'fast' },
      status: 400,
      code: 'duration.malformed',
    },
    {
      what: 'a silence of a field that is no duration',
      body: { ...PRESS, id: 'press-2', fields: [{ name: 't', maxSilence: 'long' }] },
      status: 400,
      code: 'duration.malformed',
    },
    ...[600_000, '0s', null].map((maxSilence) => ({
      what: `a silence of ${maxSilence} of a field`,
      body: { ...PRESS, id: 'press-2', fields: [{ name: 't', maxSilence }] },
      status: 422,
      code: 'device.invalid',
    })),
    {
      what: 'a part it does not have',
      body: { ...PRESS, id: 'press-2', colour: 'red' },
      status: 422,
      code: 'request.invalid',
    },
  ])('are refused for $what, and nothing is changed', async ({ body, status, code }) => {
    await using server = await openWithPress();
    const before = fingerprint(server.disk);
    const answer = await server.call({ method: 'POST', url: '/api/v1/devices', as: 'engineer', body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('that are not there are not found, whatever is asked of them', async () => {
    await using server = await openWithPress();
    for (const url of [
      '/api/v1/devices/press-9',
      '/api/v1/devices/press-9/series?field=x',
      '/api/v1/devices/press-9/anomalies',
    ]) {
      const { status, body } = await server.call({ method: 'GET', url, as: 'operator' });
      expect([status, body.code]).toEqual([404, 'device.unknown']);
    }
    const { status, body } = await server.call({
      method: 'PATCH',
      url: '/api/v1/devices/press-9',
      as: 'engineer',
      body: { name: 'x' },
    });
    expect([status, body.code]).toEqual([404, 'device.unknown']);
  });
});
