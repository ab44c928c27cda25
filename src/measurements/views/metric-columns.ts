/** What the buckets of a metric say of a period, which is a row named k: statistics of a gauge, the increment of a counter. */
import { columnName } from '../../store/family.ts';
import { sql, table, type ViewSql } from '../../store/view.ts';
import { bucketFamily } from '../analysis/families.ts';
import { roleOf } from '../device/field.ts';
import type { MeasurementService } from '../services/measurement-service.ts';

/** Counters and gauges beyond these have no columns: databases take no more than some 1,600. */
export const MAX_VIEW_METRICS = 200;
/** PostgreSQL cuts names at 63 bytes; the rest is for what the statistic is called. */
const MAX_NAME_CHARACTERS = 40;

type Statistic = readonly [suffix: string, source: ViewSql];

/** Counters that are the output, the rejects or the rework have columns of their own already. Adds the names to `taken`. */
export function metricColumns(service: MeasurementService, taken: Set<string>): ViewSql[] {
  const { fields, derive, output, reject, rework } = service;
  const others = fields.filter(({ name }) => ![output, reject, rework].includes(name));
  const metrics = [
    ...others.flatMap((field) =>
      roleOf(field) === 'counter' ? [[field.name, counterColumns(field.name)] as const] : [],
    ),
    ...[...others.filter((field) => roleOf(field) === 'gauge'), ...derive].map(
      ({ name }) => [name, gaugeColumns(name)] as const,
    ),
  ];
  return metrics.slice(0, MAX_VIEW_METRICS).flatMap(([metric, statistics]) => {
    const name = freeName(metric, statistics, taken);
    return statistics.map(([suffix, source]) => sql`${source} AS ${name}_${suffix}`);
  });
}

/** Like a column, and no other's: names of fields differ in letters that names of columns do not. */
function freeName(metric: string, statistics: readonly Statistic[], taken: Set<string>): string {
  const plain = columnName(metric)
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_/, '')
    .slice(0, MAX_NAME_CHARACTERS);
  for (let number = 1; ; number++) {
    const name = number === 1 ? plain : `${plain}_${number}`;
    const columns = statistics.map(([suffix]) => `${name}_${suffix}`);
    if (columns.some((column) => taken.has(column))) continue;
    for (const column of columns) taken.add(column);
    return name;
  }
}

const counterColumns = (metric: string): Statistic[] => [
  ['increment', ofBuckets(metric, sql`CAST(SUM(b.sum) AS BIGINT)`)],
];

function gaugeColumns(metric: string): Statistic[] {
  const mean = ofBuckets(metric, sql`SUM(b.sum) / NULLIF(SUM(b.n), 0)`);
  // Squared distances add up: those from the mean of each bucket, and those of these means from the mean of all (Chan).
  const squares = sql`SUM(b.m2 + b.n * (b.mean - m.mean) * (b.mean - m.mean))`;
  return [
    ['readings', ofBuckets(metric, sql`CAST(COALESCE(SUM(b.n), 0) AS BIGINT)`)],
    ['mean', mean],
    ['std', ofBuckets(metric, sql`sqrt(${squares} / NULLIF(SUM(b.n) - 1, 0))`, sql`, (SELECT ${mean} AS mean) AS m`)],
    ['min', ofBuckets(metric, sql`MIN(CASE WHEN b.n > 0 THEN b.min END)`)],
    ['max', ofBuckets(metric, sql`MAX(CASE WHEN b.n > 0 THEN b.max END)`)],
    ['time_mean', ofBuckets(metric, sql`SUM(b.integral) / NULLIF(SUM(b.held_ms), 0)`)],
  ];
}

/** Over the buckets of a metric that begin in the period. */
const ofBuckets = (metric: string, what: ViewSql, beside: ViewSql = []): ViewSql =>
  sql`(SELECT ${what} FROM ${table(bucketFamily)} AS b${beside}
    WHERE b.device = k.device AND b.metric = '${metric}' AND b.start >= k."from" AND b.start < k."end")`;
