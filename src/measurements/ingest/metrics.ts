/** What operators watch of ingest: rows by what became of them, anomalies, firings, and how long calls take. */
import type { Metrics } from '../../kernel/metrics.ts';
import type { Findings } from './analysis.ts';
import type { UnitCounts } from './unit.ts';

export type IngestMetrics = {
  took(counts: UnitCounts, findings: Findings): void;
  refused(rows: number): void;
  called(mode: string, durationMs: number): void;
};

export function ingestMetrics(metrics: Metrics): IngestMetrics {
  const rows = metrics.counter('millrace_measurement_rows', 'Rows taken in, by what became of them.');
  const anomalies = metrics.counter('millrace_anomalies', 'Anomalies opened, by detector.');
  const criteria = metrics.counter('millrace_criterion_events', 'Criteria that fired or cleared.');
  const seconds = metrics.histogram('millrace_ingest_seconds', 'How long a call with rows took.');
  return {
    took: ({ stored, duplicate, late, refusals }, findings) => {
      rows.add(stored - late, { result: 'stored' });
      rows.add(late, { result: 'late' });
      rows.add(duplicate, { result: 'duplicate' });
      rows.add(refusals.length, { result: 'quarantined' });
      for (const { isNew, source } of findings.anomalies.values())
        if (isNew) anomalies.add(1, { detector: source.detector });
      for (const { event } of findings.criteria) criteria.add(1, { event: event.kind });
    },
    refused: (count) => rows.add(count, { result: 'quarantined' }),
    called: (mode, durationMs) => seconds.observe(durationMs / 1_000, { mode }),
  };
}
