/** Alerts of a whole server: a device falls silent, and the people on the list are written to. */
import { expect, it } from 'vitest';
import { EDGE_START, openEdgeServer } from '../../testing/edge-server.ts';
import { ALERT_LOOK_MS } from './start-alerts.ts';

const MINUTE_MS = 60_000;

it('writes to the people on the list when a device falls silent, and to nobody where there is no list', async () => {
  for (const alertList of [['ops@plant.example'], undefined]) {
    await using server = await openEdgeServer(alertList === undefined ? {} : { alertList });
    const device = { id: 'press-1', service: 'brick-production' };
    await server.call({ method: 'POST', url: '/api/v1/devices', as: 'engineer', body: device });
    const row = { device: 'press-1', ts: EDGE_START, values: { count: 1, errors: 0 } };
    await server.call({ method: 'POST', url: '/api/v1/measurements', as: 'device', body: [row] });
    for (let passed = 0; passed < 6 * MINUTE_MS; passed += ALERT_LOOK_MS) await server.clock.advance(ALERT_LOOK_MS);
    const { body } = await server.call({ method: 'GET', url: '/api/v1/mails', as: 'administrator' });
    const mails = (body.items as { subject: string; to: string[] }[]).filter(({ subject }) =>
      subject.startsWith('measurements/devices'),
    );
    expect(mails.map(({ subject, to }) => [subject, to])).toEqual(
      alertList === undefined ? [] : [['measurements/devices is degraded', ['ops@plant.example']]],
    );
  }
});
