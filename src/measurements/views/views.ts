/** The SQL views of the measurements; whoever opens a store hands them to it. */
import { instant, sql, table, type View } from '../../store/view.ts';
import { runFamily } from '../analysis/families.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import { SHIPPED } from '../services/shipped.ts';
import { statsView } from './stats-view.ts';

/** One row a run of an analysis. */
const processingLogs: View = {
  name: 'processing_logs',
  area: 'measurements',
  sql: sql`SELECT id AS run_id, service, service_version AS version, device AS device_id, "trigger" AS "trigger", actor,
  ${instant('rows_from')} AS rows_from, ${instant('rows_to')} AS rows_to, "rows" AS rows_in, late, jumps AS rejected,
  written AS rows_written, anomalies AS anomaly_count, ${instant('started_at')} AS started_at,
  ${instant('ended_at')} AS ended_at, ended_at - started_at AS duration_ms, status, error
FROM ${table(runFamily)}`,
};

/** `services`: those of the plant's own, beside the shipped ones. */
export const measurementViews = (services: readonly MeasurementService[] = []): readonly View[] => [
  processingLogs,
  ...[...SHIPPED, ...services].map(statsView),
];
