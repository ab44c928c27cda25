/**
 * `<service>_stats`: what the analysis of a measurement service keeps, as one row a device and period, with the ratios
 * worked out; docs/reference/views.md lists the columns. A service with states has shifts and days, one without has hours
 * (UTC) and days. A view asks the tables when it is asked: nothing is stored twice.
 */
import { instant, joined, sql, table, type View, type ViewSql } from '../../store/view.ts';
import { analysisFamily, bucketFamily, intakeFamily, kpiFamily, qualityFamily } from '../analysis/families.ts';
import { anomalyFamily } from '../anomaly/anomaly.ts';
import { deviceFamily } from '../device/device.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import {
  ASSESSMENT_COLUMNS,
  type Column,
  PLANNED_BUSY,
  QUANTITY_COLUMNS,
  QUANTITY_RATIOS,
  TIME_COLUMNS,
  TIME_RATIOS,
} from './kpi-columns.ts';
import { metricColumns } from './metric-columns.ts';
import { QUALITY_PARTS, QUALITY_SCORE } from './quality-columns.ts';

const HOUR_MS = 3_600_000;

/** Of each row, under the name k: the period, and further columns as they are stored. */
export function statsView(service: MeasurementService): View {
  const counts = service.output !== undefined;
  const hasStates = counts || service.signal !== undefined;
  const kept = [...(counts ? QUANTITY_COLUMNS : []), ...(hasStates ? TIME_COLUMNS : [])];
  const ratios = [...(hasStates ? TIME_RATIOS : []), ...(counts ? QUANTITY_RATIOS : []), ...QUALITY_PARTS];
  const assessed = [...(counts ? ASSESSMENT_COLUMNS : []), QUALITY_SCORE];
  const own = [...kept, ...ratios.map(([name]): Column => [name, `k.${name}`]), ...assessed];
  const head = headOf(service);
  const taken = new Set([...head, ...own].map(([name]) => name));
  const columns = [...[...head, ...own].map(named), ...metricColumns(service, taken)];
  return {
    name: `${service.name.replaceAll('-', '_')}_stats`,
    area: 'measurements',
    sql: sql`SELECT ${joined(columns, ', ')}
FROM (SELECT ${joined([sql`k.*`, ...ratios.map(named)], ', ')}
  FROM (${hasStates ? scopesOf(service) : hoursAndDaysOf(service)}) AS k
  LEFT JOIN ${table(qualityFamily)} AS q ON k.kind = 'day' AND q.device = k.device AND q.date = k.date
  LEFT JOIN ${table(intakeFamily)} AS i ON k.kind = 'day' AND i.device = k.device AND i.date = k.date) AS k
LEFT JOIN ${table(deviceFamily)} AS d ON d.id = k.device`,
  };
}

const headOf = (service: MeasurementService): readonly (readonly [name: string, source: ViewSql])[] => [
  ['device_id', sql`k.device`],
  ['device_name', sql`d.name`],
  ['line', sql`d.line`],
  ['period', sql`k.kind`],
  ['shift_name', sql`k.name`],
  ['local_date', sql`k.date`],
  ['start_time', sql`${instant('k."from"')}`],
  ['end_time', sql`${instant('k."end"')}`],
  ['known_until', sql`${instant('k."to"')}`],
  ['anomaly_count', anomaliesOf(service)],
];

const named = ([name, source]: readonly [name: string, source: string | ViewSql]): ViewSql => sql`${source} AS ${name}`;

const scopesOf = ({ name }: MeasurementService): ViewSql =>
  sql`SELECT k.*, ${PLANNED_BUSY} AS pbt FROM ${table(kpiFamily)} AS k WHERE k.service = '${name}'`;

/** A day of a release that did not keep its borders is there once its device has been analysed anew. */
function hoursAndDaysOf({ name }: MeasurementService): ViewSql {
  const hour = `(b.start - b.start % ${HOUR_MS})`;
  const end = `${hour} + ${HOUR_MS}`;
  const ofService = sql`JOIN ${table(analysisFamily)} AS a ON a.service = '${name}' AND a.device`;
  return sql`SELECT y.device, 'day' AS kind, y."from", y."to", y."to" AS "end", y.date, '' AS name
      FROM ${table(qualityFamily)} AS y ${ofService} = y.device WHERE y."to" > 0
    UNION ALL SELECT b.device, 'hour', ${hour}, ${end}, ${end}, NULL, ''
      FROM ${table(bucketFamily)} AS b ${ofService} = b.device GROUP BY b.device, ${hour}`;
}

/** Those that its analysis found and that stand, by where they begin. */
const anomaliesOf = ({ name }: MeasurementService): ViewSql =>
  sql`(SELECT COUNT(*) FROM ${table(anomalyFamily)} AS n WHERE n.device = k.device AND n.service = '${name}'
    AND n.revised_by IS NULL AND n."from" >= k."from" AND n."from" < k."end")`;
