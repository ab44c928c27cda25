/** Where a worker gets its jobs from. Each way is a transport; the first that is meant by the options is taken. */
import type { WorkerOptions } from '../edge/cli/commands/worker.ts';
import type { Desk } from '../jobs/desk.ts';
import { MillraceError } from '../kernel/errors.ts';
import type { Service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Config } from './config.ts';

export type DeskRequest = {
  readonly config: Config;
  readonly options: WorkerOptions;
  readonly log: Log;
};
/** Opens the way to the jobs. It need not be there yet: a worker waits for it. Throws `worker.no-transport`. */
export type DeskOpener = (request: DeskRequest) => Promise<Desk & Service>;

/** A way to the jobs, by what it is called in `--help` and in errors. */
const transports: Readonly<Record<string, DeskOpener>> = {};

export const openDesk: DeskOpener = (request) => {
  const { options } = request;
  const transport = options.redisUrl === undefined ? 'a server (--url)' : 'Redis (--redis-url)';
  const open = transports[transport];
  if (open === undefined) {
    const names = Object.keys(transports);
    const known = names.length === 0 ? 'nowhere yet' : names;
    return Promise.reject(new MillraceError('worker.no-transport', { place: transport, known }));
  }
  return open(request);
};
