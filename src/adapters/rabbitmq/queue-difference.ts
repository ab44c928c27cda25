/** What the server says when a queue exists with other settings, as an error that names them. */
import { MillraceError, messageOf } from '../../kernel/errors.ts';

export type Difference = { readonly argument: string; readonly found: string; readonly wanted: string };

const INEQUIVALENT =
  /inequivalent arg '([^']+)' for .*: received (none|(?:the value )?'[^']*')(?: of type '[^']*')? but current is (none|(?:the value )?'[^']*')/;

/** The first argument in which the existing queue differs; undefined when the error is about something else. */
export function differenceIn(error: unknown): Difference | undefined {
  const text = messageOf(error);
  const [, argument, wanted, found] = INEQUIVALENT.exec(text) ?? [];
  if (argument !== undefined) return { argument, found: bare(found), wanted: bare(wanted) };
  if (!text.includes('RESOURCE_LOCKED')) return undefined;
  return { argument: 'owner', found: 'another connection', wanted: 'this one' };
}

export function queueDiffers(queue: string, { argument, found, wanted }: Difference): MillraceError {
  return new MillraceError('bus.queue-differs', { queue, setting: argument, existing: found, wanted });
}

const bare = (value = 'none'): string => value.replace(/^(?:the value )?'(.*)'$/, '$1');
