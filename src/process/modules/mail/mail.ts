/** Mails as rows: what was to be said to whom, and whether it went out. */
import { defineFamily, type RowOf } from '../../../store/family.ts';

/**
 * queued: not sent yet, the job tries again. sent: the mail server has taken it. kept: no mail server is configured, or
 * nobody is on the list; it can be read here. failed: given up; the incident says why.
 */
export type MailState = 'queued' | 'sent' | 'kept' | 'failed';

export const mailFamily = defineFamily({
  name: 'mail',
  columns: {
    /** The id of its job: one mail a job, however often the job runs. */
    id: 'integer',
    /** The same at every try. */
    messageId: 'text',
    instance: 'integer?',
    list: 'text',
    /** JSON list of addresses, as the list was when the mail was written. */
    recipients: 'text',
    /** JSON list of those who have yet to get it. */
    waiting: 'text',
    subject: 'text',
    body: 'text',
    state: 'text',
    error: 'text?',
    createdAt: 'integer',
    sentAt: 'integer?',
  },
  key: ['id'],
});
export type MailRow = RowOf<typeof mailFamily>;
