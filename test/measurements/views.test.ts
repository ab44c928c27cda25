/**
 * The SQL views say what the API says, on every store: each number of a period is worked out a second time from what the
 * analyses hand out. The example queries of docs/reference/views.md run as they stand there.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bucketFamily, kpiFamily } from '../../src/measurements/analysis/families.ts';
import type { StatisticPoint } from '../../src/measurements/analysis/readings.ts';
import { anomalyFamily } from '../../src/measurements/anomaly/anomaly.ts';
import { measurementFamilies } from '../../src/measurements/families.ts';
import { assess } from '../../src/measurements/kpi/assessment.ts';
import { kpisOf } from '../../src/measurements/kpi/kpis.ts';
import { newBucket } from '../../src/measurements/pipeline/bucket.ts';
import { NO_ELEMENTS, plannedBusyMs } from '../../src/measurements/pipeline/scope.ts';
import { defineMeasurement } from '../../src/measurements/services/measurement-service.ts';
import { measurementViews } from '../../src/measurements/views/views.ts';
import { columnName } from '../../src/store/family.ts';
import { put } from '../../src/store/unit.ts';
import { unit } from '../../src/testing/store-conformance/parts.ts';
import { freshSchema, runSql, withoutPostgres } from '../fresh-postgres.ts';
import { analyse, opened, send } from './declared-plant.ts';
import { plants, type StoredPlant } from './on-stores.ts';
import { generatePlant } from './truth/generate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const TEST_MS = 120_000;
const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
const truth = generatePlant({ devices: 3, days: 4, seed: 3, pollMs: MINUTE_MS });

type Row = Record<string, unknown>;
const time = (at: number): string => new Date(at).toISOString();
const rowsOf = (plant: StoredPlant, view: string): Promise<Row[]> =>
  plant.ask(`SELECT * FROM ${view} ORDER BY device_id, period, start_time`);

/** Every column that is expected, numbers to nine digits; sums of fractions are added up in another order. */
function expectSame(found: Row | undefined, expected: Row): void {
  const rounded = (row: Row) =>
    Object.fromEntries(
      Object.entries(expected).map(([name]) => {
        const value = row[name];
        return [name, typeof value === 'number' ? Number(value.toPrecision(9)) : value];
      }),
    );
  expect(rounded(found ?? {})).toEqual(rounded(expected));
}

/** Some of its anomalies no longer stand, and some were found as the readings came. */
async function measuredPlant(open: (timeZone?: string) => Promise<StoredPlant>): Promise<StoredPlant> {
  const plant = await opened(open, truth);
  for (const device of truth.devices) await send(plant, [...device.rows()]);
  await analyse(plant, truth);
  const found = await plant.store.select(anomalyFamily, { limit: 500 });
  const others = found.flatMap((one) => [
    put(anomalyFamily, { ...one, id: `revised ${one.id}`, revisedBy: 1 }),
    put(anomalyFamily, { ...one, id: `live ${one.id}`, service: '' }),
  ]);
  await plant.store.commit([unit(...others)]);
  return plant;
}

/** KPIs as the route of a device hands them out, under the names that the views have for them. */
function kpiColumns(scope: Awaited<ReturnType<StoredPlant['measurements']['analyses']['scopes']>>[number]): Row {
  const { elements } = scope;
  const kpis = kpisOf(elements);
  const { quality: quality_rate, averageSpeed: avg_speed, isCycleWrong: _, ...named } = kpis;
  const { grade: performance, efficiency } = assess(kpis);
  const { pq, pqOutside, sq, rq, failures, repairs, intervalsTbf, ...others } = elements;
  const plain = ['idealMs', 'idealScrapMs', 'pqLow', 'pqHigh', 'sqLow', 'sqHigh', 'gqLow', 'gqHigh'];
  return {
    ...Object.fromEntries(Object.entries(named).map(([name, value]) => [columnName(name), value])),
    ...Object.fromEntries(
      Object.entries(others).map(([name, value]) => [`${columnName(name)}${plain.includes(name) ? '' : '_ms'}`, value]),
    ),
    ...{ quality_rate, avg_speed, performance, efficiency_score: efficiency?.score ?? null },
    ...{ pq, pq_outside: pqOutside, sq, rq, gq: pq - sq, failures, repairs, intervals_tbf: intervalsTbf },
    ...{ count_increment: pq + pqOutside, error_increment: sq, pbt_ms: plannedBusyMs(elements) },
  };
}

const isOfOutput = (name: string): boolean =>
  /^(pq|sq|rq|gq|ideal|oee|count|error)(_|$)/.test(name) ||
  ['effectiveness', 'quality_rate', 'nee', 'teep', 'throughput', 'avg_speed', 'performance'].includes(name) ||
  ['scrap_ratio', 'rework_ratio', 'efficiency_score'].includes(name);

