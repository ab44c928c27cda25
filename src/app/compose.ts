/**
 * Puts a server together, from the store up: store → ids, jobs, tasks, processes → broker, access, measurements → workers
 * and consumers → HTTP. Opened top-down, closed bottom-up; this is the only place that knows every part.
 */
import { randomBytes } from 'node:crypto';
import { ACCOUNTS_KIND, generateAccounts } from '../access/generate-accounts.ts';
import { type Access, openAccess } from '../access/open-access.ts';
import type { Broker } from '../bus/broker.ts';
import { consumeOnce } from '../bus/consumer.ts';
import { jsonValue } from '../bus/envelope.ts';
import { outboxMetrics } from '../bus/metrics.ts';
import { startOutboxRelay } from '../bus/outbox-relay.ts';
import { startApp } from '../bus/service/app.ts';
import type { App } from '../bus/service/app-type.ts';
import { type BusChange, type BusTools, busToolsOf } from '../bus/tools/bus-tools.ts';
import type { ServeRole } from '../edge/cli/commands/server.ts';
import { labelOf } from '../edge/http/wire-schema.ts';
import type { Services } from '../edge/services.ts';
import { serveDesk } from '../jobs/bus-desk/serve-desk.ts';
import { openEventFeed } from '../jobs/event-feed.ts';
import { startEventPublisher } from '../jobs/event-publisher.ts';
import { startMirror } from '../jobs/mirror/mirror.ts';
import type { MirrorServer } from '../jobs/mirror/mirror-port.ts';
import { startOwnReport } from '../jobs/own-report.ts';
import { type Handler, type JobContext, startWorker } from '../jobs/worker.ts';
import type { Check } from '../kernel/check.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { type Service, ServiceStack } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { Metrics } from '../kernel/metrics.ts';
import type { Random } from '../kernel/random.ts';
import { type Measurements, openMeasurements } from '../measurements/open-measurements.ts';
import type { MeasurementService } from '../measurements/services/measurement-service.ts';
import type { OpenSubscription } from '../measurements/ways/subscription-port.ts';
import { MAIL_KIND, MAIL_ONCE_KIND } from '../process/core/action.ts';
import { FIRED_TOPIC, parseFiring } from '../process/engine/firing-message.ts';
import { sendMail } from '../process/modules/mail/mail-job.ts';
import { wentOut } from '../process/modules/mail/mail-note.ts';
import type { Mailer } from '../process/modules/mail/mailer.ts';
import { mailMetrics } from '../process/modules/mail/metrics.ts';
import { type ModuleSettings, type Modules, openModules } from '../process/modules/open-modules.ts';
import { takeAnnouncements } from '../process/modules/served/take-announcements.ts';
import { startElected } from '../store/election.ts';
import { plantFeed } from '../store/feed.ts';
import { measurementOutbox, plantOutbox } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { append } from '../store/unit.ts';
import { startAlerts } from './alerts/start-alerts.ts';
import { declareModules, workOnModules } from './follow-modules.ts';
import { type Health, measureLoopDelay, serverChecks, startHealth } from './health.ts';
import { type Keep, startHousekeeping } from './housekeeping.ts';
import { FIRINGS_QUEUE, OWN_QUEUES } from './own-queues.ts';
import { type RollParts, startRoll } from './server-roll.ts';
import { openSpine, type Spine } from './spine.ts';
import { ONLY_SERVER } from './standing.ts';
import { startWaysIn } from './ways-in.ts';

export type ComposeParts = {
  readonly store: Store;
  /** Whoever opened it closes it, after everything here. */
  readonly broker: Broker;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where the store, opened before, counts too. */
  readonly metrics?: Metrics;
  readonly timeZone: string;
  /** What is kept of ended instances; undefined: all. */
  readonly keep?: Keep;
  /** How long readings are kept; undefined: for ever. */
  readonly keepMeasurementsMs?: number | undefined;
  readonly mailer: Mailer | undefined;
  /** In which people are written to of whom nobody has said what they read. Default: English. */
  readonly language?: string;
  /** Who is written to when a check is in trouble; undefined: nobody. */
  readonly alertList?: readonly string[] | undefined;
  /** Where jobs are shown beside the store, and how long an ended one. Whoever opened it closes it. */
  readonly mirror?: { readonly server: MirrorServer; readonly jobTtlMs: number } | undefined;
  /** Where readings are taken from besides what is sent here. */
  readonly subscribe?: OpenSubscription | undefined;
  readonly roles: readonly ServeRole[];
  readonly modules?: ModuleSettings;
  /** Measurement services beside those that come with Millrace. */
  readonly services?: readonly MeasurementService[];
  /** Under it this server's workers hold leases, and it stands for what one server does for all. No other that runs has it. */
  readonly name?: string;
  /** Which of these names no running process has; given where others may run beside it on the same store. */
  readonly missing?: RollParts['missing'] | undefined;
  readonly info: Services['info'];
  /** Where people reach the pages, for links in mails. */
  readonly publicUrl: () => string;
};

