/** `millrace worker`: a worker daemon in a process of its own, from its handlers to the status it keeps, until a signal stops it. */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkerHealthOptions, WorkerOptions } from '../edge/cli/commands/worker.ts';
import type { Shown } from '../edge/cli/leaf.ts';
import { type Daemon, startDaemon } from '../jobs/daemon/daemon.ts';
import { openHost } from '../jobs/daemon/open-host.ts';
import { keepStatusFile, problemsOf, readHealth, type WorkerStatus } from '../jobs/daemon/status-file.ts';
import { tellServiceManager } from '../jobs/daemon/systemd.ts';
import { systemClock } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { ServiceStack } from '../kernel/lifecycle.ts';
import { createLog, type Log } from '../kernel/log.ts';
import { type Config, readServiceManager } from './config.ts';
import type { DeskOpener } from './open-desk.ts';
import { version } from './version.ts';

export type StopSignals = {
  /** Aborts when the worker is to stop. */
  readonly stop: AbortSignal;
  /** Aborts when it is to stop at once. */
  readonly stopNow: AbortSignal;
};

/** Resolves when everything has ended. */
export async function runWorker(
  config: Config,
  options: WorkerOptions,
  { openDesk, signals }: { readonly openDesk: DeskOpener; readonly signals: StopSignals },
): Promise<void> {
  const isReadable = !options.isJson && process.stdout.isTTY === true;
  const log = createLog({ level: config.logLevel, readable: isReadable });
  const clock = systemClock;
  const ending = new ServiceStack();
  try {
    const { id, kinds, concurrency, isolation, hosts, memoryMb, maxRetries, leaseMs, fetchWaitMs, everyMs } = options;
    const handlers = pathToFileURL(resolve(options.handlers)).href;
    const common = { concurrency, clock, random: Math.random };
    const host = ending.use(
      await openHost({ ...common, isolation, handlers, hosts, memoryMb, log: log.child({ worker: id }) }),
    );
    const desk = ending.use(await openDesk({ config, options, log: log.child({ worker: id }) }));
    const daemon = ending.use(
      startDaemon({
        ...{ ...common, desk, host, id, log, fetchWaitMs, everyMs, version, drainMs: options.drainMs },
        ...(kinds !== undefined && { kinds }),
        ...(leaseMs !== undefined && { leaseMs }),
        ...(maxRetries !== undefined && { maxAttempts: maxRetries }),
      }),
    );
    const { stopping } = keepWatch(config, options, { daemon, log, ending });
    await aborted(signals.stop);
    stopping();
    const stopNow = () => void daemon.stopNow();
    signals.stopNow.addEventListener('abort', stopNow, { once: true });
    if (signals.stopNow.aborted) stopNow();
    await daemon.close();
  } finally {
    await ending.close();
  }
}

/** What others see of the worker on this machine. */
function keepWatch(
  config: Config,
  options: WorkerOptions,
  { daemon, log, ending }: { readonly daemon: Daemon; readonly log: Log; readonly ending: ServiceStack },
): { readonly stopping: () => void } {
  const { isAsked, watchdogMs } = readServiceManager();
  let last: WorkerStatus | undefined;
  ending.use(
    keepStatusFile({
      ...{ file: statusFile(config, options), clock: systemClock, log, version, status: () => daemon.status() },
      written: (status) => {
        last = status;
      },
    }),
  );
  if (!isAsked) return { stopping: () => {} };
  const isHealthy = () => last !== undefined && problemsOf(last, systemClock.now()).length === 0;
  const manager = ending.use(tellServiceManager({ watchdogMs, clock: systemClock, log, isHealthy }));
  void daemon.started.then(() => manager.ready());
  return { stopping: () => manager.stopping() };
}

/** Throws `worker.unhealthy`. */
export function workerHealth(config: Config, options: WorkerHealthOptions): Shown {
  const { status, problems } = readHealth(statusFile(config, options), systemClock.now());
  if (problems.length > 0)
    throw new MillraceError('worker.unhealthy', { worker: options.id, problems: problems.join('; ') });
  return { json: status, text: `The worker "${options.id}" is healthy: ${status?.running ?? 0} jobs run.` };
}

const statusFile = ({ givenData }: Config, { id, healthFile }: WorkerHealthOptions): string =>
  resolve(healthFile ?? join(givenData ?? tmpdir(), `millrace-worker-${id}.json`));

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((end) => (signal.aborted ? end() : signal.addEventListener('abort', () => end(), { once: true })));
}
