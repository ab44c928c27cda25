/** Mails as rows: what was to be said to whom, and whether it went out. */
import { defineFamily, type RowOf } from '../../../store/family.ts';
import type { Refusal } from './mailer.ts';

/**
 * queued: not sent yet, the job tries again. sent: the mail server has taken it. kept: no mail server is configured, or
 * nobody is on the list; it can be read here. failed: given up, for some or for all; the incident says why.
 */
export type MailState = 'queued' | 'sent' | 'kept' | 'failed';

/** The mail in one language, and who gets it so. */
export type Letter = {
  /** Null: the words have no language of their own. */
  readonly language: string | null;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
};

export const mailFamily = defineFamily({
  name: 'mail',
  columns: {
    /** The id of its job: one mail a job, however often the job runs. */
    id: 'integer',
    /** The same at every try. */
    messageId: 'text',
    instance: 'integer?',
    /** As the step names them: recipient lists, roles, people, addresses. */
    list: 'text',
    /** JSON list of addresses, as the list was when the mail was written. */
    recipients: 'text',
    /** JSON list of those who have yet to get it. */
    waiting: 'text',
    /** JSON list of those whom the mail server takes for good not; null: nobody. */
    refused: 'text?',
    /** JSON list of addresses; null: the sender of mails. */
    replyTo: 'text?',
    subject: 'text',
    body: 'text',
    /** JSON list; null: one for all, with the subject and body beside. */
    letters: 'text?',
    state: 'text',
    error: 'text?',
    createdAt: 'integer',
    sentAt: 'integer?',
  },
  key: ['id'],
});
export type MailRow = RowOf<typeof mailFamily>;

export const addressesIn = (json: string | null): readonly string[] =>
  json === null ? [] : (JSON.parse(json) as readonly string[]);

export const refusedIn = ({ refused }: Pick<MailRow, 'refused'>): readonly Refusal[] =>
  refused === null ? [] : (JSON.parse(refused) as readonly Refusal[]);

/** Who has got it. */
export function reachedIn(mail: Pick<MailRow, 'recipients' | 'waiting' | 'refused'>): readonly string[] {
  const not = new Set([...addressesIn(mail.waiting), ...refusedIn(mail).map(({ address }) => address)]);
  return addressesIn(mail.recipients).filter((address) => !not.has(address));
}

export const lettersIn = ({ letters, recipients, subject, body }: MailRow): readonly Letter[] =>
  letters === null
    ? [{ language: null, to: addressesIn(recipients), subject, text: body, html: null }]
    : (JSON.parse(letters) as readonly Letter[]);
