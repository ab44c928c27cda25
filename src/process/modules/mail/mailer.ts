/** The port of whatever sends mails. An adapter speaks SMTP; without one mails are kept and can be read. */
export type OutgoingMail = {
  /** The same at every try, so that a repeat is recognised by the reader's mail program. */
  readonly messageId: string;
  readonly to: readonly string[];
  /** Who gets the answers; left out: the sender. */
  readonly replyTo?: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same with markup; the text goes with it. */
  readonly html?: string;
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
  /**
   * Worth another try: the server is down, slow, or says so. `isUncertain`: it had the mail, or a part of it, and never
   * said whether it took it.
   */
  | { readonly kind: 'later'; readonly reason: string; readonly isUncertain?: true }
  /** Trying again cannot help: it takes the mail not at all, or each of these recipients not. */
  | { readonly kind: 'refused'; readonly reason: string; readonly rejected?: readonly Refusal[] };

export interface Mailer {
  /** Never throws: what went wrong is an answer. */
  send(mail: OutgoingMail): Promise<SendResult>;
}
