/** Mails that processes asked for, and what became of them. */
import { type Page, type PageRequest, readPage } from './page.ts';

export type MailState = 'queued' | 'sent' | 'kept' | 'failed';

export type Mail = {
  readonly id: string;
  readonly list: string | null;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly state: MailState;
  readonly error: string | null;
  readonly at: string;
  readonly sentAt: string | null;
  readonly instance: string | null;
};

export const listMails = (page?: PageRequest): Promise<Page<Mail>> => readPage('/mails', {}, page);
