/** What sending a mail needs: its job, and what the server lends. */
import type { JobContext } from '../../../jobs/worker.ts';
import type { JobId } from '../../../kernel/ids.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Store } from '../../../store/store.ts';
import type { ResolveRecipients } from './mail-recipients.ts';
import type { TaskDescription } from './mail-words.ts';
import type { Mailer } from './mailer.ts';
import type { MailMetrics } from './metrics.ts';

export type MailJobParts = {
  readonly store: Store;
  readonly log: Log;
  readonly metrics?: MailMetrics;
  /** undefined: mails are kept. */
  readonly mailer: Mailer | undefined;
  readonly resolveRecipients: ResolveRecipients;
  /** What a task is called and where people work on it. */
  readonly describeTask: (task: JobId) => Promise<TaskDescription | undefined>;
  /** Where the pages are, for the link in the mail. */
  readonly publicUrl: string;
  /** In which those are written to of whom nobody has said what they read. */
  readonly language: string;
};

/** A mail that must not be repeated listens to the signal. */
export type MailJob = Pick<JobContext, 'id' | 'payload' | 'attempt' | 'owner'> & Partial<Pick<JobContext, 'signal'>>;
