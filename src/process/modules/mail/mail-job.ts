/**
 * The handler of mail jobs. The first try looks up the recipients and writes the mail down before anything is sent; later
 * tries send the same mail to those who have not got it yet. A crash after sending and before writing that down leads to
 * one repeat at most, with the same Message-ID. Whom the mail server refuses for good is an incident; retried, the mail
 * goes to whoever has not got it by then.
 */

import { discard, done, fail, type Settlement } from '../../../kernel/settlement.ts';
import { addressesIn, mailFamily } from './mail.ts';
import { note } from './mail-note.ts';
import type { MailJob, MailJobParts } from './mail-parts.ts';
import { mailPayload } from './mail-payload.ts';
import { sendAll } from './mail-sending.ts';
import { writeDown } from './mail-writing.ts';

export async function sendMail(job: MailJob, parts: MailJobParts): Promise<Settlement> {
  const { store, mailer } = parts;
  const parsed = mailPayload.safeParse(job.payload);
  if (!parsed.success) return discard('The payload is not that of a mail.');
  const payload = parsed.data;
  const before = await store.get(mailFamily, [job.id]);
  const isGivenUp = before?.state === 'failed';
  const mail = before === undefined || isGivenUp ? await writeDown({ job, payload, parts }, before) : before;
  if (typeof mail === 'string') return fail(mail);
  // Sent before a crash: only the settlement was lost.
  if (addressesIn(mail.waiting).length === 0 && mail.refused === null) return done();
  if (mailer === undefined) {
    // Written when there still was a mail server: from now on it is kept like all others.
    if (mail.state !== 'kept') await note(mail, { state: 'kept', error: null }, parts);
    return done();
  }
  return sendAll({ job, payload, mail, mailer, parts });
}