/** Columns that every period of any service has. */
async function commonColumns(
  { measurements }: StoredPlant,
  { device, kind, from, end, date }: { device: string; kind: string; from: number; end: number; date: string | null },
): Promise<Row> {
  const { items } = await measurements.anomalies.list({ device, limit: 500 });
  const standing = items.filter((one) => one.service !== '' && one.revisedBy === null);
  const days = date === null ? [] : await measurements.analyses.quality({ device, from: date, to: date });
  const { completeness, validity, uniqueness, consistency, timeliness, score } =
    kind === 'day' && days[0] !== undefined
      ? days[0]
      : { completeness: null, validity: null, uniqueness: null, consistency: null, timeliness: null, score: null };
  return {
    device_id: device,
    period: kind,
    start_time: time(from),
    end_time: time(end),
    local_date: date,
    anomaly_count: standing.filter((one) => one.from >= from && one.from < end).length,
    ...{ completeness, validity, uniqueness, consistency, timeliness, data_quality_score: score },
  };
}

const gaugeColumns = (name: string, point: StatisticPoint | undefined): Row => ({
  [`${name}_readings`]: point?.n ?? 0,
  [`${name}_mean`]: point?.mean ?? null,
  [`${name}_std`]: point?.standardDeviation ?? null,
  [`${name}_min`]: point?.min ?? null,
  [`${name}_max`]: point?.max ?? null,
  [`${name}_time_mean`]: point?.timeWeightedMean ?? null,
});

describe.each(plants)('the views of the measurements, on $name', ({ open, isMissing }) => {
  it.skipIf(isMissing)(
    'say of every shift and day of a press and a drive what the API says',
    async () => {
      await using plant = await measuredPlant(open);
      const { analyses } = plant.measurements;
      for (const [device, view] of [
        ['brick-01', 'brick_production_stats'],
        ['machine-03', 'machine_monitoring_stats'],
      ] as const) {
        const rows = await rowsOf(plant, view);
        const scopes = [
          ...(await analyses.scopes({ ...EVER, device, kind: 'day' })),
          ...(await analyses.scopes({ ...EVER, device, kind: 'shift' })),
        ];
        expect(rows).toHaveLength(scopes.length);
        expect(scopes.length).toBeGreaterThan(8);
        for (const scope of scopes) {
          const found = rows.find((row) => row.period === scope.kind && row.start_time === time(scope.from));
          const columns = Object.entries(kpiColumns(scope));
          const isPress = device === 'brick-01';
          expectSame(found, {
            ...(await commonColumns(plant, scope)),
            ...{ known_until: time(scope.to), shift_name: scope.name, line: 'north', device_name: device },
            ...Object.fromEntries(columns.filter(([name]) => isPress || !isOfOutput(name))),
          });
        }
        expect(rows.some(({ anomaly_count }) => Number(anomaly_count) > 0)).toBe(true);
      }
    },
    TEST_MS,
  );

  it.skipIf(isMissing)(
    'say of every hour and day of a sensor what its statistics say',
    async () => {
      await using plant = await measuredPlant(open);
      const { analyses } = plant.measurements;
      const device = 'moisture-02';
      const rows = await rowsOf(plant, 'moisture_analysis_stats');
      const hours = await analyses.statistics({ device, metric: 'moisture', ...EVER, widthMs: HOUR_MS });
      const days = await analyses.quality({ device, from: '2000-01-01', to: '2100-01-01' });
      expect(rows.filter(({ period }) => period === 'hour')).toHaveLength(hours.length);
      expect(rows.filter(({ period }) => period === 'day')).toHaveLength(days.length);
      for (const point of hours) {
        const period = { device, kind: 'hour', from: point.start, end: point.start + HOUR_MS, date: null };
        const found = rows.find((row) => row.period === 'hour' && row.start_time === time(point.start));
        expectSame(found, { ...(await commonColumns(plant, period)), ...gaugeColumns('moisture', point) });
      }
      for (const { date } of days) {
        const { from, to: end } = analyses.calendar.on(date);
        const found = rows.find((row) => row.period === 'day' && row.local_date === date);
        const all = await analyses.statistics({ device, metric: 'moisture', from, to: end, widthMs: 900_000 });
        const total = (of: (point: StatisticPoint) => number) => all.reduce((sum, point) => sum + of(point), 0);
        expectSame(found, {
          ...(await commonColumns(plant, { device, kind: 'day', from, end, date })),
          moisture_readings: total(({ n }) => n),
          moisture_mean: total(({ sum }) => sum) / total(({ n }) => n),
          moisture_min: Math.min(...all.flatMap(({ min }) => min ?? [])),
          moisture_max: Math.max(...all.flatMap(({ max }) => max ?? [])),
        });
      }
    },
    TEST_MS,
  );
});

