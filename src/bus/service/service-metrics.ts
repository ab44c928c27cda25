/** What operators watch of services: messages by what became of them. */
import { type Metrics, seriesBy } from '../../kernel/metrics.ts';

export type MessageOutcome = 'done' | 'failed' | 'retried' | 'dead' | 'discarded' | 'repeated' | 'late' | 'refused';

export type ServiceMetrics = {
  concluded(service: string, operation: string, outcome: MessageOutcome): void;
};

/** Several apps of one process count together. */
const counted = new WeakMap<Metrics, ServiceMetrics>();

export function serviceMetrics(metrics: Metrics | undefined): ServiceMetrics {
  if (metrics === undefined) return { concluded: () => {} };
  const known = counted.get(metrics);
  if (known !== undefined) return known;
  const made = countIn(metrics);
  counted.set(metrics, made);
  return made;
}

function countIn(metrics: Metrics): ServiceMetrics {
  const messages = metrics.counter(
    'millrace_service_messages',
    'Messages that services concluded, by what became of them.',
  );
  const seriesOf = seriesBy((key) => {
    const [service = '', operation = '', outcome = ''] = key.split('\n');
    return messages.series({ service, operation, outcome });
  });
  return { concluded: (service, operation, outcome) => seriesOf(`${service}\n${operation}\n${outcome}`).add() };
}
