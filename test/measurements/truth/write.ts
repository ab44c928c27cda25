/**
 * `npx tsx test/measurements/truth/write.ts --devices 2 --days 3 --seed 1 --out DIR`: a plant for people to look at.
 * `raw.ndjson` has the rows as they are sent, in the order of arrival; line by line `rows.ndjson` says what each is.
 */

import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type DeviceTruth, generatePlant, type PlantTruth } from './generate.ts';
import { inOrderOfArrival } from './raw/merge.ts';
import type { RawRow } from './raw/raw-row.ts';

const USAGE = 'npx tsx test/measurements/truth/write.ts [--devices N] [--days N] [--seed N] --out DIR';
const CHUNK_CHARACTERS = 1 << 20;

/** Answers how many rows each file has. */
export async function writePlant(plant: PlantTruth, folder: string): Promise<Record<string, number>> {
  const { devices, shiftPlan } = plant;
  mkdirSync(folder, { recursive: true });
  const counts: Record<string, number> = {};
  const write = async (name: string, rows: Iterable<unknown>): Promise<void> => {
    counts[name] = await writeLines(join(folder, name), rows);
  };
  const rows = (): Iterable<RawRow> => inOrderOfArrival(devices.map((device) => device.rows()));
  await write('shift-plan.json', [shiftPlan]);
  await write(
    'devices.ndjson',
    devices.map(({ declaration }) => declaration),
  );
  await write(
    'raw.ndjson',
    mapped(rows(), ({ source }) => source),
  );
  await write('rows.ndjson', rowTruths(rows(), devices));
  await write(
    'segments.ndjson',
    ofDevices(devices, ({ segments }) => segments),
  );
  await write(
    'anomalies.ndjson',
    ofDevices(devices, ({ anomalies }) => anomalies),
  );
  await write(
    'observable-segments.ndjson',
    ofDevices(devices, ({ observable }) => observable.segments ?? []),
  );
  await write('kpis.ndjson', ofDevices(devices, kpisOf));
  await write(
    'quality.ndjson',
    ofDevices(devices, ({ observable }) => observable.quality),
  );
  await write('hourly.ndjson', ofDevices(devices, hoursOf));
  return counts;
}

function* rowTruths(rows: Iterable<RawRow>, devices: readonly DeviceTruth[]): Generator<unknown> {
  const jumps = new Map(devices.map(({ settings, observable }) => [settings.id, new Set(observable.jumps)]));
  const places = new Map<string, number>();
  for (const { device, receivedAt, tag, verdict } of rows) {
    const place = places.get(device) ?? 0;
    places.set(device, place + 1);
    yield { device, receivedAt, tag, verdict: jumps.get(device)?.has(place) ? 'counter-jump' : verdict };
  }
}

const kpisOf = ({ observable, physicalElements }: DeviceTruth): object[] =>
  (observable.scopes ?? []).map((scope) => ({ ...scope, physical: physicalElements(scope) }));

const hoursOf = ({ observable }: DeviceTruth): object[] =>
  [...observable.hourly].map(([hour, counted]) => ({ hour, counted }));

function* ofDevices(
  devices: readonly DeviceTruth[],
  rowsOf: (device: DeviceTruth) => readonly object[],
): Generator<object> {
  for (const device of devices) for (const row of rowsOf(device)) yield { device: device.settings.id, ...row };
}

function* mapped<From, To>(rows: Iterable<From>, change: (row: From) => To): Generator<To> {
  for (const row of rows) yield change(row);
}

async function writeLines(path: string, rows: Iterable<unknown>): Promise<number> {
  const file = createWriteStream(path);
  let text = '';
  let count = 0;
  for (const row of rows) {
    text += `${JSON.stringify(row)}\n`;
    count += 1;
    if (text.length < CHUNK_CHARACTERS) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'finish');
  return count;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      devices: { type: 'string', default: '2' },
      days: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  });
  const [devices, days, seed] = [values.devices, values.days, values.seed].map(Number);
  if (values.out === undefined || ![devices, days, seed].every(Number.isInteger)) {
    process.stderr.write(`usage: ${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const counts = await writePlant(generatePlant({ devices: devices!, days: days!, seed: seed! }), values.out);
  for (const [name, count] of Object.entries(counts)) console.log(`${name}: ${count} rows`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