const kiln = defineMeasurement({
  name: 'kiln-watch',
  about: 'Has fields whose columns would have one name, or that of another column.',
  fields: [
    { name: 'hotEnd', role: 'gauge' },
    { name: 'hot_end', role: 'gauge' },
    { name: 'hot.end', role: 'counter', maxRate: 1 },
    { name: `Long${'x'.repeat(60)}`, role: 'gauge' },
    { name: `Long${'x'.repeat(59)}y`, role: 'gauge' },
    { name: 'error', role: 'counter', maxRate: 1 },
    { name: 'made', role: 'counter', maxRate: 1 },
  ],
  output: 'made',
});

describe.each(plants)("the view of a plant's own service, on $name", ({ open, isMissing }) => {
  it.skipIf(isMissing)('has columns of its own for every field, whatever they are called', async () => {
    await using plant = await open('UTC', [kiln]);
    const { measurements } = plant;
    const device = 'kiln-1';
    await measurements.devices.create({ id: device, fields: [...kiln.fields], service: null }, { actor: 'test' });
    const at = Date.UTC(2026, 2, 2);
    await plant.store.commit([
      unit(
        put(kpiFamily, {
          ...NO_ELEMENTS,
          ...{ device, kind: 'day', from: at, to: at + 1, end: at + 2 },
          ...{ date: '2026-03-02', name: '', service: kiln.name },
        }),
      ),
      unit(
        ...kiln.fields.map(({ name }, place) =>
          put(bucketFamily, {
            ...newBucket(),
            device,
            metric: name,
            start: at,
            widthMs: 900_000,
            n: 1,
            sum: place,
            mean: place,
            min: place,
            max: place,
            sketch: '',
          }),
        ),
      ),
    ]);
    const [row = {}] = await plant.ask('SELECT * FROM kiln_watch_stats');
    const long = `long${'x'.repeat(36)}`;
    expect(row).toMatchObject({
      ...{ device_id: device, device_name: device, start_time: time(at), count_increment: 0, error_increment: 0 },
      ...{ hot_end_max: 0, hot_end_2_max: 1, hot_end_increment: 2, [`${long}_max`]: 3, [`${long}_2_max`]: 4 },
      ...{ error_2_increment: 5 },
    });
    expect(Object.keys(row)).not.toContain('made_increment');
  });
});

const page = readFileSync(new URL('../../docs/reference/views.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql);
const roleExample = page.match(/```sql postgres\n([\s\S]*?)```/)?.[1] ?? '';

describe('the page about the views', () => {
  it.skipIf(plants.some(({ isMissing }) => isMissing))(
    'has examples that answer the same on every store, and says each column there is',
    async () => {
      const answers: Row[][][] = [];
      for (const { open } of plants) {
        await using plant = await measuredPlant(open);
        answers.push(await Promise.all(examples.map((sql) => plant.ask(sql))));
        for (const view of ['brick_production_stats', 'moisture_analysis_stats', 'machine_monitoring_stats'])
          for (const column of Object.keys((await plant.ask(`SELECT * FROM ${view} LIMIT 1`))[0] ?? {}))
            expect(page).toMatch(
              new RegExp(
                `\`(${column}|…${column.replace(/^(moisture|set_point|temperature|deviation|vibration|current)/, '')})\``,
              ),
            );
        for (const column of Object.keys((await plant.ask('SELECT * FROM processing_logs LIMIT 1'))[0] ?? {}))
          expect(page).toContain(`\`${column}\``);
      }
      const [first = [], ...others] = answers.map(comparable);
      expect(first.map((rows) => rows.length > 0)).toEqual(examples.map(() => true));
      for (const other of others) expect(other).toEqual(first);
    },
    TEST_MS,
  );

  it.skipIf(withoutPostgres)(
    'has statements for a role that reads the views and nothing else',
    async () => {
      await using schema = freshSchema();
      const role = `${schema.schema}_reader`;
      await schema.open({ families: [...measurementFamilies], views: measurementViews() });
      const statements = roleExample.replaceAll('millrace', schema.schema).replaceAll('reporting', role);
      const as = (sql: string) => runSql(`SET search_path = "${schema.schema}"; SET ROLE ${role}; ${sql}`);
      try {
        await runSql(statements);
        for (const view of measurementViews()) await as(`SELECT * FROM ${view.name}`);
        await expect(as('SELECT * FROM device')).rejects.toThrow('permission denied');
        await expect(as('DELETE FROM processing_logs')).rejects.toThrow('permission denied');
      } finally {
        await runSql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    },
    TEST_MS,
  );
});

/** Sums of fractions to nine digits; what depends on when the test ran is left out. */
const comparable = (answers: readonly Row[][]): Row[][] =>
  answers.map((rows) =>
    rows.map(({ longest_ms: _, ...row }) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => {
          const number = typeof value === 'string' && /^-?[0-9.]+$/.test(value) ? Number(value) : value;
          return [name, typeof number === 'number' ? Number(number.toPrecision(9)) : number];
        }),
      ),
    ),
  );
