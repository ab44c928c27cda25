/** The port of whatever sends mails. An adapter speaks SMTP; without one mails are kept and can be read. */
export type OutgoingMail = {
  /** The same at every try, so that a repeat is recognised by the reader's mail program. */
  readonly messageId: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
};

/** A recipient whom the mail server does not take, and why. */
export type Refusal = { readonly address: string; readonly reason: string };

export type SendResult =
  | {
      readonly kind: 'sent';
      readonly accepted: readonly string[];
      /** For good: the address does not exist, or takes nothing from us. */
      readonly rejected: readonly Refusal[];
      /** For now: worth another try, for these alone. */
      readonly deferred?: readonly Refusal[];
    }
  /** Worth another try: the server is down, slow, or says so. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Trying again cannot help. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface Mailer {
  /** Never throws: what went wrong is an answer. */
  send(mail: OutgoingMail): Promise<SendResult>;
}