export type Composed = Services & { readonly name: string; readonly broker: Broker; readonly stop: ServiceStack };

const FIRINGS_PREFETCH = 50;
const DEFAULT_LANGUAGE = 'en';

/** Closes what it has opened when it fails on the way: a loop left behind would keep the process alive. */
export async function compose(parts: ComposeParts): Promise<Composed> {
  const stop = new ServiceStack();
  try {
    return await putTogether(parts, stop);
  } catch (error) {
    await stop.close();
    throw error;
  }
}

async function putTogether(parts: ComposeParts, stop: ServiceStack): Promise<Composed> {
  const { store, broker, clock, random, log, metrics = new Metrics() } = parts;
  const { timeZone, roles, info, name = ONLY_SERVER, missing } = parts;
  const isEngine = roles.includes('engine');
  const modules = await openModules(store, parts.modules);
  const spine = stop.use(
    await openSpine({
      ...{ store, clock, random, log, metrics, worker: name, isAlone: true, isEngine, timeZone },
      modules: modules.faces,
      onHappened: (job) => wentOut(job, store),
    }),
  );
  if (missing !== undefined) stop.use(await startRoll({ store, clock, log, name, missing }));
  const { nextId, jobs, tasks, process } = spine;
  const measurements = stop.use(
    openMeasurements({ store, clock, nextId, timeZone, log, metrics, services: parts.services }),
  );
  const access = await openAccess({ store, nextId, randomBytes });

  declareKinds(jobs, [...Object.keys(measurements.jobs), ...Object.keys(measurements.longJobs)]);
  declareModules(modules.register, spine);
  // Whoever is called answers in real time, whatever clock this server runs on.
  const app = stop.use(await startApp({ broker, clock: systemClock, log, metrics }));
  startWorkers({ ...parts, metrics, spine, access, measurements, modules, app }, stop);
  if (isEngine) stop.use(await takeFirings(parts, process));
  // Messages leave when the consumers above have their queue: before, nobody would take them. Without them they wait in the outbox.
  if (isEngine) {
    const observed = outboxMetrics(metrics);
    for (const outbox of [plantOutbox, measurementOutbox])
      stop.use(
        startOutboxRelay({ store, outbox, broker, clock, log, metrics: observed, isAlone: missing === undefined }),
      );
  }
  if (parts.mirror !== undefined) stop.use(startMirror({ ...parts.mirror, jobs, store, clock, log, metrics }));
  const events = stop.use(startEventPublisher({ jobs, broker, clock, log, metrics }));
  const jobEvents = stop.use(openEventFeed({ broker, log, listenedTo: () => events.listenedTo() }));
  // Inside of the memory broker there is nobody but this server, and its workers have the queue itself.
  if (broker.capabilities.name !== 'memory') await listenToOthers({ ...parts, metrics, jobs, modules }, stop);
  const bus = openBusTools({ store, log }, app);
  if (isEngine) {
    const { correlator } = process;
    const { keep, keepMeasurementsMs } = parts;
    stop.use(startHousekeeping({ store, access, jobs, correlator, clock, log, name, keep, keepMeasurementsMs }));
  }
  const waysIn = roles.includes('analysis')
    ? stop.use(await startWaysIn({ ...parts, metrics, name, measurements, subscribe: parts.subscribe }))
    : undefined;
  if (roles.includes('analysis'))
    stop.use(
      startElected({ store, clock, log, office: 'analysis', candidate: name, lead: () => measurements.follow() }),
    );
  const watched = roles.includes('analysis') ? measurements.checks : [];
  const health = watchHealth(parts, { jobs, checks: [...(waysIn?.checks ?? []), ...watched] }, stop);
  let isReady = true;
  stop.defer(() => {
    isReady = false;
  });
  return {
    name,
    store,
    clock,
    metrics,
    log,
    process,
    tasks,
    jobs,
    measurements,
    access,
    bus,
    modules: modules.register,
    jobEvents,
    info,
    ready: () => isReady,
    health: health.verdicts,
    broker,
    stop,
  };
}

/** Runs the checks of this server, and writes to people about those in trouble. */
function watchHealth(
  { store, broker, clock, log, name = ONLY_SERVER, alertList: list, publicUrl }: ComposeParts,
  { jobs, checks }: { readonly jobs: Spine['jobs']; readonly checks: readonly Check[] },
  stop: ServiceStack,
): Health {
  const loopDelay = stop.use(measureLoopDelay());
  const all = [...serverChecks({ store, broker, clock, loopDelay }), ...checks];
  const health = stop.use(startHealth({ checks: all, clock, log }));
  if (list !== undefined) stop.use(startAlerts({ store, jobs, health, clock, log, name, list, publicUrl }));
  return health;
}

