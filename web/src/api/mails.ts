/** Mails that processes asked for, and what became of them. */
import type { Mail } from '../../../src/client/wire-process.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { Mail };
export type MailState = Mail['state'];

export const listMails = (page?: PageRequest): Promise<Page<Mail>> => readPage('/mails', {}, page);
