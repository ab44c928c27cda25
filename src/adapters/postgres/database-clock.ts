/**
 * The database's clock without asking it each time: its difference from this machine's clock is measured at the start and
 * every minute. Processes on machines whose clocks differ so agree about leases and timers. It never goes back.
 */
import type { Pool } from 'pg';
import { type Instant, systemClock } from '../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';

const SAMPLE_EVERY_MS = 60_000;
/** The quickest of so many answers counts: the difference is known to half its round trip. */
const SAMPLES = 3;

export type DatabaseClock = Service & { now(): Instant };

export async function startDatabaseClock(pool: Pool, log: Log): Promise<DatabaseClock> {
  let aheadMs = await measureAheadMs(pool);
  let last = 0;
  const sampling = startLoop({
    round: async (signal) => {
      await systemClock.sleep(SAMPLE_EVERY_MS, signal);
      if (!signal.aborted) aheadMs = await measureAheadMs(pool);
    },
    onError: (error) => log.warn({ err: error }, 'the clock of PostgreSQL could not be read; the last reading is used'),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  });
  const now = () => {
    last = Math.max(last, Math.floor(systemClock.now() + aheadMs));
    return last;
  };
  return service({ now }, () => sampling.close());
}

/** How far the database's clock is ahead of this machine's. */
async function measureAheadMs(pool: Pool): Promise<number> {
  let best = { aheadMs: 0, roundTripMs: Number.POSITIVE_INFINITY };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const sentAt = performance.now();
    const { rows } = await pool.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
    const roundTripMs = performance.now() - sentAt;
    const aheadMs = Number(rows[0]?.ms) + roundTripMs / 2 - systemClock.now();
    if (roundTripMs < best.roundTripMs) best = { aheadMs, roundTripMs };
  }
  return best.aheadMs;
}
