/** The program: reads the command line and does what it says. The only place that ends the process. */
import { runCli } from '../edge/cli/cli.ts';
import { systemClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { readConfig } from './config.ts';
import { runDemo } from './demo.ts';
import { localApi } from './local-api.ts';
import { openDesk } from './open-desk.ts';
import { openEnvironment } from './open-environment.ts';
import { lockStore, openStore } from './open-store.ts';
import { serve } from './serve.ts';
import { stopSignals } from './stop-signals.ts';
import { version } from './version.ts';
import { runWorker, workerHealth } from './worker.ts';

/** As a shell reports a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

process.exitCode = await runCli(process.argv.slice(2), {
  version,
  settings: () => readConfig(),
  local: () => localApi(readConfig()),
  environment: async (name) => openEnvironment(readConfig().environments, name),
  serve: async (options) => serve(readConfig(), options, untilStopped()),
  migrate: async () => migrate(),
  worker: (options) => runWorker(readConfig(), options, { openDesk, signals: stopSignals() }),
  workerHealth: async (options) => workerHealth(readConfig(), options),
  demo: (options) => runDemo(options, untilStopped(), () => process.exit(EXIT_INTERRUPTED)),
});

/** The first SIGTERM or SIGINT stops in order; a second one ends at once. */
function untilStopped(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.kill(process.pid, 'SIGKILL');
      stop.abort();
    });
  }
  return stop.signal;
}

async function migrate() {
  const config = readConfig();
  const log = createLog({ level: config.logLevel });
  const lock = await lockStore(config, { log });
  try {
    const store = await openStore(config, { clock: systemClock, log });
    await store.close();
  } finally {
    await lock.close();
  }
  return { text: 'The store has the form that this release needs.', json: { migrated: true } };
}
