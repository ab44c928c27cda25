/** A measurement service on a real server, over its API and its command line: readings in, what the machine did out. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { freshDatabase } from '../fresh-database.ts';
import { withoutPostgres } from '../fresh-postgres.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { ServerProcess } from '../server-process.ts';

const BIN = new URL('../../bin/millrace', import.meta.url).pathname;
const DEVICE = 'SAU-ME-01';
/** Midnight in Berlin on 2025-11-20. */
const DAY = Date.UTC(2025, 10, 19, 23);
const MINUTE_MS = 60_000;
const TEST_MS = 120_000;
const LOOK_MS = 50;

/** A press from 06:00 to 14:00 plant time, a reading a minute: 100 bricks a minute, but for 20 minutes at 08:00. */
const readings = Array.from({ length: 481 }, (_, minute) => {
  const ran = minute - Math.max(0, Math.min(20, minute - 120));
  return {
    device: DEVICE,
    ts: DAY + 6 * 60 * MINUTE_MS + minute * MINUTE_MS,
    values: { count: 5_000 + ran * 100, errors: 40 + Math.floor(ran / 10), mode: 'auto', product: 'P1' },
  };
});

describe('a press that is analysed by brick-production', () => {
  it('says over API and command line what it did on a day, and a second run changes nothing', {
    timeout: TEST_MS,
  }, async () => {
    const data = mkdtempSync(join(tmpdir(), 'millrace-analyze-'));
    const environment = { MILLRACE_AUTH: 'off', MILLRACE_TIME_ZONE: 'Europe/Berlin' };
    const server = new ServerProcess({ data, environment });
    try {
      await server.start();
      await setUp(server.url);
      const sent = await call(server.url, '/api/v1/measurements?mode=import', readings);
      expect(sent).toMatchObject({ stored: 481, quarantined: [] });
      const run = (...args: string[]) => {
        const ended = spawnSync(process.execPath, [BIN, 'analyze', 'run', ...args], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', MILLRACE_DATA: data },
        });
        expect(ended.stderr).toBe('');
        return ended.stdout;
      };
      const summary = JSON.parse(
        run('brick-production', '--device', DEVICE, '--date', '2025-11-20', '--json'),
      ) as Summary;
      expect(summary).toMatchObject({ device: DEVICE, countIncrement: 46_000, errorIncrement: 46, avgSpeed: 6_000 });
      expect(summary.kpis.availability).toBeCloseTo(460 / 480, 9);
      expect(summary.elements).toMatchObject({ breakdown: 20 * MINUTE_MS, failures: 1, running: 460 * MINUTE_MS });
      expect(summary.findings.map(({ detector }) => detector)).toEqual(['stoppage']);
      const text = run(
        '--device-id',
        DEVICE,
        '--start-time',
        '2025-11-20T06:00:00',
        '--end-time',
        '2025-11-20T08:00:00',
        '--dry-run',
      );
      expect(text).toContain('Processed 11900 items, 11 rejected; average speed 6000 an hour.');
      expect(text).toContain('Nothing was written');
      const again = JSON.parse(run('--device', DEVICE, '--date', '2025-11-20', '--reprocess', '--json')) as Summary;
      expect(again.run?.written).toBe(0);
      const kpis = await call<Kpis>(server.url, `/api/v1/devices/${DEVICE}/kpis?kind=shift`);
      expect(kpis.items.map(({ name, date, elements }) => [name, date, elements.pq])).toEqual([
        ['early', '2025-11-20', 45_900],
        ['late', '2025-11-20', 100],
      ]);
      const states = await call<{ items: { state: string }[] }>(server.url, `/api/v1/devices/${DEVICE}/states`);
      expect(states.items.map(({ state }) => state)).toEqual(['running', 'breakdown', 'running']);
      const quality = await call<{ items: object[] }>(server.url, `/api/v1/devices/${DEVICE}/quality`);
      expect(quality.items).toEqual([
        expect.objectContaining({ date: '2025-11-20', completeness: 1, validity: 1, uniqueness: 1, consistency: 1 }),
      ]);
      const hours = await call<{ points: { sum: number }[] }>(
        server.url,
        `/api/v1/devices/${DEVICE}/statistics?metric=count`,
      );
      expect(hours.points.reduce((sum, point) => sum + point.sum, 0)).toBe(46_000);
      const runs = await call<{ items: { status: string }[] }>(server.url, `/api/v1/analyses/runs?device=${DEVICE}`);
      expect(runs.items.length).toBeGreaterThanOrEqual(2);
    } finally {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    }
  });

  it.skipIf(withoutPostgres || withoutRabbit)(
    'is followed by one of two servers on PostgreSQL, and by the other when that one is killed',
    { timeout: TEST_MS },
    async () => {
      await using database = await freshDatabase();
      await using rabbit = freshRabbit();
      rabbit.rememberServed(['process.firings', 'millrace-readings', 'millrace-modules']);
      const folders = ['a', 'b'].map(() => mkdtempSync(join(tmpdir(), 'millrace-analyze-')));
      const environment = {
        ...{ MILLRACE_AUTH: 'off', MILLRACE_TIME_ZONE: 'Europe/Berlin' },
        ...{ MILLRACE_STORE: database.url, MILLRACE_BROKER: rabbitUrl, MILLRACE_BROKER_PREFIX: rabbit.prefix },
      };
      const servers = folders.map(
        (data, place) => new ServerProcess({ data, environment: { ...environment, MILLRACE_NAME: `server-${place}` } }),
      );
      try {
        for (const server of servers) await server.start();
        const [first, second] = servers as [ServerProcess, ServerProcess];
        await setUp(first.url);
        await call(second.url, '/api/v1/measurements?mode=replay', readings.slice(0, 200));
        await countedUntil(second.url, 100 * (199 - 20));
        await first.kill();
        await call(second.url, '/api/v1/measurements?mode=replay', readings.slice(200));
        await countedUntil(second.url, 46_000);
      } finally {
        for (const server of servers) await server.kill();
        for (const data of folders) rmSync(data, { recursive: true, force: true });
      }
    },
  );
});

