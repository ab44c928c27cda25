/** What operators watch of the store: units by what became of them, batches and how long they took, units that wait. */
import type { Metrics } from '../kernel/metrics.ts';

/** Units of one batch, by what became of them. */
export type BatchUnits = { readonly ok: number; readonly conflict: number; readonly failed: number };

/** Told once a batch, never once a unit. */
export type StoreMetrics = {
  wrote(units: BatchUnits, durationMs: number): void;
  /** A batch that could not be written; none of its units is known to be stored. */
  failed(units: number, durationMs: number): void;
  /** Counts the units that wait here when someone looks. */
  watch(waiting: () => number): void;
};

export function storeMetrics(metrics: Metrics): StoreMetrics {
  const units = metrics.counter('millrace_store_units', 'Units of commits, by what became of them.');
  const batches = metrics.counter('millrace_store_batches', 'Batches of units, written or failed.');
  const seconds = metrics.histogram('millrace_store_batch_seconds', 'How long the store took to write a batch.');
  const watched: (() => number)[] = [];
  metrics.observedGauge('millrace_store_waiting_units', 'Units that wait for the next batch.', () =>
    watched.reduce((sum, waiting) => sum + waiting(), 0),
  );
  const [ok, conflict, failed] = ['ok', 'conflict', 'failed'].map((verdict) => units.series({ verdict }));
  const [written, lost] = ['written', 'failed'].map((result) => batches.series({ result }));
  return {
    wrote: (counts, durationMs) => {
      ok?.add(counts.ok);
      conflict?.add(counts.conflict);
      failed?.add(counts.failed);
      written?.add();
      seconds.observe(durationMs / 1_000);
    },
    failed: (count, durationMs) => {
      failed?.add(count);
      lost?.add();
      seconds.observe(durationMs / 1_000);
    },
    watch: (waiting) => watched.push(waiting),
  };
}
