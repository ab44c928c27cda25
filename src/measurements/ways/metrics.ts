/** What operators watch of readings that come as messages: how many are stored, and how often one had to wait for the store. */
import type { Metrics } from '../../kernel/metrics.ts';

export type MessageMetrics = {
  stored(messages: number): void;
  putOff(messages: number): void;
};

export function messageMetrics(metrics: Metrics | undefined, way: string): MessageMetrics {
  const messages = metrics?.counter('millrace_measurement_messages', 'Messages with readings, by what became of them.');
  return {
    stored: (count) => messages?.add(count, { way, result: 'stored' }),
    putOff: (count) => messages?.add(count, { way, result: 'put_off' }),
  };
}
