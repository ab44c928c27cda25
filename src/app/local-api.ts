/**
 * The API without a server, for commands on a store that nobody serves: the same routes and rules, and no port. What a
 * command sets in motion – jobs, mails, messages – waits in the store for the next server.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LocalApi } from '../edge/cli/connect.ts';
import { errorOf, type Failure, PROBLEM_TYPE, problemOf } from '../edge/http/problem.ts';
import { buildHttpServer } from '../edge/http/server.ts';
import { systemClock } from '../kernel/clock.ts';
import { ServiceStack } from '../kernel/lifecycle.ts';
import { createLog } from '../kernel/log.ts';
import { hasSimulated } from '../measurements/device/simulated-device.ts';
import { loadServices } from '../measurements/services/load-services.ts';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { moduleSettings } from './module-settings.ts';
import { brokerOptions, openBroker } from './open-broker.ts';
import { lockStore, openStore } from './open-store.ts';
import { version } from './version.ts';

type Inject = Awaited<ReturnType<typeof buildHttpServer>>['inject'];

/** Undefined where there is no store yet: a command makes none. It is opened by the first call. */
export function localApi(config: Config): LocalApi | undefined {
  if (config.store === 'sqlite' && !existsSync(join(resolve(config.data), 'millrace.db'))) return undefined;
  const stop = new ServiceStack();
  let opened: Promise<Inject> | undefined;
  return {
    fetch: async (address, { method = 'GET', headers = {}, body } = {}) => {
      try {
        const url = new URL(String(address));
        opened ??= open(config, { stop, needsBroker: url.pathname.startsWith(BUS) });
        const inject = await opened;
        // Whoever may open the files may do everything; a token left by a server that was killed counts for nothing.
        const { authorization: _, ...rest } = headers as Record<string, string>;
        const answer = await inject({
          method: method as 'GET',
          url: `${url.pathname}${url.search}`,
          headers: { ...rest, host: `localhost:${config.port}` },
          ...(body !== undefined && body !== null && { payload: body as string }),
        });
        const text = answer.payload === '' ? null : answer.payload;
        return new Response(text, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
      } catch (error) {
        return refusal(errorOf(error, { bodyLimitBytes: 0, trace: '' }));
      }
    },
    isOpen: () => opened !== undefined,
    close: () => stop.close(),
  };
}

const BUS = '/api/v1/bus/';

async function open(
  config: Config,
  { stop, needsBroker }: { readonly stop: ServiceStack; readonly needsBroker: boolean },
): Promise<Inject> {
  const log = createLog({ level: 'error', write: (line) => void process.stderr.write(line) });
  const { name } = stop.use(await lockStore(config, { log }));
  const store = stop.use(await openStore(config, { clock: systemClock, log }));
  // Every other command works while the broker is away.
  const broker = stop.use(await openBroker(needsBroker ? config.broker : 'memory', { ...brokerOptions(config), log }));
  const services = await compose({
    store,
    broker,
    clock: systemClock,
    random: Math.random,
    log,
    timeZone: config.timeZone,
    mailer: undefined,
    // No engine and no worker: they would do half of what a server with its mail server and its programs does.
    roles: ['api'],
    modules: await moduleSettings(config),
    services: await loadServices(config.services ?? []),
    name,
    info: { version, plant: 'none', simulated: await hasSimulated(store), auth: 'off' },
    publicUrl: () => `http://localhost:${config.port}`,
  });
  stop.use(services.stop);
  const http = await buildHttpServer(services, { auth: 'off' });
  stop.defer(() => http.close());
  return http.inject.bind(http) as Inject;
}

const refusal = (error: Failure): Response =>
  new Response(JSON.stringify(problemOf(error)), { status: error.status, headers: { 'content-type': PROBLEM_TYPE } });
