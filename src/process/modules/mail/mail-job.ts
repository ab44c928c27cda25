/**
 * The handler of mail jobs. It looks up the recipients when the step runs, writes the mail down, sends it, and writes down
 * what came of it. A crash after sending and before writing leads to one repeat at most, with the same Message-ID.
 */
import { z } from 'zod';
import { discard, done, fail, type Settlement } from '../../../jobs/settlement.ts';
import type { JobContext } from '../../../jobs/worker.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import type { Log } from '../../../kernel/log.ts';
import { plantFeed } from '../../../store/feed.ts';
import type { Store } from '../../../store/store.ts';
import { append, put, set } from '../../../store/unit.ts';
import { type MailState, mailFamily } from './mail.ts';
import type { Mailer } from './mailer.ts';
import { fill, fillSubject } from './render.ts';

export type Recipient = { readonly name: string; readonly address: string };

export type MailJobParts = {
  readonly store: Store;
  readonly log: Log;
  /** undefined: mails are kept. */
  readonly mailer: Mailer | undefined;
  /** The people of a list as it is now; undefined: there is no such list. */
  readonly resolveRecipients: (list: string) => Promise<readonly Recipient[] | undefined>;
  /** What a task is called and where people work on it. */
  readonly describeTask: (
    task: JobId,
  ) => Promise<{ readonly name: string; readonly businessKey: string | null } | undefined>;
  /** Where the pages are, for the link in the mail. */
  readonly publicUrl: string;
};

/** Either a mail node's own words, or the notice that a task is offered. */
const payloadSchema = z.object({
  list: z.string(),
  instance: z.number().optional(),
  node: z.string(),
  task: z.number().optional(),
  subject: z.string().optional(),
  text: z.string().optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
});
type MailPayload = z.output<typeof payloadSchema>;

export async function sendMail(
  { id, payload, attempt }: Pick<JobContext, 'id' | 'payload' | 'attempt'>,
  parts: MailJobParts,
): Promise<Settlement> {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return discard('The payload is not that of a mail.');
  const { store, mailer, resolveRecipients } = parts;
  const before = await store.get(mailFamily, [id]);
  if (before?.state === 'sent') return done('sent'); // sent before a crash; only the settlement was lost
  const recipients = await resolveRecipients(parsed.data.list);
  if (recipients === undefined) return fail(`There is no recipient list "${parsed.data.list}". Create it, then retry.`);
  const addresses = [...new Set(recipients.map(({ address }) => address))];
  const words =
    before === undefined ? await wordsOf(parsed.data, parts) : { subject: before.subject, text: before.body };
  const mail: Writing = { id, payload: parsed.data, addresses, ...words };
  if (addresses.length === 0 || mailer === undefined) {
    await write(parts, mail, { state: 'kept', error: addresses.length === 0 ? 'The recipient list is empty.' : null });
    return done('kept');
  }
  if (attempt === 1) await write(parts, mail, { state: 'queued', error: null });
  return settle(
    parts,
    mail,
    await mailer.send({
      messageId: `<${formatJobId(id)}@millrace>`,
      to: addresses,
      subject: mail.subject,
      text: mail.text,
    }),
  );
}

type Writing = {
  readonly id: JobId;
  readonly payload: MailPayload;
  readonly addresses: readonly string[];
  readonly subject: string;
  readonly text: string;
};

async function settle(
  parts: MailJobParts,
  mail: Writing,
  result: Awaited<ReturnType<Mailer['send']>>,
): Promise<Settlement> {
  switch (result.kind) {
    case 'sent': {
      const error = result.rejected.length > 0 ? `Not taken for: ${result.rejected.join(', ')}` : null;
      await write(parts, mail, { state: 'sent', error });
      if (error !== null)
        parts.log.warn(
          { mail: formatJobId(mail.id), rejected: result.rejected.length },
          'the mail server refused some recipients',
        );
      return done('sent');
    }
    case 'later':
      await write(parts, mail, { state: 'queued', error: result.reason });
      return fail(result.reason);
    case 'refused':
      await write(parts, mail, { state: 'failed', error: result.reason });
      return discard(result.reason);
    default:
      return result satisfies never;
  }
}

async function write(
  { store }: MailJobParts,
  { id, payload, addresses, subject, text }: Writing,
  { state, error }: { readonly state: MailState; readonly error: string | null },
): Promise<void> {
  const at = store.now();
  const row = {
    id,
    instance: payload.instance ?? null,
    list: payload.list,
    recipients: JSON.stringify(addresses),
    subject,
    body: text,
    state,
    error,
    createdAt: at,
    sentAt: state === 'sent' || state === 'kept' ? at : null,
  };
  const body = JSON.stringify({ v: 1, state, list: payload.list });
  const told = append(plantFeed, {
    topic: `millrace.process.mail.${state}`,
    subject: formatJobId(id),
    at,
    actor: 'system',
    body,
  });
  const first = state !== 'queued' || error === null;
  await store.commit([
    { guards: [], writes: first ? [put(mailFamily, row), told] : [set(mailFamily, [id], { error })] },
  ]);
}

async function wordsOf(
  { node, task, instance, subject, text, variables = {} }: MailPayload,
  { describeTask, publicUrl }: MailJobParts,
): Promise<{ subject: string; text: string }> {
  if (subject !== undefined) return { subject: fillSubject(subject, variables), text: fill(text ?? '', variables) };
  const known = task === undefined ? undefined : await describeTask(task as JobId);
  const name = known?.name ?? node;
  const about = known?.businessKey == null ? '' : ` – ${known.businessKey}`;
  const lines = [
    `A task waits for you: ${name}${about}`,
    '',
    ...(task === undefined ? [] : [`Decide here: ${publicUrl}/inbox?task=${formatJobId(task as JobId)}`]),
    ...(instance === undefined
      ? []
      : [`The whole story: ${publicUrl}/instances/${formatInstanceId(instance as InstanceId)}`]),
  ];
  return { subject: fillSubject(`${name}${about}`, {}), text: lines.join('\n') };
}
