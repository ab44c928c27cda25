/**
 * The file by which a worker shows on its own machine that its loops come round: for a container's health check, which asks
 * `millrace worker health`. It says nothing of the server: a worker that is restarted because its server is away helps nobody.
 */
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../kernel/clock.ts';
import { formatDuration } from '../../kernel/duration.ts';
import { messageOf } from '../../kernel/errors.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { DaemonStatus } from './daemon-status.ts';

/** How often the file is written. */
export const STATUS_EVERY_MS = 2_000;
/** A loop that has not come round so long counts as hung: twice the longest that it waits when all is well. */
export const STALE_AFTER_MS = 30_000;
/** A loop that lags so much is not healthy. */
export const MAX_LAG_MS = 5_000;
const NANOSECONDS_PER_MS = 1e6;
const OWNER_ONLY = 0o600;

export type WorkerStatus = Omit<DaemonStatus, 'kinds'> & {
  readonly kinds: readonly string[];
  readonly pid: number;
  readonly version: string;
  /** When this was written, as the other times in milliseconds since 1970. */
  readonly at: number;
  /** The longest that the loop came late since the file was written last. */
  readonly lagMs: number;
};

export type StatusFileParts = {
  readonly file: string;
  readonly status: () => DaemonStatus;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with each status that was written. */
  readonly written?: (status: WorkerStatus) => void;
};

/** Written until it is closed, and then removed. A file that cannot be written is a warning: the work goes on. */
export function keepStatusFile({ file, status, version, clock, log, written }: StatusFileParts): Service {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let hasWarned = false;
  const write = async (): Promise<void> => {
    const lagMs = Math.round(delay.max / NANOSECONDS_PER_MS);
    delay.reset();
    const now: WorkerStatus = { ...status(), pid: process.pid, version, at: clock.now(), lagMs };
    try {
      await mkdir(dirname(file), { recursive: true });
      const part = `${file}.${process.pid}`;
      await writeFile(part, `${JSON.stringify(now)}\n`, { mode: OWNER_ONLY });
      await rename(part, file);
    } catch (error) {
      if (!hasWarned) log.warn({ err: error, file }, 'the status of the worker cannot be written down');
      hasWarned = true;
    }
    written?.(now);
  };
  const loop = startLoop({
    round: async (signal) => {
      await write();
      await clock.sleep(STATUS_EVERY_MS, signal);
    },
    onError: (error) => log.error({ err: error }, 'the status of the worker cannot be kept'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    await loop.close();
    delay.disable();
    await rm(file, { force: true });
  });
}

export type Health = { readonly status: WorkerStatus | undefined; readonly problems: readonly string[] };

/** What is wrong with the worker that keeps this file; nothing: it is healthy. */
export function readHealth(file: string, now: number): Health {
  let status: WorkerStatus;
  try {
    status = JSON.parse(readFileSync(file, 'utf8')) as WorkerStatus;
  } catch (error) {
    return { status: undefined, problems: [`it has written no status down (${messageOf(error)})`] };
  }
  return { status, problems: problemsOf(status, now) };
}

/** The watchdog asks the same of the status that was just written. */
export function problemsOf({ at, fetchedAt, beatenAt, lagMs, state }: WorkerStatus, now: number): readonly string[] {
  const age = (since: number) => formatDuration(Math.max(0, now - since));
  const isStale = (since: number) => now - since > STALE_AFTER_MS;
  return [
    ...(isStale(at) ? [`it has written nothing down for ${age(at)}`] : []),
    // One that drains fetches no more.
    ...(state === 'running' && isStale(fetchedAt) ? [`its last fetch cycle ended ${age(fetchedAt)} ago`] : []),
    ...(isStale(beatenAt) ? [`its last round of heartbeats was ${age(beatenAt)} ago`] : []),
    ...(lagMs > MAX_LAG_MS ? [`its loop lags ${formatDuration(lagMs)} behind`] : []),
  ];
}
