/** `millrace serve`: a whole server, from the lock on its data to the sign-in link it prints, until a signal stops it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { FIRST_PERSON } from '../access/open-access.ts';
import { brokerAddress } from '../bus/asyncapi/broker-address.ts';
import { DEVICES } from '../demo/plant-settings.ts';
import type { ServeOptions } from '../edge/cli/commands/server.ts';
import { buildHttpServer } from '../edge/http/server.ts';
import { systemClock } from '../kernel/clock.ts';
import { parseDuration } from '../kernel/duration.ts';
import { MillraceError, messageOf } from '../kernel/errors.ts';
import { ServiceStack } from '../kernel/lifecycle.ts';
import { createLog, type Log } from '../kernel/log.ts';
import { Metrics } from '../kernel/metrics.ts';
import { hasSimulated, markSimulated } from '../measurements/device/simulated-device.ts';
import { loadServices } from '../measurements/services/load-services.ts';
import { type Composed, compose } from './compose.ts';
import type { Config } from './config.ts';
import { startDemo } from './demo-plant.ts';
import { type Introduction, introductionJson, introductionText, programName } from './introduction.ts';
import { moduleSettings } from './module-settings.ts';
import { brokerOptions, openBroker } from './open-broker.ts';
import { lockStore, openStore } from './open-store.ts';
import { openOwnToken } from './own-tokens.ts';
import { writeServerFile } from './server-file.ts';
import { sharesItsStore } from './standing.ts';
import { version } from './version.ts';
import { openMqtt } from './ways-in.ts';

const WEB_ROOT = fileURLToPath(new URL('../../web/dist', import.meta.url));
/** Calls a second that one caller may make in the long run, and at once. */
const RATE_LIMIT = { perSecond: 2_000, burst: 5_000 };
const DEMO_DEVICES = DEVICES.map(({ id }) => id);

/** Runs until `signal` aborts; resolves when everything has ended. */
export async function serve(
  config: Config,
  { roles, plant, isJson }: ServeOptions,
  signal: AbortSignal,
): Promise<void> {
  const stop = new ServiceStack();
  const log = createLog({ level: config.logLevel, readable: process.stdout.isTTY === true });
  try {
    const { name, missing } = stop.use(await lockStore(config, { name: config.name, log }));
    const metrics = new Metrics();
    const store = stop.use(await openStore(config, { clock: systemClock, log, metrics }));
    let url = '';
    const mailer = config.smtp === undefined ? undefined : stop.use(await openMailer(config.smtp, config.mailFrom));
    const isDemo = plant === 'demo' && roles.includes('api');
    if (isDemo) await markSimulated(store, DEMO_DEVICES);
    const info = { version, plant, simulated: await hasSimulated(store), auth: config.auth };
    const broker = stop.use(await openBroker(config.broker, { ...brokerOptions(config), log }));
    const mirror = config.redis === undefined ? undefined : stop.use(await openMirror(config, log));
    const parts = {
      store,
      broker,
      mirror: mirror && { server: mirror, jobTtlMs: parseDuration(config.jobTtl) },
      clock: systemClock,
      random: Math.random,
      log,
      metrics,
      timeZone: config.timeZone,
      keep: { keepMs: parseDuration(config.keepHistory), keepBytes: config.keepHistoryMb * 1_000_000 },
      subscribe: roles.includes('analysis') ? await openMqtt(config, log) : undefined,
      keepMeasurementsMs: config.keepMeasurements === undefined ? undefined : parseDuration(config.keepMeasurements),
      mailer,
      language: config.language,
      alertList: config.alertList,
      roles,
      modules: await moduleSettings(config),
      services: await loadServices(config.services ?? []),
      name,
      missing,
      info,
      publicUrl: () => config.publicUrl?.replace(/\/+$/, '') ?? url,
    };
    const services = await compose(parts);
    stop.use(services.stop);
    if (roles.includes('api')) {
      const address = brokerAddress(config.broker, config.brokerPrefix);
      const http = await buildHttpServer(
        { ...services, brokerAddress: address },
        {
          auth: config.auth,
          rateLimit: RATE_LIMIT,
          ...(existsSync(WEB_ROOT) && { webRoot: WEB_ROOT }),
        },
      );
      stop.defer(() => http.close());
      await listen(http, config);
      url = addressOf(http.server.address(), config.host);
      await letTheCommandLineIn(services, { url, data: config.data, stop });
    }
    const introduction: Introduction = {
      version,
      name: sharesItsStore(config) ? name : undefined,
      url: url === '' ? undefined : url,
      data: config.store === 'sqlite' ? resolve(config.data) : 'PostgreSQL',
      broker: broker.capabilities.name,
      mails: mailer === undefined ? 'kept' : 'sent',
      roles,
      plant,
      signIn: url === '' || config.auth === 'off' ? undefined : await signInLink(services, url),
      program: programName(process.argv[1], process.cwd()),
    };
    process.stdout.write(isJson ? introductionJson(introduction) : introductionText(introduction));
    if (isDemo) stop.use(startDemo(services, { url, data: config.data }));
    await aborted(signal);
    log.info('stopping: finishing what is under way');
  } finally {
    await stop.close();
  }
}

async function listen(http: FastifyInstance, { port, host }: Config): Promise<void> {
  try {
    await http.listen({ port, host });
  } catch (error) {
    throw new MillraceError('config.cannot-listen', { host, port, reason: messageOf(error) }, { cause: error });
  }
}

async function openMailer(url: string, from: string) {
  const { openSmtpMailer } = await import('../adapters/smtp/smtp-mailer.ts');
  return openSmtpMailer({ url, from });
}

async function openMirror({ redis: url = '', brokerPrefix: prefix }: Config, log: Log) {
  const { openRedisMirror } = await import('../adapters/redis/jobs-mirror.ts');
  return openRedisMirror({ url, clock: systemClock, log, ...(prefix !== undefined && { prefix }) });
}

/** By a file that only its owner can read. */
async function letTheCommandLineIn(
  { access, store, clock, log, name }: Composed,
  { url, data, stop }: { readonly url: string; readonly data: string; readonly stop: ServiceStack },
): Promise<void> {
  const { credentials } = access;
  const { token } = stop.use(await openOwnToken({ credentials, store, clock, log, user: 'command line', name }));
  stop.defer(writeServerFile(resolve(data), { url, token }));
}

async function signInLink({ access }: Composed, url: string): Promise<string> {
  const { code } = await access.credentials.createCode(FIRST_PERSON, 'system');
  return `${url}/sign-in?code=${code}`;
}

function addressOf(address: ReturnType<import('node:net').Server['address']>, host: string): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '127.0.0.1' || host === '::1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
