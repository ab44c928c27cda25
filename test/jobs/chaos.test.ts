/** Some seconds of faults for processes with a job queue; `npm run chaos -- --what jobs --minutes N` does it for long. */
import { describe, expect, it } from 'vitest';
import { runJobsChaos } from '../chaos/jobs/run.ts';
import { withoutPostgres } from '../fresh-postgres.ts';

const TIMEOUT_MS = 180_000;
const WORK_MS = 5_000;

describe('processes with a job queue under faults', () => {
  for (const store of ['sqlite', 'postgres'] as const)
    it.skipIf(store === 'postgres' && withoutPostgres)(
      `keep every promise on ${store}`,
      { timeout: TIMEOUT_MS },
      async () => {
        const account = await runJobsChaos({
          store,
          workMs: WORK_MS,
          seed: 3,
          leaseMs: 1_000,
          say: () => {},
        });
        expect(account.problems).toEqual([]);
        expect(account.completed).toBeGreaterThan(0);
        expect(Object.keys(account.faults).length).toBeGreaterThan(0);
      },
    );
});
