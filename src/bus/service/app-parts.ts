/** What the parts of an app share. */
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Broker } from '../broker.ts';
import type { Deadlines } from './deadlines.ts';
import type { Remembered } from './remembered.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import type { Tracing } from './tracing.ts';

export type AppParts = {
  /** Names this app among all others, in message ids too. */
  readonly id: string;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly deadlines: Deadlines;
  readonly remembered: Remembered;
  readonly metrics: ServiceMetrics;
  readonly tracing: Tracing | undefined;
  /** Events leave as CloudEvents from this source. */
  readonly cloudEvents: { readonly source: string } | undefined;
  /** A message id that no other message has. */
  readonly nextId: () => string;
};
