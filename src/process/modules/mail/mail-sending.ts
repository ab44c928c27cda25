/** Sends a mail, one letter for each language, and decides what came of it: for whom it is over, and what is left to do. */
import { formatJobId } from '../../../kernel/ids.ts';
import { discard, done, fail, type Settlement } from '../../../kernel/settlement.ts';
import { DEFAULT_ATTEMPTS } from '../../core/work.ts';
import { addressesIn, type Letter, lettersIn, type MailRow, reachedIn, refusedIn } from './mail.ts';
import { note } from './mail-note.ts';
import type { MailJob, MailJobParts } from './mail-parts.ts';
import { type MailPayload, namesIn } from './mail-payload.ts';
import { placeOf } from './mail-recipients.ts';
import { waitingFor } from './mail-writing.ts';
import type { Mailer, OutgoingMail, Refusal, SendResult } from './mailer.ts';

type Sending = {
  readonly job: MailJob;
  readonly payload: MailPayload;
  readonly mail: MailRow;
  readonly mailer: Mailer;
  readonly parts: MailJobParts;
};

/** How far a mail has come. */
type Progress = {
  /** Who has yet to get it. */
  readonly waiting: readonly string[];
  readonly refused: readonly Refusal[];
  /** Why those who wait did not get it; the last reason. */
  readonly reason?: string;
  /** The mail server may have taken what it never answered to. */
  readonly isUncertain?: true;
  /** It refuses the mail itself, whoever gets it. */
  readonly isAboutMail?: true;
};

export async function sendAll(sending: Sending): Promise<Settlement> {
  const { mail, parts } = sending;
  const letters = lettersIn(mail);
  let progress: Progress = { waiting: addressesIn(mail.waiting), refused: refusedIn(mail) };
  for (const letter of letters) {
    const to = waitingFor(letter, mail);
    if (to.length === 0) continue;
    const result = await answerOf(sending, outgoing(mail, letter, to));
    progress = after(progress, { to, result });
    if (result.kind === 'later') break; // the server is in no state to take the others
    // A crash before the last letter must not repeat the others.
    if (letters.length > 1) await note(mail, { state: 'queued', ...columnsOf(progress) }, parts);
  }
  return settle(sending, progress);
}

/**
 * A server that stops gives back what is not done in time, to be done again. A mail that must not be repeated is given up
 * before that: from the moment on at which nobody waits for the answer, nobody will know it.
 */
async function answerOf({ job, payload, mailer }: Sending, mail: OutgoingMail): Promise<SendResult> {
  const { signal } = job;
  if (payload.isOnce !== true || signal === undefined) return mailer.send(mail);
  const reason = 'The server stopped before the mail server had answered.';
  const stopped: SendResult = { kind: 'later', reason, isUncertain: true };
  const sent = mailer.send(mail);
  let giveUp = (): void => {};
  const aborted = new Promise<SendResult>((resolve) => {
    giveUp = () => resolve(stopped);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([sent, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function outgoing({ messageId, replyTo }: MailRow, letter: Letter, to: readonly string[]): OutgoingMail {
  const { language, subject, text, html } = letter;
  const answers = addressesIn(replyTo);
  return {
    // In each language it is a mail of its own.
    messageId: language === null ? messageId : messageId.replace('@', `.${language}@`),
    ...{ to, subject, text },
    ...(answers.length > 0 && { replyTo: answers }),
    ...(html !== null && { html }),
  };
}

/** What a result means for those whom the letter went to. Pure. */
function after(
  { waiting, refused, reason: earlier, isAboutMail: wasAboutMail }: Progress,
  { to, result }: { readonly to: readonly string[]; readonly result: SendResult },
): Progress {
  const others = waiting.filter((address) => !to.includes(address));
  switch (result.kind) {
    case 'later':
      return { waiting, refused, reason: result.reason, ...(result.isUncertain && { isUncertain: true }) };
    case 'refused': {
      const { reason, rejected = to.map((address) => ({ address, reason })) } = result;
      const isAboutMail = result.rejected === undefined || wasAboutMail === true;
      return {
        waiting: others,
        refused: [...refused, ...rejected],
        ...(earlier !== undefined && { reason: earlier }),
        ...(isAboutMail && { isAboutMail }),
      };
    }
    case 'sent': {
      const { rejected, deferred = [] } = result;
      const reason = deferred.length === 0 ? earlier : `Not yet taken for ${listed(deferred)}`;
      return {
        waiting: [...others, ...deferred.map(({ address }) => address)],
        refused: [...refused, ...rejected],
        ...(reason !== undefined && { reason }),
        ...(wasAboutMail && { isAboutMail: true }),
      };
    }
    default:
      return result satisfies never;
  }
}

const columnsOf = ({ waiting, refused }: Progress) => ({
  waiting: JSON.stringify(waiting),
  refused: refused.length === 0 ? null : JSON.stringify(refused),
});

async function settle({ job, payload, mail, parts }: Sending, progress: Progress): Promise<Settlement> {
  const { waiting, refused, reason = '' } = progress;
  const columns = columnsOf(progress);
  const refusedText = refused.length === 0 ? undefined : `Refused for ${listed(refused)}`;
  if (waiting.length > 0) {
    const isUnknown = payload.isOnce === true && progress.isUncertain === true;
    // The last try is over; whoever looks at the mail must not wait for another one.
    const isLast = job.attempt >= (payload.maxAttempts ?? DEFAULT_ATTEMPTS);
    const error = [reason, refusedText].filter(Boolean).join('; ');
    await note(mail, { state: isLast || isUnknown ? 'failed' : 'queued', error, ...columns }, parts);
    if (isUnknown) return discard(uncertainText(reason, waiting));
    return fail(isLast ? `${sentence(error)} ${LATER_ADVICE}` : reason);
  }
  if (refusedText === undefined) {
    await note(mail, { state: 'sent', error: null, ...columns }, parts);
    return done();
  }
  parts.log.warn({ mail: formatJobId(job.id), refused: refusedText }, 'the mail server refused recipients for good');
  await note(mail, { state: 'failed', error: refusedText, ...columns }, parts);
  const reached = reachedIn({ ...mail, ...columns }).length;
  const advice = progress.isAboutMail ? WORDS_ADVICE : addressAdvice(namesIn(payload));
  return discard(`${sentence(refusedText)} ${reachedText(reached)} ${advice}`);
}

const LATER_ADVICE =
  'See that the mail server answers (MILLRACE_SMTP), then retry: the mail goes to those who have not got it.';

const WORDS_ADVICE = 'Change what it complains of, the words of the step for example; then retry.';

const addressAdvice = (names: readonly string[]): string =>
  `Correct the address, or take it off ${[...new Set(names.map(placeOf))].join(' or ')}; then retry.`;

const reachedText = (reached: number): string =>
  reached === 0
    ? 'Nobody has got it.'
    : `${reached === 1 ? '1 other has' : `${reached} others have`} got it, and will not get it again.`;

const uncertainText = (reason: string, waiting: readonly string[]): string =>
  `${sentence(reason)} Nobody knows whether the mail went out, and it must not be repeated. Ask ${waiting.join(', ')}: ` +
  'if it has arrived, resolve the incident as done; if not, retry it.';

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** Those with the same reason together: a mail that is refused as a whole has one. */
function listed(refusals: readonly Refusal[]): string {
  const byReason = new Map<string, string[]>();
  for (const { address, reason } of refusals) byReason.set(reason, [...(byReason.get(reason) ?? []), address]);
  return [...byReason].map(([reason, addresses]) => `${addresses.join(', ')} (${reason})`).join(', ');
}
