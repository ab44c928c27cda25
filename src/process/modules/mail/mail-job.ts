/**
 * The handler of mail jobs. The first try looks up the recipients and writes the mail down before anything is sent; later
 * tries send the same mail to those who have not got it yet. A crash after sending and before writing that down leads to
 * one repeat at most, with the same Message-ID.
 */

import type { JobContext } from '../../../jobs/worker.ts';
import { formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import type { Log } from '../../../kernel/log.ts';
import { discard, done, fail, type Settlement } from '../../../kernel/settlement.ts';
import { plantFeed } from '../../../store/feed.ts';
import type { Store } from '../../../store/store.ts';
import { append, isAbsent, isEqual, put, set, type Write } from '../../../store/unit.ts';
import { DEFAULT_ATTEMPTS } from '../../core/work.ts';
import { PROCESS_OWNER } from '../../engine/transition-unit.ts';
import { type MailRow, type MailState, mailFamily } from './mail.ts';
import { type MailPayload, mailPayload } from './mail-payload.ts';
import { type TaskDescription, wordsOf } from './mail-words.ts';
import type { Mailer, Refusal, SendResult } from './mailer.ts';
import type { MailMetrics } from './metrics.ts';

export type Recipient = { readonly name: string; readonly address: string };

export type MailJobParts = {
  readonly store: Store;
  readonly log: Log;
  readonly metrics?: MailMetrics;
  /** undefined: mails are kept. */
  readonly mailer: Mailer | undefined;
  /** The people of a list as it is now; undefined: there is no such list. */
  readonly resolveRecipients: (list: string) => Promise<readonly Recipient[] | undefined>;
  /** What a task is called and where people work on it. */
  readonly describeTask: (task: JobId) => Promise<TaskDescription | undefined>;
  /** Where the pages are, for the link in the mail. */
  readonly publicUrl: string;
};

type MailJob = Pick<JobContext, 'id' | 'payload' | 'attempt' | 'owner'>;

export async function sendMail(job: MailJob, parts: MailJobParts): Promise<Settlement> {
  const { store, mailer } = parts;
  const parsed = mailPayload.safeParse(job.payload);
  if (!parsed.success) return discard('The payload is not that of a mail.');
  const before = await store.get(mailFamily, [job.id]);
  const mail = before ?? (await write(job, parsed.data, parts));
  if (typeof mail === 'string') return fail(mail);
  const to = JSON.parse(mail.waiting) as string[];
  if (to.length === 0) return done(); // sent before a crash: only the settlement was lost
  if (mailer === undefined) {
    // Written when there still was a mail server: from now on it is kept like all others.
    if (mail.state !== 'kept') await note({ job, mail, parts }, { state: 'kept', error: null });
    return done();
  }
  const { messageId, subject, body: text } = mail;
  return settle({ job, mail, parts }, await mailer.send({ messageId, to, subject, text }));
}

/** Writes the mail down as it will be sent at every try; a text says why not. */
async function write(job: MailJob, payload: MailPayload, parts: MailJobParts): Promise<MailRow | string> {
  const { store, mailer, metrics, resolveRecipients, describeTask, publicUrl } = parts;
  const recipients = await resolveRecipients(payload.list);
  if (recipients === undefined) return `There is no recipient list "${payload.list}". Create it, then retry.`;
  const instance = job.owner?.kind === PROCESS_OWNER ? (job.owner.id as InstanceId) : undefined;
  const task = payload.task === undefined ? undefined : await describeTask(payload.task as JobId);
  const { subject, text } = wordsOf(payload, { instance, task, publicUrl });
  const addresses = JSON.stringify([...new Set(recipients.map(({ address }) => address))]);
  const state: MailState = mailer === undefined || recipients.length === 0 ? 'kept' : 'queued';
  const createdAt = store.now();
  const row: MailRow = {
    id: job.id,
    // Job ids begin anew with a new store, so they alone would hide a mail behind one of an earlier life.
    messageId: `<${formatJobId(job.id)}.${createdAt.toString(36)}@millrace>`,
    instance: instance ?? null,
    list: payload.list,
    recipients: addresses,
    waiting: addresses,
    subject,
    body: text,
    state,
    error: recipients.length === 0 ? 'Nobody on the list has an address.' : null,
    createdAt,
    sentAt: null,
  };
  const writes = [put(mailFamily, row), told(row, state, createdAt)];
  const [verdict] = await store.commit([{ guards: [isAbsent(mailFamily, [row.id])], writes }]);
  if (verdict !== 'ok') return 'Another worker is sending this mail.';
  metrics?.became(state);
  return row;
}

type Sending = { readonly job: MailJob; readonly mail: MailRow; readonly parts: MailJobParts };

async function settle(sending: Sending, result: SendResult): Promise<Settlement> {
  const { job, parts } = sending;
  // The last try is over; whoever looks at the mail must not wait for another one.
  const unsent: MailState = job.attempt >= DEFAULT_ATTEMPTS ? 'failed' : 'queued';
  switch (result.kind) {
    case 'later':
      await note(sending, { state: unsent, error: result.reason });
      return fail(result.reason);
    case 'refused':
      await note(sending, { state: 'failed', error: result.reason });
      return discard(result.reason);
    case 'sent': {
      const { rejected, deferred = [] } = result;
      const refused = rejected.length === 0 ? undefined : `Refused for ${listed(rejected)}`;
      if (refused !== undefined) {
        parts.log.warn({ mail: formatJobId(job.id), refused }, 'the mail server refused some recipients for good');
      }
      if (deferred.length === 0) {
        await note(sending, { state: 'sent', error: refused ?? null, waiting: '[]' });
        return done();
      }
      const reason = `Not yet taken for ${listed(deferred)}`;
      const waiting = JSON.stringify(deferred.map(({ address }) => address));
      await note(sending, { state: unsent, error: [reason, refused].filter(Boolean).join('; '), waiting });
      return fail(reason);
    }
    default:
      return result satisfies never;
  }
}

type Note = Pick<MailRow, 'error'> & { readonly state: MailState; readonly waiting?: string };

/** Writes down what came of a try. What another worker has noted meanwhile stays. */
async function note({ mail, parts }: Sending, { state, ...columns }: Note): Promise<void> {
  const { store, metrics } = parts;
  const at = store.now();
  const sentAt = state === 'sent' ? at : null;
  const guards = [isEqual(mailFamily, [mail.id], ['state', mail.state])];
  const writes = [set(mailFamily, [mail.id], { state, sentAt, ...columns })];
  const isNew = state !== mail.state;
  const [verdict] = await store.commit([{ guards, writes: isNew ? [...writes, told(mail, state, at)] : writes }]);
  if (isNew && verdict === 'ok') metrics?.became(state);
}

function told({ id, list }: MailRow, state: MailState, at: number): Write {
  const body = JSON.stringify({ v: 1, state, list });
  return append(plantFeed, {
    topic: `millrace.process.mail.${state}`,
    subject: formatJobId(id as JobId),
    at,
    actor: 'system',
    body,
  });
}

const listed = (refusals: readonly Refusal[]): string =>
  refusals.map(({ address, reason }) => `${address} (${reason})`).join(', ');
