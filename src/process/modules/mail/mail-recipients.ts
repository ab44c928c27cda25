/** Who gets a mail: the names of a step, looked up when it is written. */
import { readRecipientName } from '../../../kernel/recipient-name.ts';
import { type MailPayload, namesIn } from './mail-payload.ts';

/** `language` is that of a person; null: nobody has said. */
export type Recipient = { readonly name: string; readonly address: string; readonly language?: string | null };

/** The people of a list, of a role, one person or an address, as it is now; undefined: there is no such list or person. */
export type ResolveRecipients = (name: string) => Promise<readonly Recipient[] | undefined>;

export type Addressed = { readonly recipients: readonly Recipient[]; readonly answers: readonly string[] };

/** Each address once. A text says why not, and what to do. */
export async function addressedBy(payload: MailPayload, resolve: ResolveRecipients): Promise<Addressed | string> {
  // Whoever has taken a task need not be a person of the plant: then nobody is written to.
  const isNotice = payload.subject === undefined;
  const recipients = new Map<string, Recipient>();
  for (const name of namesIn(payload)) {
    const found = await resolve(name);
    if (found === undefined && !(isNotice && name.startsWith('person:'))) return unknownText(name);
    for (const one of found ?? []) {
      const key = one.address.toLowerCase();
      if (!recipients.has(key)) recipients.set(key, one);
    }
  }
  const answers = new Set<string>();
  for (const name of payload.replyTo ?? []) {
    const found = await resolve(name);
    if (found === undefined) return unknownText(name);
    for (const { address } of found) answers.add(address);
  }
  return { recipients: [...recipients.values()], answers: [...answers] };
}

function unknownText(name: string): string {
  const named = readRecipientName(name);
  if (named?.kind !== 'person') return `There is no recipient list "${name}". Create it, then retry.`;
  return `There is no person "${named.value}". Make the person known, or have the mail go to somebody else, then retry.`;
}

/** Where an address that the mail server refuses is to be corrected. */
export function placeOf(name: string): string {
  const { kind, value } = readRecipientName(name) ?? { kind: 'list', value: name };
  switch (kind) {
    case 'list':
      return `the recipient list "${value}"`;
    case 'role':
      return `the people with the role "${value}"`;
    case 'person':
      return `the person "${value}"`;
    case 'address':
      return 'the step itself';
    default:
      return kind satisfies never;
  }
}