/** What measurements found goes to the processes that wait for it, or begin with it. */
function takeFirings({ broker, store, log, random }: ComposeParts, process: Spine['process']): Promise<Service> {
  return consumeOnce({
    ...{ broker, store, log, random },
    queue: FIRINGS_QUEUE,
    patterns: [FIRED_TOPIC],
    prefetch: FIRINGS_PREFETCH,
    takeIn: async (message) => {
      await process.firings.take(parseFiring(jsonValue(message)));
      return 'ok';
    },
  });
}

/** What other processes on the broker ask this server for, and tell it. */
async function listenToOthers(
  {
    broker,
    log,
    metrics,
    roles,
    jobs,
    modules: { register },
  }: Pick<ComposeParts, 'broker' | 'log' | 'roles'> & {
    readonly metrics: Metrics;
    readonly jobs: Spine['jobs'];
    readonly modules: Modules;
  },
  stop: ServiceStack,
): Promise<void> {
  const isEngine = roles.includes('engine');
  if (isEngine || roles.includes('worker')) stop.use(await serveDesk({ broker, jobs, log, metrics }));
  if (isEngine) stop.use(await takeAnnouncements({ broker, register, log, metrics }));
}

/** The server's own: nobody outside makes or does jobs of them. */
function declareKinds({ kinds }: Spine['jobs'], others: readonly string[]): void {
  for (const kind of [MAIL_KIND, ACCOUNTS_KIND, ...others]) kinds.declare(kind, {}, { isInternal: true });
  kinds.declare(MAIL_ONCE_KIND, { onLost: 'hold' }, { isInternal: true });
}

/** Analyses that this server runs at once, and how soon another takes over one that died. */
const MAX_LONG_JOBS = 2;
const LONG_JOB_LEASE_MS = 6_000;
const given = ({ payload, signal }: JobContext) => ({ payload, signal });

type WorkerParts = Pick<ComposeParts, 'store' | 'clock' | 'log' | 'mailer' | 'language' | 'roles' | 'info' | 'name'> & {
  readonly metrics: Metrics;
  readonly publicUrl: () => string;
  readonly spine: Spine;
  readonly access: Access;
  readonly measurements: Measurements;
  readonly modules: Modules;
  readonly app: App;
};

/** The server's own handlers, as its roles say; and what it says of itself as a worker. */
function startWorkers(parts: WorkerParts, stop: ServiceStack): void {
  const { store, clock, log, metrics, mailer, roles, info, publicUrl, name = ONLY_SERVER } = parts;
  const { spine, access, measurements } = parts;
  const { jobs, tasks } = spine;
  const work = (kind: string, handler: Parameters<typeof startWorker>[0]['handler']): Service =>
    stop.use(startWorker({ jobs, store, clock, log, worker: name, kind, handler }));
  if (roles.includes('worker')) {
    const mailParts = {
      store,
      log,
      metrics: mailMetrics(metrics),
      mailer,
      language: parts.language ?? DEFAULT_LANGUAGE,
      resolveRecipients: (name: string) => access.recipients.resolve(name),
      describeTask: async (id: Parameters<typeof tasks.get>[0]) => {
        const task = await tasks.get(id).catch(() => undefined);
        return task && { ...task, name: labelOf(task.name) };
      },
      get publicUrl() {
        return publicUrl();
      },
    };
    for (const kind of [MAIL_KIND, MAIL_ONCE_KIND]) work(kind, (job) => sendMail(job, mailParts));
    work(ACCOUNTS_KIND, (job) => generateAccounts(job, { accounts: access.accounts, log }));
    const { register, network, secrets } = parts.modules;
    workOnModules({ register, work, services: { app: parts.app, network, secrets, now: () => store.now() } });
  }
  if (roles.includes('worker') || roles.includes('analysis')) {
    for (const [kind, handle] of Object.entries(measurements.jobs)) work(kind, ({ payload }) => handle(payload));
    for (const [kind, handle] of Object.entries(measurements.longJobs)) {
      const handler: Handler = (job) => handle({ ...given(job), progress: (share) => job.report({ share }) });
      stop.use(
        startWorker({
          ...{ jobs, store, clock, log, worker: name, kind, handler },
          ...{ concurrency: MAX_LONG_JOBS, leaseMs: LONG_JOB_LEASE_MS },
        }),
      );
    }
  }
  stop.use(startOwnReport({ jobs, clock, log, worker: name, version: info.version }));
}

function openBusTools({ store, log }: Pick<ComposeParts, 'store' | 'log'>, app: App): BusTools {
  return busToolsOf({
    ...{ app, clock: systemClock, log, record: (change: BusChange) => record(store, change) },
    ownQueues: OWN_QUEUES,
  });
}

async function record(store: Store, { what, subject, actor, body }: BusChange): Promise<void> {
  const entry = {
    topic: `millrace.bus.${what}`,
    subject,
    at: store.now(),
    actor,
    body: JSON.stringify({ v: 1, ...body }),
  };
  await store.commit([{ guards: [], writes: [append(plantFeed, entry)] }]);
}
