/**
 * Where a worker gets its jobs from: a server over HTTP, or a broker that servers share with it. Neither need be there
 * yet: the worker waits for it.
 */
import { join, resolve } from 'node:path';
import type { WorkerOptions } from '../edge/cli/commands/worker.ts';
import { readServerFile, SERVER_FILE } from '../edge/cli/connect.ts';
import type { Desk } from '../jobs/desk.ts';
import { type Service, service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Config } from './config.ts';
import { openBrokerDesk } from './open-broker-desk.ts';
import { openHttpDesk } from './open-http-desk.ts';

export type DeskRequest = {
  readonly config: Config;
  readonly options: Pick<WorkerOptions, 'url' | 'redisUrl'>;
  readonly log: Log;
};
export type DeskOpener = (request: DeskRequest) => Promise<Desk & Service>;

/** By `--redis-url`, `--url`, MILLRACE_URL, else the server that runs on the data directory. */
export const openDesk: DeskOpener = ({ config, options, log }) => {
  const url = options.redisUrl ?? options.url ?? config.url;
  if (url === undefined) return openLocalDesk(config);
  if (/^https?:/.test(url)) return openHttpDesk({ url, token: config.token });
  const { brokerPrefix: prefix } = config;
  return openBrokerDesk({ url, log, ...(prefix !== undefined && { prefix }) });
};

/**
 * The server of this machine: its file says where it is, anew after each start. So the file is read again whenever a call
 * has failed. Each call throws `cli.no-server` while there is none.
 */
async function openLocalDesk({ data, token }: Config): Promise<Desk & Service> {
  const file = join(resolve(data), SERVER_FILE);
  let opened: (Desk & Service) | undefined;
  const ask = async <Answer>(what: (desk: Desk) => Promise<Answer>): Promise<Answer> => {
    const found = opened ?? (await openHttpDesk(withToken(readServerFile(file), token)));
    opened = found;
    try {
      return await what(found);
    } catch (error) {
      if (opened === found) opened = undefined;
      throw error;
    }
  };
  const desk: Desk = {
    claim: (...asked) => ask((found) => found.claim(...asked)),
    settle: (...asked) => ask((found) => found.settle(...asked)),
    release: (...asked) => ask((found) => found.release(...asked)),
    heartbeat: (...asked) => ask((found) => found.heartbeat(...asked)),
    report: (...asked) => ask((found) => found.report(...asked)),
    leave: (...asked) => ask((found) => found.leave(...asked)),
  };
  return service(desk, async () => opened?.close());
}

const withToken = ({ url, token }: { readonly url: string; readonly token: string }, given: string | undefined) => ({
  url,
  token: given ?? token,
});
