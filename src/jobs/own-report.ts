/** This server in the registry of workers: its own handlers are a worker like any other. */
import { hostname } from 'node:os';
import type { Clock } from '../kernel/clock.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { WorkerReport } from './desk.ts';
import type { Jobs } from './jobs.ts';

export const OWN_REPORT_MS = 30_000;

export type OwnReportParts = {
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  /** The name under which its workers hold leases. */
  readonly worker: string;
  readonly version: string;
};

/** Opened after the workers, closed before them: the last report but one says what they have done. */
export function startOwnReport({ jobs, clock, log, worker, version }: OwnReportParts): Service {
  const report = (): WorkerReport => ({
    ...jobs.hands.tally(),
    id: worker,
    kinds: jobs.hands.kinds(),
    state: 'running',
    host: hostname(),
    pid: process.pid,
    version,
    everyMs: OWN_REPORT_MS,
  });
  const loop = startLoop({
    round: async (signal) => {
      if (jobs.hands.kinds().length > 0) await jobs.report(report());
      await clock.sleep(OWN_REPORT_MS, signal);
    },
    onError: (error) => log.warn({ err: error }, 'the server could not report as a worker; it tries again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    await loop.close();
    await jobs.leave(worker).catch(() => {});
  });
}
