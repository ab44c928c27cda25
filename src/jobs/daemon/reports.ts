/** What a worker says of itself to the registry: at its start, again and again, when it begins to drain, and when it leaves. */
import { Bell } from '../../kernel/bell.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Desk } from '../desk.ts';
import type { DaemonStatus } from './daemon-status.ts';
import type { DeskLink } from './desk-link.ts';

/** How long a worker that ends waits until the registry has heard it. */
const FAREWELL_MS = 2_000;

export type ReportParts = {
  readonly desk: Desk;
  readonly link: DeskLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  readonly version: string;
  readonly host: string;
  readonly status: () => DaemonStatus;
};

export type Reports = Service & { draining(): void };

export function startReports(parts: ReportParts): Reports {
  const { desk, link, clock, log, everyMs, version, host, status } = parts;
  const bell = new Bell();
  const report = () => {
    const { id, kinds, concurrency, state, running, succeeded, failed } = status();
    const counts = { running, succeeded, failed };
    return desk.report({ id, kinds, concurrency, state, ...counts, host, pid: process.pid, version, everyMs });
  };
  let failures = 0;
  const loop = startLoop({
    round: async (signal) => {
      try {
        await link.call({ what: 'report', ask: report });
        failures = 0;
      } catch {
        failures += 1; // the link has said so
        return link.pause(failures, signal);
      }
      await bell.wait(clock, everyMs, signal);
    },
    onError: (error) => log.error({ err: error }, 'a worker could not report; it tries again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({ draining: () => bell.ring() }, async () => {
    await loop.close();
    try {
      await link.call({ what: 'leave', ask: () => desk.leave(status().id), timeoutMs: FAREWELL_MS });
    } catch (error) {
      log.warn({ err: error }, 'the registry could not be told that the worker has ended; it counts as gone soon');
    }
  });
}
