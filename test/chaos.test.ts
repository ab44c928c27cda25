/** A few rounds of `kill -9` on each store; `npm run chaos -- --store sqlite --rounds 50` does many. */
import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos/run.ts';
import { freshDatabase } from './fresh-database.ts';
import { withoutPostgres } from './fresh-postgres.ts';

const TIMEOUT_MS = 300_000;
const silent = () => {};

describe('a server that is killed under fifty clients', () => {
  it('keeps every promise on SQLite', { timeout: TIMEOUT_MS }, async () => {
    const account = await runChaos({ store: 'sqlite', rounds: 3, seed: 1, say: silent });
    expect(account.problems).toEqual([]);
    expectThatItWasAtWork(account);
  });

  it.skipIf(withoutPostgres)('keeps every promise on PostgreSQL', { timeout: TIMEOUT_MS }, async () => {
    await using database = await freshDatabase();
    const account = await runChaos({ store: database.url, rounds: 2, seed: 2, say: silent });
    expect(account.problems).toEqual([]);
    expectThatItWasAtWork(account);
  });
});

/** Rounds in which nothing was acknowledged and no call cut off prove nothing. */
function expectThatItWasAtWork({ started, completed, messages, cutOff }: Awaited<ReturnType<typeof runChaos>>): void {
  for (const count of [started, completed, messages, cutOff]) expect(count).toBeGreaterThan(0);
}
