/** Readings over HTTP into a server of its own, until they are stored and analysed; and a year of one device done again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/kernel/clock.ts';
import { freshDatabase } from '../../test/fresh-database.ts';
import { postgresAnswers } from '../../test/fresh-postgres.ts';
import { type Environment, ServerProcess } from '../../test/server-process.ts';
import { type Figure, note } from '../figure.ts';

const DEVICES = 10;
const ROWS = 1_000_000;
const CALL_ROWS = 10_000;
const CALLS_AT_ONCE = 4;
const INTERVAL_MS = 5_000;
/** A year of one device that sends every 30 s: enough rows for a steady figure, few enough to send and store in a minute or two. */
const YEAR_INTERVAL_MS = 30_000;
const YEAR_ROWS = (365 * 86_400_000) / YEAR_INTERVAL_MS;
const START = Date.UTC(2025, 0, 1);
const NDJSON = 'application/x-ndjson';

export async function ingestFigures(part?: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  if (part === undefined || part === 'ingest') {
    figures.push(...(await withServer((url) => ingest(url, 'sqlite'))));
    figures.push(...(await ingestOnPostgres()));
  }
  if (part === undefined || part === 'year') figures.push(...(await year()));
  return figures;
}

async function ingestOnPostgres(): Promise<Figure[]> {
  if (!postgresAnswers) {
    note('PostgreSQL is left out: it does not answer');
    return [];
  }
  await using database = await freshDatabase();
  return await withServer((url) => ingest(url, 'postgres'), { MILLRACE_STORE: database.url });
}

async function ingest(url: string, store: 'sqlite' | 'postgres'): Promise<Figure[]> {
  const names = Array.from({ length: DEVICES }, (_, place) => `press-${place + 1}`);
  for (const id of names) await post(`${url}/api/v1/devices`, device(id));
  const bodies = callsOf(names, ROWS / DEVICES);
  const begun = performance.now();
  await sendAll(url, bodies, 'live');
  const stored = (performance.now() - begun) / 1_000;
  for (const id of names) await analysedUntil(url, id, START + (ROWS / DEVICES - 1) * INTERVAL_MS);
  const analysed = (performance.now() - begun) / 1_000;
  const setup = `${ROWS} rows of ${DEVICES} devices by HTTP as NDJSON, ${CALL_ROWS} a call, ${CALLS_AT_ONCE} at once, ${store}, full sync`;
  return [
    {
      name: `measurements.ingest.${store}`,
      value: ROWS / analysed,
      unit: '1/s',
      setup: `${setup}; stored and analysed`,
    },
    { name: `measurements.stored.${store}`, value: ROWS / stored, unit: '1/s', setup: `${setup}; stored` },
  ];
}

async function year(): Promise<Figure[]> {
  return withServer(async (url) => {
    await post(`${url}/api/v1/devices`, { ...device('press-1'), expectedInterval: '30s' });
    await sendAll(url, callsOf(['press-1'], YEAR_ROWS, YEAR_INTERVAL_MS), 'import');
    const last = START + (YEAR_ROWS - 1) * YEAR_INTERVAL_MS;
    await analysedUntil(url, 'press-1', last);
    const iso = (at: number) => new Date(at).toISOString();
    const begun = performance.now();
    const body = { kind: 'run', device: 'press-1', from: iso(last - 86_400_000), to: iso(last + 1), reprocess: true };
    const { job } = (await (await post(`${url}/api/v1/analyses`, body)).json()) as { job: string };
    for (;;) {
      const { state, error } = (await (await fetch(`${url}/api/v1/jobs/${job}`)).json()) as {
        state: string;
        error: string;
      };
      if (state === 'done') break;
      if (state === 'dead') throw new Error(error);
      await systemClock.sleep(100);
    }
    const seconds = (performance.now() - begun) / 1_000;
    const setup = `${YEAR_ROWS} rows of one device, a year every 30 s, read from sqlite and analysed from the first on; nothing changes`;
    return [{ name: 'measurements.year', value: YEAR_ROWS / seconds, unit: '1/s', setup }];
  });
}

async function withServer(work: (url: string) => Promise<Figure[]>, environment: Environment = {}): Promise<Figure[]> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const server = new ServerProcess({ data, environment: { MILLRACE_AUTH: 'off', LOG_LEVEL: 'warn', ...environment } });
  try {
    await server.start();
    return await work(server.url);
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

const device = (id: string) => ({ id, service: 'brick-production', expectedInterval: '5s', idealCycle: '600ms' });

/** Calls in the order of time; the devices take turns. */
function* callsOf(devices: readonly string[], rowsEach: number, intervalMs = INTERVAL_MS): Generator<string> {
  const totals = devices.map(() => [0, 0]);
  for (let from = 0; from < rowsEach; from += CALL_ROWS) {
    for (const [place, id] of devices.entries()) {
      const total = totals[place] as number[];
      let text = '';
      for (let row = from; row < Math.min(rowsEach, from + CALL_ROWS); row++) {
        const isStill = row % 700 > 660;
        total[0] = (total[0] ?? 0) + (isStill ? 0 : 6 + (row % 3));
        total[1] = (total[1] ?? 0) + (row % 11 === 0 && !isStill ? 1 : 0);
        text += `{"device":"${id}","ts":${START + row * intervalMs},"values":{"count":${total[0]},"errors":${total[1]},"mode":"auto","product":"P1"}}\n`;
      }
      yield text;
    }
  }
}

async function sendAll(url: string, bodies: Iterable<string>, mode: string): Promise<void> {
  const rest = bodies[Symbol.iterator]();
  let calls = 0;
  const one = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      const answer = await fetch(`${url}/api/v1/measurements?mode=${mode}`, {
        method: 'POST',
        headers: { 'content-type': NDJSON },
        body: next.value,
      });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
      await answer.body?.cancel();
      calls += 1;
      if (calls % 100 === 0) note(`${calls * CALL_ROWS} rows sent`);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, one));
}

async function analysedUntil(url: string, id: string, at: number): Promise<void> {
  for (;;) {
    const { items } = (await (await fetch(`${url}/api/v1/analyses/runs?device=${id}&limit=1`)).json()) as {
      items: { rowsTo: string | null; status: string; error: string | null }[];
    };
    const [latest] = items;
    if (latest?.status === 'failed') throw new Error(`the analysis of ${id} failed: ${latest.error}`);
    if (Date.parse(latest?.rowsTo ?? '') >= at) return;
    await systemClock.sleep(20);
  }
}

async function post(url: string, body: unknown): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
