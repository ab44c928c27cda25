/** What operators watch of the queue: jobs by what became of them, leases that ran out, and what runs now. By kind, never by job. */
import { type Labels, type Metrics, seriesBy } from '../kernel/metrics.ts';
import type { JobState } from './job.ts';

/** What a settlement made of a job; `stale`: nothing, for the claim was no longer held. */
export type JobResult = Exclude<JobState, 'ready' | 'leased' | 'blocked' | 'unknown'> | 'stale';

export type JobMetrics = {
  settled(kind: string, result: JobResult): void;
  /** A lease ran out; the job is given back, or put aside. */
  lost(kind: string, isQuarantined: boolean): void;
  /** Counts the jobs that a worker of this process runs, when someone looks. Returns how to stop. */
  watch(kind: string, running: () => number): () => void;
};

/** Of a job whose row is gone nobody knows the kind. */
export const UNKNOWN_KIND = 'unknown';

export function jobMetrics(metrics: Metrics): JobMetrics {
  const settled = metrics.counter('millrace_jobs_settled', 'Jobs that were settled, by what became of them.');
  const rescued = metrics.counter('millrace_jobs_rescued', 'Jobs given back because their lease ran out.');
  const quarantined = metrics.counter('millrace_jobs_quarantined', 'Jobs put aside: they were lost too often.');
  const workers = new Set<{ readonly kind: string; readonly running: () => number }>();
  metrics.observedGauge('millrace_jobs_running', 'Jobs that workers of this server run now.', () => {
    const byKind = new Map<string, number>();
    for (const { kind, running } of workers) byKind.set(kind, (byKind.get(kind) ?? 0) + running());
    return Array.from(byKind, ([kind, count]): [Labels, number] => [{ kind }, count]);
  });
  const settledBy = seriesBy((kind) => seriesBy((state) => settled.series({ kind, state })));
  return {
    settled: (kind, result) => settledBy(kind)(result).add(),
    lost: (kind, isQuarantined) => (isQuarantined ? quarantined : rescued).add(1, { kind }),
    watch: (kind, running) => {
      const worker = { kind, running };
      workers.add(worker);
      return () => workers.delete(worker);
    },
  };
}
