/** Machines with measurement services and a day and more of readings, so that every page about them has something to show. */
import { vi } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import type { Measurement } from '../../src/client/wire-measurements.ts';

export const PRESS = 'press-7';
export const DRYER = 'dryer-2';
export const METER = 'meter-3';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const EVERY_MS = 5 * SECOND_MS;
const CALL_ROWS = 10_000;
const ANALYSED = { timeout: 60_000, interval: 200 };

/** Minutes before the end in which the press does not simply run. */
const STOPS = [
  { from: 1_500, to: 1_470 },
  { from: 1_100, to: 1_098 },
  { from: 700, to: 640 },
  { from: 300, to: 297 },
  { from: 250, to: 248 },
  { from: 90, to: 70 },
];
const SETUP = { from: 420, to: 400 };
const SILENCE = { from: 550, to: 530 };
const SCRAP_BURST = { from: 200, to: 160 };

const isIn = ({ from, to }: { readonly from: number; readonly to: number }, minutesLeft: number): boolean =>
  minutesLeft <= from && minutesLeft > to;

/** The press counts until `end`, with stops, a setup, a silence and a burst of scrap; the rest follows in its wake. */
export async function addMachines(client: Client, end: number): Promise<void> {
  const shift = (name: string, from: string, to: string) => ({ name, from, to, days: [...EVERY_DAY] });
  await client.shiftPlans.create({
    id: 'three-shifts',
    timeZone: 'UTC',
    lines: ['line-1'],
    rules: [shift('Early', '06:00', '14:00'), shift('Late', '14:00', '22:00'), shift('Night', '22:00', '06:00')],
  });
  await client.devices.create({
    id: PRESS,
    name: 'Brick press 7',
    line: 'line-1',
    service: 'brick-production',
    idealCycle: '1s',
  });
  await client.devices.create({ id: DRYER, name: 'Dryer 2', line: 'line-2', service: 'moisture-analysis' });
  await client.devices.create({
    id: METER,
    name: 'Power meter 3',
    line: 'line-2',
    fields: [{ name: 'power', unit: 'kW' }],
  });
  await send(client, pressRows(end));
  await send(client, dryerRows(end - 2 * HOUR_MS));
  await send(client, [{ device: METER, ts: end, values: { power: 12.5 } }]);
  for (const device of [PRESS, DRYER]) {
    await vi.waitFor(async () => {
      const [run] = (await client.analyses.runs({ device })).items;
      if (run?.status !== 'done') throw new Error(`${device} is not analysed yet`);
    }, ANALYSED);
  }
}

/** Somebody confirms the defect that a device's firings have started, which labels its anomalies. */
export async function confirmDefect(client: Client, device: string): Promise<void> {
  const task = await vi.waitFor(async () => {
    const [first] = (await client.tasks.list()).items;
    return first ?? Promise.reject(new Error('no task is offered yet'));
  }, ANALYSED);
  await client.tasks.take(task.id);
  await client.tasks.complete(task.id, { outcome: 'confirmed' });
  await vi.waitFor(async () => {
    const { items } = await client.devices.anomalies(device);
    if (!items.some(({ label }) => label === 'confirmed')) throw new Error('no anomaly is labelled yet');
  }, ANALYSED);
}

const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

async function send(client: Client, rows: readonly Measurement[]): Promise<void> {
  for (let at = 0; at < rows.length; at += CALL_ROWS)
    await client.measurements.send(rows.slice(at, at + CALL_ROWS), { mode: 'import' });
}

function pressRows(end: number): Measurement[] {
  const rows: Measurement[] = [];
  let count = 1_000;
  let errors = 20;
  for (let ts = end - 30 * HOUR_MS; ts <= end; ts += EVERY_MS) {
    const minutesLeft = (end - ts) / MINUTE_MS;
    if (isIn(SILENCE, minutesLeft)) continue;
    const isSetup = isIn(SETUP, minutesLeft);
    const runs = !isSetup && !STOPS.some((stop) => isIn(stop, minutesLeft));
    const step = rows.length;
    if (runs) count += step % 7 === 0 ? 3 : 4;
    if (runs && step % (isIn(SCRAP_BURST, minutesLeft) ? 2 : 25) === 0) errors += 1;
    rows.push({ device: PRESS, ts, values: { count, errors, mode: isSetup ? 'setup' : 'auto', product: 'P1' } });
  }
  return rows;
}

function dryerRows(end: number): Measurement[] {
  const rows: Measurement[] = [];
  for (let ts = end - 20 * HOUR_MS; ts <= end; ts += 6 * EVERY_MS) {
    const hour = ts / HOUR_MS;
    const isStrange = (end - ts) / MINUTE_MS < 60 && (end - ts) / MINUTE_MS > 50;
    const moisture = 18 + Math.sin(hour / 3) + Math.sin(ts / 7_000) * 0.2 + (isStrange ? 9 : 0);
    const rounded = Math.round(moisture * 100) / 100;
    rows.push({ device: DRYER, ts, values: { moisture: rounded, setPoint: 18, temperature: 80 } });
  }
  return rows;
}
