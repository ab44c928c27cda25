/**
 * Whatever order rows come in, however often they are sent, however often and when they are analysed: the tables are the
 * same, byte for byte. Each row keeps the time at which it was received; only ids, logs and marks of revision differ.
 */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/kernel/random.ts';
import {
  bucketFamily,
  intakeFamily,
  kpiFamily,
  qualityFamily,
  segmentFamily,
} from '../../src/measurements/analysis/families.ts';
import { selectAll } from '../../src/measurements/analysis/table-changes.ts';
import { type AnomalyRow, anomalyFamily, anomalyOf } from '../../src/measurements/anomaly/anomaly.ts';
import { measurementFamily } from '../../src/measurements/ingest/measurement.ts';
import { quarantineFamily } from '../../src/measurements/ingest/quarantine.ts';
import type { Store } from '../../src/store/store.ts';
import { analyse, opened, type Sent, send } from './declared-plant.ts';
import { compareWithTruth } from './exact/compare.ts';
import { plants, type StoredPlant } from './on-stores.ts';
import { type DeviceTruth, generatePlant, type PlantTruth } from './truth/generate.ts';

const MINUTE_MS = 60_000;
const ORDERS = 10;
const TEST_MS = 240_000;

describe.each(plants)('rows of a device in any order, on $name', ({ open, isMissing }) => {
  it.skipIf(isMissing)(
    'give the same tables, byte for byte, as the truth says',
    async () => {
      const truth = generatePlant({ devices: 5, days: 2, seed: 11, pollMs: MINUTE_MS });
      const sent = truth.devices.map((device) =>
        [...device.rows()].map(({ source, receivedAt }) => ({ source, receivedAt })),
      );
      const inOrder = await tablesAfter(await opened(open, truth), truth, async (plant) => {
        for (const rows of sent) await send(plant, rows);
        await analyse(plant, truth);
      });
      for (const device of truth.devices) holdAgainstTruth(device, inOrder);
      for (let order = 1; order <= ORDERS; order++) {
        const random = seededRandom(order);
        const tables = await tablesAfter(await opened(open, truth), truth, async (plant) => {
          for (const rows of sent) {
            const parts = cut(shuffled(rows, random, order), random);
            for (const part of parts) {
              await send(plant, part);
              if (random() < 0.5) await analyse(plant, truth);
            }
          }
          await analyse(plant, truth);
        });
        expect(tables.texts).toEqual(inOrder.texts);
      }
    },
    TEST_MS,
  );

  it.skipIf(isMissing)(
    'are analysed once: a second run writes only its row in the log',
    async () => {
      const truth = generatePlant({ devices: 1, days: 2, seed: 12, pollMs: MINUTE_MS });
      await using plant = await opened(open, truth);
      const id = truth.devices[0]?.settings.id ?? '';
      await send(plant, [...(truth.devices[0]?.rows() ?? [])]);
      const first = await plant.measurements.analyses.run({ device: id, trigger: 'command', actor: 'test' });
      expect(first.written).toBeGreaterThan(100);
      const before = await textOf(plant.store);
      for (const isAnew of [false, true]) {
        const again = await plant.measurements.analyses.run({ device: id, trigger: 'command', actor: 'test', isAnew });
        expect(again.written).toBe(0);
        expect(await textOf(plant.store)).toEqual(before);
      }
      expect((await plant.measurements.analyses.runs()).items).toHaveLength(3);
    },
    TEST_MS,
  );
});

type Tables = { readonly texts: Readonly<Record<string, string>>; readonly store: Awaited<ReturnType<typeof rowsOf>> };

async function tablesAfter(
  plant: StoredPlant,
  _truth: PlantTruth,
  work: (plant: StoredPlant) => Promise<void>,
): Promise<Tables> {
  await using open = plant;
  await work(open);
  return { texts: await textOf(open.store), store: await rowsOf(open.store) };
}

const RESULTS = [
  measurementFamily,
  segmentFamily,
  kpiFamily,
  bucketFamily,
  qualityFamily,
  intakeFamily,
  quarantineFamily,
  anomalyFamily,
];

async function rowsOf(store: Store) {
  return Object.fromEntries(
    await Promise.all(RESULTS.map(async (family) => [family.name, await selectAll(store, family, {})] as const)),
  );
}

/** Anomalies that stand, without who revised what. */
async function textOf(store: Store): Promise<Record<string, string>> {
  const tables = await rowsOf(store);
  const standing = tables.anomaly?.filter(({ revisedBy, service }) => revisedBy === null && service !== '');
  return Object.fromEntries(
    Object.entries({ ...tables, anomaly: standing }).map(([name, rows]) => [
      name,
      (rows ?? [])
        .map((row) => JSON.stringify(row))
        .sort()
        .join('\n'),
    ]),
  );
}

function holdAgainstTruth(device: DeviceTruth, { store }: Tables): void {
  const of = (name: string) => (store[name] ?? []).filter((row) => row.device === device.settings.id) as never[];
  const results = {
    segments: of('state_segment'),
    scopes: of('kpi_stat').map((row: Record<string, never>) => ({ ...row, elements: row })),
    buckets: of('bucket_stat').map((row: Record<string, never>) => ({ ...row, bucket: row })),
    quality: of('quality_day'),
    findings: of('anomaly')
      .filter(({ revisedBy, service }) => revisedBy === null && service !== '')
      .map((row: AnomalyRow) => anomalyOf(row)),
  };
  const jumps = of('quarantine').filter(({ code }) => code === 'counter-jump').length;
  const { differences } = compareWithTruth(device, { results: results as never, jumps });
  expect(differences).toEqual([]);
  const came = of('intake_day') as readonly { date: string; received: number; duplicate: number; refused: number }[];
  for (const { date, received, refused, duplicates } of device.observable.quality)
    expect(came.find((row) => row.date === date)).toMatchObject({ received, refused, duplicate: duplicates });
}

/** Some orders are shuffled through and through, some only nearly in order, one is backwards. */
function shuffled(rows: readonly Sent[], random: () => number, order: number): Sent[] {
  if (order === 1) return [...rows].reverse();
  const reach = order % 2 === 0 ? rows.length : 50;
  return rows
    .map((row, place) => ({ row, key: place + random() * reach }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);
}

function cut(rows: readonly Sent[], random: () => number): Sent[][] {
  const parts: Sent[][] = [];
  for (let from = 0; from < rows.length; ) {
    const size = 1 + Math.floor(random() * 1_500);
    parts.push(rows.slice(from, from + size));
    from += size;
  }
  return parts;
}
