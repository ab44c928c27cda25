/** Criteria, measurements, shift plans and reports over HTTP. */
import { describe, expect, it } from 'vitest';
import { EDGE_START, type EdgeServer, fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

const PRESS = {
  id: 'press-1',
  name: 'Press 1',
  line: 'north',
  fields: [{ name: 'temperature', unit: '°C', min: 0, max: 200 }],
  idealCycle: '12s',
};
const LIMIT = { signal: { field: 'temperature' }, direction: 'above', limit: 80 };
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

describe('measurements', () => {
  it('are stored from JSON and from NDJSON, and count a row once', async () => {
    await using server = await openWithPress();
    const rows = [reading(0, 20), reading(1, 21)];
    expect((await send(server, rows)).body).toEqual({ stored: 2, duplicate: 0, quarantined: [] });
    const lines = [...rows, reading(2, 22)].map((row) => JSON.stringify(row)).join('\r\n');
    expect(
      (await send(server, `${lines}\n\n`, { 'content-type': 'application/x-ndjson; charset=utf-8' })).body,
    ).toEqual({ stored: 1, duplicate: 2, quarantined: [] });
  });

  it('put bad rows into quarantine with a reason, and take the others', async () => {
    await using server = await openWithPress();
    const lines = [
      JSON.stringify(reading(0, 20)),
      'not json',
      JSON.stringify({ ...reading(1, 20), device: 'press-9' }),
      JSON.stringify(reading(2, 900)),
    ].join('\n');
    const { status, body } = await send(server, lines, { 'content-type': 'application/x-ndjson' });
    expect(status).toBe(200);
    expect(body).toEqual({
      stored: 1,
      duplicate: 0,
      quarantined: [
        { row: 1, code: 'malformed-row' },
        { row: 2, code: 'unknown-device' },
        { row: 3, code: 'out-of-range' },
      ],
    });
    const quarantine = await server.call({ method: 'GET', url: '/api/v1/quarantine', as: 'engineer' });
    expect(quarantine.body.items).toHaveLength(3);
    expect(quarantine.body.items).toContainEqual({
      id: expect.any(String),
      device: null,
      code: 'malformed-row',
      problem: 'The row is not {device, ts, values}.',
      row: 'not json',
      at: new Date(EDGE_START).toISOString(),
      actor: expect.stringContaining('device'),
    });
    const ofPress = await server.call({
      method: 'GET',
      url: '/api/v1/quarantine?device=press-1&limit=1',
      as: 'engineer',
    });
    expect(ofPress.body.items).toMatchObject([{ code: 'out-of-range' }]);
  });

  it.each(['application/json', 'application/x-ndjson'])(
    'that no store could keep as they came go to quarantine one by one, as %s',
    async (type) => {
      await using server = await openWithPress();
      const at = JSON.stringify(minute(0));
      const ofPress = (values: string) => `{"device":"press-1","ts":${at},"values":${values}}`;
      const bad = [
        [ofPress('{"__proto__":{"temperature":20}}'), 'forbidden-key'],
        [ofPress('{"temperature":{"constructor":{"prototype":1}}}'), 'forbidden-key'],
        [ofPress(`{"temperature":${'['.repeat(20_000)}${']'.repeat(20_000)}}`), 'too-deep'],
        [ofPress('{"temperature":"\\u0000"}'), 'forbidden-character'],
        [ofPress('{"temperature":"\\ud83d"}'), 'forbidden-character'],
        [ofPress('{"temperature":1e999}'), 'not-a-number'],
        [ofPress(`{"temperature":[${'1,'.repeat(1_000)}1]}`), 'too-large'],
      ] as const;
      const rows = [...bad.map(([row]) => row), ofPress('{"temperature":20}')];
      const body = type === 'application/json' ? `[${rows.join(',')}]` : rows.join('\n');
      const headers = { 'content-type': type, 'idempotency-key': 'once' };
      for (const repeat of [false, true]) {
        const answer = await send(server, body, headers);
        expect(answer.body).toEqual({
          stored: 1,
          duplicate: 0,
          quarantined: bad.map(([, code], row) => ({ row, code })),
        });
        expect(answer.headers['idempotency-replayed']).toBe(repeat ? 'true' : undefined);
      }
      const kept = await server.call({ method: 'GET', url: '/api/v1/quarantine', as: 'engineer' });
      expect(kept.body.items).toHaveLength(bad.length);
      expect(JSON.stringify(kept.body.items)).toContain('Infinity');
    },
  );

  it('may be large here, and are refused whole when they are too many', async () => {
    await using server = await openWithPress();
    const before = fingerprint(server.disk);
    const many = Array.from({ length: 10_001 }, (_, place) => reading(place, 20));
    const refused = await send(server, many);
    expect([refused.status, refused.body.code]).toEqual([413, 'measurement.too-many-rows']);
    const huge = await send(server, JSON.stringify([{ ...reading(0, 20), pad: 'x'.repeat(16_000_000) }]), {
      'content-type': 'application/json',
    });
    expect([huge.status, huge.body.code, huge.body.limit]).toEqual([413, 'request.too-large', 16_000_000]);
    for (const body of [{}, 'x'])
      expect((await send(server, JSON.stringify(body), { 'content-type': 'application/json' })).body.code).toBe(
        'request.invalid',
      );
    expect(fingerprint(server.disk)).toBe(before);
    expect((await send(server, many.slice(0, 10_000))).body.stored).toBe(10_000);
  });

  it('are shown as a series, thinned out without losing a spike', async () => {
    await using server = await openWithPress();
    await send(
      server,
      Array.from({ length: 60 }, (_, place) => reading(place, place === 30 ? 150 : 20)),
    );
    const { body } = await server.call({
      method: 'GET',
      url: '/api/v1/devices/press-1/series?field=temperature&points=4',
      as: 'operator',
    });
    expect(body).toMatchObject({ field: 'temperature', unit: '°C', from: minute(0) });
    const points = body.points as [number, number, number][];
    expect(points.length).toBeLessThanOrEqual(4);
    expect(points[0]).toEqual([Date.parse(minute(0)), 20, 20]);
    expect(Math.max(...points.map(([, , max]) => max))).toBe(150);
    const part = await server.call({
      method: 'GET',
      url: `/api/v1/devices/press-1/series?field=temperature&from=${minute(10)}&to=${minute(12)}`,
      as: 'operator',
    });
    expect(part.body.points).toHaveLength(2);
  });

  it.each([
    { query: 'field=pressure', status: 404, code: 'device.unknown-field' },
    { query: '', status: 422, code: 'request.invalid' },
    { query: 'field=temperature&from=yesterday', status: 422, code: 'request.invalid' },
    { query: 'field=temperature&points=0', status: 422, code: 'request.invalid' },
    {
      query: 'field=temperature&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      status: 422,
      code: 'measurement.invalid-range',
    },
  ])('cannot be shown for ?$query', async ({ query, status, code }) => {
    await using server = await openWithPress();
    const answer = await server.call({ method: 'GET', url: `/api/v1/devices/press-1/series?${query}`, as: 'operator' });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('criteria', () => {
  it('are made, listed with where they stand, and changed in parts', async () => {
    await using server = await openWithPress();
    const made = await server.call({
      method: 'POST',
      url: '/api/v1/criteria',
      as: 'engineer',
      body: { device: 'press-1', name: 'A', settings: { ...LIMIT, duration: '1m30s' } },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: 'press-1.A',
      version: 1,
      settings: { ...LIMIT, duration: '1m30s', hysteresis: 0, enabled: true },
      state: { active: false, value: null, at: null },
    });
    const changed = await server.call({
      method: 'PATCH',
      url: '/api/v1/criteria/press-1.A',
      as: 'engineer',
      body: { settings: { limit: 30, duration: '0s' } },
    });
    expect(changed.body).toMatchObject({ version: 2, settings: { limit: 30, duration: '0s', direction: 'above' } });
    await send(server, [reading(0, 50)]);
    const list = await server.call({ method: 'GET', url: '/api/v1/criteria?device=press-1', as: 'operator' });
    expect(list.body.items).toMatchObject([{ id: 'press-1.A', state: { active: true, value: 50, at: minute(0) } }]);
  });

  it('may be a band, or count others', async () => {
    await using server = await openWithPress();
    for (const [name, settings] of [
      ['A', { ...LIMIT, direction: 'outside', limit: { low: 10, high: 90 } }],
      ['B', LIMIT],
      ['C', { of: ['A', 'B'], atLeast: 2, duration: '5m' }],
    ] as const) {
      const { status } = await server.call({
        method: 'POST',
        url: '/api/v1/criteria',
        as: 'engineer',
        body: { device: 'press-1', name, settings },
      });
      expect([name, status]).toEqual([name, 201]);
    }
    const { body } = await server.call({ method: 'GET', url: '/api/v1/criteria', as: 'operator' });
    expect((body.items as { settings: unknown }[]).map(({ settings }) => settings)).toMatchObject([
      { limit: { low: 10, high: 90 } },
      {},
      { of: ['A', 'B'], atLeast: 2, duration: '5m' },
    ]);
  });

  it.each([
    {
      what: 'a device nobody knows',
      body: { device: 'press-9', name: 'A', settings: LIMIT },
      status: 404,
      code: 'device.unknown',
    },
    {
      what: 'a field it does not have',
      body: { device: 'press-1', name: 'A', settings: { ...LIMIT, signal: { field: 'pressure' } } },
      status: 422,
      code: 'criterion.invalid',
    },
    {
      what: 'settings that are none',
      body: { device: 'press-1', name: 'A', settings: { limit: 'high' } },
      status: 422,
      code: 'criterion.invalid',
    },
    {
      what: 'a duration that is none',
      body: { device: 'press-1', name: 'A', settings: { ...LIMIT, duration: 'soon' } },
      status: 400,
      code: 'duration.malformed',
    },
    { what: 'no settings', body: { device: 'press-1', name: 'A' }, status: 422, code: 'request.invalid' },
  ])('are refused for $what, and nothing is changed', async ({ body, status, code }) => {
    await using server = await openWithPress();
    const before = fingerprint(server.disk);
    const answer = await server.call({ method: 'POST', url: '/api/v1/criteria', as: 'engineer', body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    const unknown = await server.call({
      method: 'PATCH',
      url: '/api/v1/criteria/press-1.Z',
      as: 'engineer',
      body: { settings: { limit: 1 } },
    });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'criterion.unknown']);
    expect(fingerprint(server.disk)).toBe(before);
  });
});

describe('a report', () => {
  it('holds the anomalies of a device against labels, by series or as one list', async () => {
    await using server = await openWithPress();
    const steady = Array.from({ length: 2_000 }, (_, place) =>
      reading(place, place >= 1_500 && place < 1_510 ? 120 : 20 + (place % 3)),
    );
    await send(server, steady);
    const windows = [
      [minute(1_495), minute(1_520)],
      [minute(1_800), minute(1_810)],
    ];
    const ask = (body: object) =>
      server.call({
        method: 'POST',
        url: '/api/v1/analyses',
        as: 'engineer',
        body: { device: 'press-1', kind: 'report', ...body },
      });
    const { status, body } = await ask({ labels: { 'a.csv': windows, 'b.csv': [] }, series: 'a.csv' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      device: 'press-1',
      hit: 1,
      missed: 1,
      windows: [
        { from: minute(1_495), isHit: true, delay: '5m' },
        { isHit: false, delay: null },
      ],
    });
    expect((await ask({ labels: windows })).body).toEqual(body);
    for (const [wrong, code] of [
      [{ labels: { 'a.csv': windows, 'b.csv': [] } }, 'request.invalid'],
      [{ labels: {}, series: 'a.csv' }, 'request.invalid'],
      [{ labels: [['x', 'y']] }, 'measurement.invalid-windows'],
      [{ labels: windows, device: 'press-9' }, 'device.unknown'],
    ] as const) {
      expect((await ask(wrong)).body.code).toBe(code);
    }
    const anomalies = await server.call({
      method: 'GET',
      url: '/api/v1/devices/press-1/anomalies?limit=1',
      as: 'operator',
    });
    expect(anomalies.body.items).toMatchObject([
      {
        device: 'press-1',
        field: 'temperature',
        label: null,
        severity: expect.any(String),
        from: expect.stringMatching(/Z$/),
      },
    ]);
    const none = await server.call({
      method: 'GET',
      url: `/api/v1/devices/press-1/anomalies?to=${minute(0)}`,
      as: 'operator',
    });
    expect(none.body.items).toEqual([]);
    expect(
      (await server.call({ method: 'GET', url: '/api/v1/devices/press-1/anomalies?cursor=x', as: 'operator' })).body
        .code,
    ).toBe('measurement.invalid-cursor');
  });
});

describe('shift plans', () => {
  it('are made, listed and changed', async () => {
    await using server = await openEdgeServer();
    const plan = {
      id: 'two-shifts',
      timeZone: 'Europe/Berlin',
      lines: ['north'],
      rules: [{ name: 'early', days: ['mon', 'tue'], from: '06:00', to: '14:00' }],
    };
    const made = await server.call({ method: 'POST', url: '/api/v1/shift-plans', as: 'engineer', body: plan });
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: 'two-shifts', version: 1, rules: [{ name: 'early', breaks: [] }], holidays: [] },
    ]);
    const changed = await server.call({
      method: 'PATCH',
      url: '/api/v1/shift-plans/two-shifts',
      as: 'engineer',
      body: { holidays: ['2026-12-25'] },
    });
    expect(changed.body).toMatchObject({ version: 2, holidays: ['2026-12-25'] });
    expect((await server.call({ method: 'GET', url: '/api/v1/shift-plans', as: 'operator' })).body.items).toHaveLength(
      1,
    );
    const before = fingerprint(server.disk);
    const again = await server.call({ method: 'POST', url: '/api/v1/shift-plans', as: 'engineer', body: plan });
    expect([again.status, again.body.code]).toEqual([409, 'shift-plan.exists']);
    const wrong = await server.call({
      method: 'POST',
      url: '/api/v1/shift-plans',
      as: 'engineer',
      body: { ...plan, id: 'x', timeZone: 'Mars' },
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'shift-plan.invalid']);
    const unknown = await server.call({ method: 'PATCH', url: '/api/v1/shift-plans/nobody', as: 'engineer', body: {} });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'shift-plan.unknown']);
    expect(fingerprint(server.disk)).toBe(before);
  });
});

