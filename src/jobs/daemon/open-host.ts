/** Opens the host that handlers of a module run in, by how much stands between them and the daemon. */
import { availableParallelism } from 'node:os';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { loadHandlers } from './handler.ts';
import { type Host, ownThreadHost } from './host.ts';
import { openHostPool } from './host-pool.ts';

/** `none`: the daemon's own thread. `thread`: threads beside it. `process`: processes of their own. */
export const ISOLATIONS = ['thread', 'process', 'none'] as const;

export type HostOptions = {
  readonly isolation: (typeof ISOLATIONS)[number];
  /** The URL of the module of handlers. */
  readonly handlers: string;
  readonly concurrency: number;
  /** How many threads or processes share the jobs. Default: as many as the machine has cores, never more than jobs at once. */
  readonly hosts?: number | undefined;
  /** What the handlers of one thread or process may use. */
  readonly memoryMb?: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
};

/** Throws `worker.unusable-handlers`. */
export async function openHost(options: HostOptions): Promise<Host> {
  const { isolation, handlers, concurrency, hosts = availableParallelism(), ...rest } = options;
  if (isolation === 'none') return ownThreadHost(await loadHandlers(handlers));
  return openHostPool({ ...rest, isolation, handlers, size: Math.min(hosts, concurrency) });
}