type Summary = {
  readonly countIncrement: number;
  readonly kpis: { readonly availability: number };
  readonly elements: object;
  readonly findings: { readonly detector: string }[];
  readonly run: { readonly written: number } | null;
};
type Kpis = { readonly items: { name: string; date: string; elements: { pq: number } }[] };

async function setUp(url: string): Promise<void> {
  const days = ['mon', 'tue', 'wed', 'thu', 'fri'];
  const rules = [
    { name: 'early', days, from: '06:00', to: '14:00' },
    { name: 'late', days, from: '14:00', to: '22:00' },
  ];
  await call(url, '/api/v1/shift-plans', { id: 'two-shifts', timeZone: 'Europe/Berlin', lines: ['line-1'], rules });
  const service = { service: 'brick-production', expectedInterval: '1m', idealCycle: '600ms' };
  const device = await call<{ fields: { name: string }[] }>(url, '/api/v1/devices', {
    id: DEVICE,
    line: 'line-1',
    ...service,
  });
  expect(device.fields.map(({ name }) => name)).toEqual(['count', 'errors', 'mode', 'product']);
}

async function call<Answer = unknown>(url: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

/** Waits until the analysis that follows has counted so many bricks. */
async function countedUntil(url: string, bricks: number): Promise<void> {
  for (;;) {
    const { total } = await call<{ total: { elements: { pq: number } } }>(
      url,
      `/api/v1/devices/${DEVICE}/kpis?kind=day`,
    );
    if (total.elements.pq === bricks) return;
    expect(total.elements.pq).toBeLessThan(bricks);
    await systemClock.sleep(LOOK_MS);
  }
}
