/**
 * Writes a mail down as it will be sent at every try. One that was given up and is tried again by a person is written anew:
 * for those whom its step names now, but for those who have got it.
 */
import { formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import { isAbsent, isEqual, put } from '../../../store/unit.ts';
import { PROCESS_OWNER } from '../../engine/transition-unit.ts';
import { addressesIn, type Letter, lettersIn, type MailRow, type MailState, mailFamily, reachedIn } from './mail.ts';
import { told } from './mail-note.ts';
import type { MailJob, MailJobParts } from './mail-parts.ts';
import { type MailPayload, namesIn } from './mail-payload.ts';
import { addressedBy, type Recipient } from './mail-recipients.ts';
import { wordsOf } from './mail-words.ts';

type Writing = { readonly job: MailJob; readonly payload: MailPayload; readonly parts: MailJobParts };

/** A text says why not. `before`: the mail of this job, given up. */
export async function writeDown(
  { job, payload, parts }: Writing,
  before: MailRow | undefined,
): Promise<MailRow | string> {
  const { store, metrics, resolveRecipients } = parts;
  const addressed = await addressedBy(payload, resolveRecipients);
  if (typeof addressed === 'string') return addressed;
  const earlier = before ?? (payload.after === undefined ? undefined : await store.get(mailFamily, [payload.after]));
  const row = await rowOf({ job, payload, parts }, addressed, earlier);
  const guard =
    before === undefined ? isAbsent(mailFamily, [row.id]) : isEqual(mailFamily, [row.id], ['state', before.state]);
  const writes = [put(mailFamily, row), told(row, row.state as MailState, store.now())];
  const [verdict] = await store.commit([{ guards: [guard], writes }]);
  if (verdict !== 'ok') return 'Another worker is sending this mail.';
  metrics?.became(row.state as MailState);
  return row;
}

type Who = { readonly recipients: readonly Recipient[]; readonly answers: readonly string[] };

async function rowOf(writing: Writing, who: Who, earlier: MailRow | undefined): Promise<MailRow> {
  const { job, payload, parts } = writing;
  const now = parts.store.now();
  const reached = earlier === undefined ? [] : reachedIn(earlier);
  const known = new Set(reached.map((address) => address.toLowerCase()));
  const fresh = who.recipients.filter(({ address }) => !known.has(address.toLowerCase()));
  const letters = await lettersFor(writing, fresh);
  const [first] = letters;
  const isPlain = letters.length === 1 && first?.language === null && first.html === null;
  const waiting = JSON.stringify(fresh.map(({ address }) => address));
  const isNobody = fresh.length === 0 && reached.length === 0;
  const isOver = fresh.length === 0 && !isNobody;
  const isKept = parts.mailer === undefined || isNobody;
  return {
    id: job.id,
    // Job ids begin anew with a new store, so they alone would hide a mail behind one of an earlier life.
    messageId: earlier?.messageId ?? `<${formatJobId(job.id)}.${now.toString(36)}@millrace>`,
    instance: instanceOf(job) ?? null,
    list: namesIn(payload).join(', '),
    recipients: JSON.stringify([...reached, ...(JSON.parse(waiting) as string[])]),
    waiting,
    refused: null,
    replyTo: who.answers.length === 0 ? null : JSON.stringify(who.answers),
    subject: first?.subject ?? '',
    body: first?.text ?? '',
    letters: isPlain && reached.length === 0 ? null : JSON.stringify(withReached(letters, { earlier, reached })),
    state: isOver ? 'sent' : isKept ? 'kept' : 'queued',
    error: isNobody ? 'Nobody on the list has an address.' : null,
    createdAt: earlier?.createdAt ?? now,
    sentAt: isOver ? now : null,
  };
}

/** One for each language in which somebody gets it; nobody left: as if for one without a language. */
async function lettersFor(
  { job, payload, parts }: Writing,
  recipients: readonly Recipient[],
): Promise<readonly Letter[]> {
  const { describeTask, publicUrl, language: ours } = parts;
  const task = payload.task === undefined ? undefined : await describeTask(payload.task as JobId);
  const known = { instance: instanceOf(job), task, publicUrl };
  const letters = new Map<string, Letter & { readonly to: string[] }>();
  const readers: readonly Partial<Recipient>[] = recipients.length === 0 ? [{}] : recipients;
  for (const { address, language } of readers) {
    const words = wordsOf(payload, [...(language == null ? [] : [language]), ours, 'en'], known);
    const key = JSON.stringify(words);
    const letter = letters.get(key) ?? { ...words, to: [] };
    if (address !== undefined) letter.to.push(address);
    letters.set(key, letter);
  }
  return [...letters.values()];
}

type Reached = { readonly earlier: MailRow | undefined; readonly reached: readonly string[] };

/** What was read by those who have got it stays with the mail, beside what goes to the others. */
function withReached(letters: readonly Letter[], { earlier, reached }: Reached): readonly Letter[] {
  if (earlier === undefined) return letters;
  const isReached = new Set(reached);
  const read = lettersIn(earlier)
    .map((letter) => ({ ...letter, to: letter.to.filter((address) => isReached.has(address)) }))
    .filter(({ to }) => to.length > 0);
  return [...letters.filter(({ to }) => to.length > 0), ...read];
}

const instanceOf = ({ owner }: MailJob): InstanceId | undefined =>
  owner?.kind === PROCESS_OWNER ? (owner.id as InstanceId) : undefined;

/** Those of a letter who have yet to get it. */
export function waitingFor(letter: Letter, mail: Pick<MailRow, 'waiting'>): readonly string[] {
  const to = new Set(letter.to);
  return addressesIn(mail.waiting).filter((address) => to.has(address));
}
