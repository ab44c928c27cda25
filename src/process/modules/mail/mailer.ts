/** The port of whatever sends mails. An adapter speaks SMTP; without one mails are kept and can be read. */
export type OutgoingMail = {
  /** The same at every try, so that a repeat is recognised by the reader's mail program. */
  readonly messageId: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
};

export type SendResult =
  | { readonly kind: 'sent'; readonly accepted: readonly string[]; readonly rejected: readonly string[] }
  /** Worth another try: the server is down, slow, or says so. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Trying again cannot help. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface Mailer {
  /** Never throws: what went wrong is an answer. */
  send(mail: OutgoingMail): Promise<SendResult>;
}
