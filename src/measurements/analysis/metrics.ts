/** What operators watch of analyses: runs by how they ended, rows, how long they took, and what was found. */
import type { Metrics } from '../../kernel/metrics.ts';
import type { RunOutcome } from './run.ts';

export type AnalysisMetrics = { ran(outcome: RunOutcome, durationMs: number): void; failed(): void };

export function analysisMetrics(metrics: Metrics): AnalysisMetrics {
  const runs = metrics.counter('millrace_analysis_runs', 'Runs of measurement services, by how they ended.');
  const rows = metrics.counter('millrace_analysis_rows', 'Rows that measurement services went through.');
  const found = metrics.counter('millrace_analysis_anomalies', 'Anomalies that measurement services found.');
  const seconds = metrics.histogram('millrace_analysis_seconds', 'How long a run took.');
  return {
    ran: (outcome, durationMs) => {
      runs.add(1, { status: 'done' });
      rows.add(outcome.rows);
      found.add(outcome.anomalies);
      seconds.observe(durationMs / 1_000);
    },
    failed: () => runs.add(1, { status: 'failed' }),
  };
}
