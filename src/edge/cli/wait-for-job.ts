/** Waits for a job that somebody asked for and shows how far it is. */
import { systemClock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { openProgressBar } from './progress-bar.ts';
import type { Shell } from './shell.ts';

/** Between two looks at the job. */
const LOOK_MS = 300;

/** Its output. Throws `cli.job-failed` when it did not end well. */
export async function waitForJob(shell: Shell, id: string, what: string): Promise<unknown> {
  const client = shell.client();
  const bar = openProgressBar(shell.err, () => systemClock.now());
  try {
    for (;;) {
      const job = await client.jobs.get(id);
      if (job.state === 'done') return job.output;
      if (job.state === 'dead' || job.state === 'cancelled' || job.state === 'quarantined')
        throw new MillraceError('cli.job-failed', { job: id, reason: job.error ?? job.state });
      bar.show(job.progress?.share ?? 0, what);
      await systemClock.sleep(LOOK_MS);
    }
  } finally {
    bar.clear();
  }
}
