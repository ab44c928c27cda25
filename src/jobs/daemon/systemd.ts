/**
 * Tells systemd how the worker is, where systemd has asked for it (`Type=notify`). Node has no datagram sockets of Unix, so
 * `systemd-notify` says it; the unit needs `NotifyAccess=all`. Without a NOTIFY_SOCKET nothing is said.
 */
import { execFile } from 'node:child_process';
import type { Clock } from '../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';

const NOTIFY_TIMEOUT_MS = 5_000;
/** While it drains the worker asks for so much more time, again and again. */
const EXTEND_MS = 15_000;
const EXTEND_EVERY_MS = 5_000;
const MICROSECONDS_PER_MS = 1_000;

export type ServiceManagerParts = {
  /** How often the watchdog has to hear; undefined: it does not watch. */
  readonly watchdogMs: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the loops come round. */
  readonly isHealthy: () => boolean;
};

export type ServiceManager = Service & {
  ready(): Promise<void>;
  /** Says so until it is closed. */
  stopping(): void;
};

export function tellServiceManager({ watchdogMs, clock, log, isHealthy }: ServiceManagerParts): ServiceManager {
  const stop = new AbortController();
  const loops: Promise<void>[] = [];
  let hasWarned = false;
  const say = async (...words: string[]): Promise<void> => {
    const problem = await notify(words);
    if (problem === undefined || hasWarned) return;
    hasWarned = true;
    log.warn({ err: problem }, 'systemd-notify failed; systemd does not hear how the worker is');
  };
  const again = async (everyMs: number, round: () => Promise<void>): Promise<void> => {
    while (!stop.signal.aborted) {
      await round();
      await clock.sleep(everyMs, stop.signal);
    }
  };
  const watching =
    watchdogMs === undefined
      ? undefined
      : startLoop({
          round: async (signal) => {
            if (isHealthy()) await say('WATCHDOG=1');
            await clock.sleep(watchdogMs / 2, signal);
          },
          onError: (error) => log.error({ err: error }, 'the watchdog could not be told'),
          sleep: (ms, signal) => clock.sleep(ms, signal),
        });
  return service(
    {
      ready: () => say('READY=1', 'STATUS=takes jobs'),
      stopping: () => {
        const extend = `EXTEND_TIMEOUT_USEC=${EXTEND_MS * MICROSECONDS_PER_MS}`;
        loops.push(again(EXTEND_EVERY_MS, () => say('STOPPING=1', 'STATUS=waits for running jobs', extend)));
      },
    },
    async () => {
      stop.abort();
      await Promise.all(loops);
      await watching?.close();
    },
  );
}

function notify(words: readonly string[]): Promise<Error | undefined> {
  return new Promise((resolve) => {
    execFile('systemd-notify', [...words], { timeout: NOTIFY_TIMEOUT_MS }, (error) => resolve(error ?? undefined));
  });
}
