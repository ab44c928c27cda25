/** What autovacuum does, where the server that is measured on has it switched off: then nobody else clears the dead rows of a queue away. */
import pg from 'pg';
import { systemClock } from '../../src/kernel/clock.ts';
import { startLoop } from '../../src/kernel/lifecycle.ts';
import { note } from '../figure.ts';

const TABLES = ['job', 'instance', 'statistic'];
const EVERY_MS = 2_000;

export async function startVacuum(url: string): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SHOW autovacuum');
  const isOff = rows[0]?.autovacuum === 'off';
  if (isOff) note('  autovacuum is off on this server; the benchmark vacuums every two seconds');
  const loop = startLoop({
    round: async (signal) => {
      await systemClock.sleep(EVERY_MS, signal);
      if (signal.aborted || !isOff) return;
      await client.query(`VACUUM (ANALYZE) ${TABLES.map((table) => `millrace.${table}`).join()}`);
    },
    onError: () => {}, // the tables are not there before a server has started
    sleep: systemClock.sleep,
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await loop.close();
      await client.end();
    },
  };
}
