/** Sends mails by SMTP. Says of every failure, and of every recipient, whether another try makes sense. */
import type { Readable } from 'node:stream';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Mailer, OutgoingMail, Refusal, SendResult } from '../../process/modules/mail/mailer.ts';

export type SmtpMailerOptions = {
  /** smtp:// or smtps://, with user and password where the server wants them. */
  readonly url: string;
  readonly from: string;
  /** How long to wait for the connection and the greeting. Default: {@link CONNECT_TIMEOUT_MS}. */
  readonly connectTimeoutMs?: number;
  /** How long the server may be silent in the middle. Default: {@link ANSWER_TIMEOUT_MS}. */
  readonly answerTimeoutMs?: number;
};

export const CONNECT_TIMEOUT_MS = 10_000;
export const ANSWER_TIMEOUT_MS = 20_000;
const MAX_CONNECTIONS = 2;
/** Replies to automatic mails must not come back as new mails (RFC 3834). */
const HEADERS = { 'Auto-Submitted': 'auto-generated' };

export async function openSmtpMailer({
  url,
  from,
  connectTimeoutMs = CONNECT_TIMEOUT_MS,
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
}: SmtpMailerOptions): Promise<Mailer & Service> {
  const { createTransport } = await loadDriver();
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: answerTimeoutMs,
    disableUrlAccess: true,
    disableFileAccess: true,
  });
  const running = new Set<Promise<SendResult>>();
  const bodies = new Map<string, Readable>();
  transport.use('stream', (mail, next) => {
    const { message } = mail;
    const read = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      const body = read(options);
      bodies.set(mail.data.messageId ?? '', body as Readable);
      return body;
    };
    next();
  });
  const sendNow = async ({ to, replyTo, ...mail }: OutgoingMail): Promise<SendResult> => {
    const answers = replyTo === undefined ? {} : { replyTo: [...replyTo] };
    try {
      const sent = await transport.sendMail({ from, to: [...to], headers: HEADERS, ...answers, ...mail });
      return { kind: 'sent', accepted: sent.accepted.map(addressOf), ...refusalsOf(sent.rejectedErrors) };
    } catch (error) {
      return failureOf(error, bodies.get(mail.messageId)?.readableDidRead === true);
    } finally {
      bodies.delete(mail.messageId);
    }
  };
  const send = (mail: OutgoingMail): Promise<SendResult> => {
    const sending = sendNow(mail).finally(() => running.delete(sending));
    running.add(sending);
    return sending;
  };
  return service({ send }, async () => {
    await Promise.all(running); // not longer than the timeouts; a mail that is cut off would be sent twice
    transport.close();
  });
}

/** What the driver tells of a failure: the server's answer, the command that it answered, and for whom. */
type SmtpError = {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly unknown[];
};

/**
 * A 5xx answer is final (RFC 5321, 4.2.1: "Permanent Negative Completion reply") when it is about this mail. About the
 * login or the sender it is a setting that somebody will correct, and everything else may be over by the next try. Without
 * an answer to the text that was handed over nobody knows whether the server has taken it.
 */
function failureOf(error: unknown, wasHandedOver: boolean): SendResult {
  const { rejectedErrors = [], command = '' } = error as SmtpError;
  const { rejected, deferred = [] } = refusalsOf(rejectedErrors);
  if (rejected.length > 0 && deferred.length > 0) return { kind: 'sent', accepted: [], rejected, deferred };
  const isAboutThisMail = command.startsWith('RCPT') || command.startsWith('DATA');
  const reason = reasonOf(error);
  if (isAboutThisMail && isFinal(error)) {
    const whom = rejected.length === 0 ? {} : { rejected };
    return { kind: 'refused', reason: `The mail server refuses it: ${reason}`, ...whom };
  }
  const isUncertain = wasHandedOver && (error as SmtpError).responseCode === undefined;
  return { kind: 'later', reason: `The mail server could not take it: ${reason}`, ...(isUncertain && { isUncertain }) };
}

function refusalsOf(errors: readonly unknown[] = []): { rejected: readonly Refusal[]; deferred?: readonly Refusal[] } {
  const refusal = (error: unknown): Refusal => ({
    address: (error as SmtpError).recipient ?? '',
    reason: reasonOf(error),
  });
  const rejected = errors.filter(isFinal).map(refusal);
  const deferred = errors.filter((error) => !isFinal(error)).map(refusal);
  return deferred.length === 0 ? { rejected } : { rejected, deferred };
}

const isFinal = (error: unknown): boolean => ((error as SmtpError).responseCode ?? 0) >= 500;

const reasonOf = (error: unknown): string =>
  ((error as SmtpError).response ?? messageOf(error)).split('\n')[0]?.trim() ?? 'unknown';

const addressOf = (recipient: string | { readonly address: string }): string =>
  typeof recipient === 'string' ? recipient : recipient.address;

async function loadDriver(): Promise<typeof import('nodemailer')> {
  try {
    return await import('nodemailer');
  } catch (error) {
    throw new MillraceError(
      'config.driver-missing',
      { name: 'nodemailer', purpose: 'sending mails' },
      { cause: error },
    );
  }
}
