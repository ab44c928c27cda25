/** Refused rows over HTTP: what they are, and how they are taken in again. */
import { describe, expect, it } from 'vitest';
import { EDGE_START, type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const reading = (device: string, temperature: number) => ({ device, ts: EDGE_START, values: { temperature } });

async function openWithPress(): Promise<EdgeServer> {
  const server = await openEdgeServer();
  const body = { id: 'press-1', fields: [{ name: 'temperature', min: 0, max: 200 }] };
  expect((await server.call({ method: 'POST', url: '/api/v1/devices', as: 'engineer', body })).status).toBe(201);
  return server;
}
const send = (server: EdgeServer, body: unknown) =>
  server.call({ method: 'POST', url: '/api/v1/measurements?mode=import', as: 'device', body });

describe('refused rows', () => {
  it('are listed by their reason', async () => {
    await using server = await openWithPress();
    await send(server, [reading('press-1', 900), reading('press-9', 20)]);
    const url = '/api/v1/quarantine?code=unknown-device';
    const { body } = await server.call({ method: 'GET', url, as: 'operator' });
    expect(body.items).toMatchObject([{ code: 'unknown-device', device: 'press-9' }]);
  });

  it('are taken in again by a job that an engineer asks for', async () => {
    await using server = await openWithPress();
    const ask = (as: 'engineer' | 'operator' | 'device', body: object) =>
      server.call({ method: 'POST', url: '/api/v1/quarantine/retry', as, body });
    expect((await ask('operator', {})).status).toBe(403);
    expect((await ask('device', {})).status).toBe(403);
    expect((await ask('engineer', { code: 'whatever' })).status).toBe(422);
    const { status, body } = await ask('engineer', { device: 'press-9' });
    expect(status).toBe(200);
    const job = await server.call({ method: 'GET', url: `/api/v1/jobs/${body.job}`, as: 'engineer' });
    expect(job.body).toMatchObject({
      kind: 'quarantine.retry',
      payload: { device: 'press-9', actor: expect.stringContaining('engineer') },
    });
  });
});
