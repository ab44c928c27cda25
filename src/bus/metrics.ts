/** What operators watch of the outboxes: messages that were published, those that wait, and how long the eldest has. */
import { type Labels, type Metrics, seriesBy } from '../kernel/metrics.ts';

/** Where the messages stand that a relay has read. `refused`: they can never leave, and count for no age. */
export type OutboxLook = {
  readonly publishing: number;
  readonly unsettled: number;
  readonly refused: number;
  readonly oldestAgeMs: number;
};

export type OutboxMetrics = {
  published(outbox: string): void;
  /** Asks a relay when someone looks. Returns how to stop. */
  watch(outbox: string, look: () => OutboxLook): () => void;
};

export function outboxMetrics(metrics: Metrics): OutboxMetrics {
  const published = metrics.counter('millrace_outbox_published', 'Messages the broker has taken from an outbox.');
  const publishedOf = seriesBy((outbox) => published.series({ outbox }));
  const relays = new Map<string, () => OutboxLook>();
  metrics.observedGauge(
    'millrace_outbox_messages',
    'Messages of an outbox that are under way, by where they stand.',
    () =>
      [...relays].flatMap(([outbox, look]) => {
        const looked = look();
        return (['publishing', 'unsettled', 'refused'] as const).map((state): [Labels, number] => [
          { outbox, state },
          looked[state],
        ]);
      }),
  );
  metrics.observedGauge('millrace_outbox_oldest_seconds', 'The age of the eldest message that is under way.', () =>
    Array.from(relays, ([outbox, look]): [Labels, number] => [{ outbox }, look().oldestAgeMs / 1_000]),
  );
  return {
    published: (outbox) => publishedOf(outbox).add(),
    watch: (outbox, look) => {
      relays.set(outbox, look);
      return () => relays.delete(outbox);
    },
  };
}
