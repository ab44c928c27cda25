/** What a message's body says: JSON or plain text, there and back. */
import { MillraceError } from '../kernel/errors.ts';
import { JSON_CONTENT, type Message } from './broker.ts';

/** The value as the body of the message with this id. Throws `bus.invalid-message` for what JSON cannot say. */
export function jsonText(id: string, value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    if (typeof text === 'string') return text;
  } catch (cause) {
    throw new MillraceError('bus.invalid-message', { id, problem: 'its body is not JSON' }, { cause });
  }
  throw new MillraceError('bus.invalid-message', { id, problem: 'its body is not JSON' });
}

/** The value that a body says. Throws `bus.not-json`. */
export function jsonValue({ id, body }: Pick<Message, 'id' | 'body'>): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (cause) {
    throw new MillraceError('bus.not-json', { id, start: body.slice(0, SHOWN_CHARACTERS) }, { cause });
  }
}

/** `application/json`, whatever parameters follow, and what ends in +json; a message that does not say is JSON. */
export const isJsonContent = (contentType = JSON_CONTENT): boolean =>
  /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType);

const SHOWN_CHARACTERS = 40;