describe('a criterion on an anomaly', () => {
  it('is made, shown and changed like any other, and cannot be tried on stored readings', async () => {
    await using server = await openEdgeServer();
    const post = (url: string, body: unknown) =>
      server.call({ method: 'POST', url: `/api/v1${url}`, as: 'engineer', body });
    await post('/devices', { id: 'SAU-ME-01', service: 'brick-production' });
    const settings = { signal: { anomaly: 'stoppage', minSeverity: 'major' }, duration: '10m' };
    const made = await post('/criteria', { device: 'SAU-ME-01', name: 'stopped', settings });
    expect([made.status, made.body.settings]).toEqual([201, { ...settings, enabled: true }]);
    const changed = await server.call({
      ...{ method: 'PATCH', url: '/api/v1/criteria/SAU-ME-01.stopped', as: 'engineer' },
      body: { settings: { signal: { anomaly: 'stoppage' }, duration: '0s' } },
    });
    expect(changed.body).toMatchObject({
      ...{ version: 2, state: { active: false, value: null } },
      settings: { signal: { anomaly: 'stoppage' }, duration: '0s', enabled: true },
    });
    const tried = await post('/criteria/SAU-ME-01.stopped/simulate', { settings: { duration: '1m' } });
    expect([tried.status, tried.body.code]).toEqual([422, 'criterion.not-simulated']);
    const wrong = await post('/criteria', {
      device: 'SAU-ME-01',
      name: 'other',
      settings: { signal: { anomaly: 'flood' } },
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'criterion.invalid']);
    expect(wrong.body.detail).toContain('not watched for "flood"');
  });
});
