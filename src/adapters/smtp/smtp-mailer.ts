/** Sends mails by SMTP. Says of every failure whether another try makes sense. */
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Mailer, OutgoingMail, SendResult } from '../../process/modules/mail/mailer.ts';

export const CONNECT_TIMEOUT_MS = 10_000;
export const ANSWER_TIMEOUT_MS = 20_000;
const MAX_CONNECTIONS = 2;

type SmtpError = { readonly responseCode?: number; readonly rejected?: readonly string[] };

/** `url` is smtp:// or smtps://, with user and password where the server wants them. */
export async function openSmtpMailer({
  url,
  from,
}: {
  readonly url: string;
  readonly from: string;
}): Promise<Mailer & Service> {
  const { createTransport } = await loadDriver();
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
  });
  const send = async ({ messageId, to, subject, text }: OutgoingMail): Promise<SendResult> => {
    try {
      const { accepted, rejected } = await transport.sendMail({
        from,
        to: [...to],
        subject,
        text,
        messageId,
        disableUrlAccess: true,
        disableFileAccess: true,
      });
      return { kind: 'sent', accepted: accepted.map(String), rejected: rejected.map(String) };
    } catch (error) {
      return failureOf(error);
    }
  };
  return service({ send }, async () => transport.close());
}

/** A 5xx answer is final (RFC 5321, 4.2.1: "Permanent Negative Completion reply"); everything else may be over by the next try. */
function failureOf(error: unknown): SendResult {
  const { responseCode } = error as SmtpError;
  const reason = messageOf(error).split('\n')[0] ?? 'unknown';
  const isFinal = responseCode !== undefined && responseCode >= 500;
  return isFinal
    ? { kind: 'refused', reason: `The mail server refuses it: ${reason}` }
    : { kind: 'later', reason: `The mail server could not take it: ${reason}` };
}

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
