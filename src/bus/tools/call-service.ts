/** Calls and commands of people and scripts, who name the service and what they want of it, by operation or by path. */
import { MillraceError } from '../../kernel/errors.ts';
import { JSON_CONTENT } from '../broker.ts';
import { jsonText } from '../envelope.ts';
import type { App } from '../service/app-type.ts';
import type { OperationKind } from '../service/incoming.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from '../service/operation.ts';
import type { Question } from '../service/question.ts';
import type { Reply } from '../service/reply.ts';
import { encodeWord } from '../service/route.ts';

/** Either the operation's name with its parameters, or the path with the parameters in it: `jobs/42/configure`. */
export type Target = {
  readonly service: string;
  readonly operation?: string | undefined;
  readonly path?: string | undefined;
  readonly params?: Readonly<Record<string, string | number>> | undefined;
};
export type CallRequest = Target & {
  readonly body?: unknown;
  readonly timeoutMs?: number | undefined;
  /** The same when it is asked again. */
  readonly id?: string;
  readonly signal?: AbortSignal;
};
export type SendRequest = Target & { readonly body?: unknown; readonly id: string };

export type CallAnswer = {
  /** Of a stream: the list of what came. */
  readonly result: unknown;
  /** Undefined for an answer that is no stream. */
  readonly stream?: {
    /** Whether the stream ended by itself; otherwise there was more than is collected. */
    readonly isComplete: boolean;
  };
};

/** A stream is collected until its end or one of these, or until the timeout has passed since the call. */
export const MAX_STREAM_ITEMS = 1_000;
export const MAX_STREAM_CHARACTERS = 4_000_000;
export const MAX_CALL_TIMEOUT_MS = 60_000;

/** Throws what the service throws, `bus.no-such-service` and `bus.call-timeout`. */
export async function callService(app: App, request: CallRequest, now: () => number): Promise<CallAnswer> {
  const timeoutMs = Math.min(request.timeoutMs ?? DEFAULT_CALL_TIMEOUT_MS, MAX_CALL_TIMEOUT_MS);
  const endsAt = now() + timeoutMs;
  const { id, signal } = request;
  const options = { timeoutMs, ...(id !== undefined && { id }), ...(signal !== undefined && { signal }) };
  const reply = app.caller.ask(questionOf(request, 'rpc'), options);
  const { items, isComplete } = await collect(reply, () => now() >= endsAt);
  if (!isComplete) return { result: items, stream: { isComplete } };
  const answer = await reply; // at the end of a stream there is none
  return answer === undefined ? { result: items, stream: { isComplete } } : { result: answer };
}

/** Resolves at the broker's confirm. Throws `bus.no-such-service`. */
export async function sendCommand(app: App, request: SendRequest, signal: AbortSignal): Promise<void> {
  await app.caller.tell(questionOf(request, 'command'), { id: request.id, signal });
}

/** Leaving the loop before the end tells the service that nobody reads any more. */
async function collect(
  reply: Reply<unknown>,
  isOver: () => boolean,
): Promise<{ readonly items: unknown[]; readonly isComplete: boolean }> {
  const items: unknown[] = [];
  let characters = 0;
  for await (const item of reply) {
    items.push(item);
    characters += JSON.stringify(item).length;
    const isFull = items.length >= MAX_STREAM_ITEMS || characters >= MAX_STREAM_CHARACTERS;
    if (isFull || isOver()) return { items, isComplete: await isOnlyAnswer(reply, items) };
  }
  return { items, isComplete: true };
}

/** An answer that is no stream has come whole, however large or late it was. */
async function isOnlyAnswer(reply: Reply<unknown>, items: readonly unknown[]): Promise<boolean> {
  if (items.length !== 1) return false;
  const notYet = Symbol();
  const answer = await Promise.race([reply, Promise.resolve(notYet)]);
  return answer !== notYet && answer !== undefined;
}

function questionOf(
  { service, operation, path, params = {}, body }: Target & { readonly body?: unknown },
  kind: OperationKind,
): Question {
  const name = operation ?? path ?? '';
  const address = `${service}.${operation ?? wordsOf(service, name)}`;
  const headers: Record<string, string> = {};
  for (const [param, value] of Object.entries(params)) headers[param] = String(value);
  const said = { headers, body: jsonText(name, body ?? null), contentType: JSON_CONTENT };
  return { service, operation: name, address, kind, ...said };
}

/** A routing key has the words of the path with dots between. A word with %2F in it has a slash. */
function wordsOf(service: string, path: string): string {
  const words = path.replace(/^\//, '').split('/');
  if (words.includes('')) throw new MillraceError('bus.unknown-route', { service, route: path });
  return words.map((word) => encodeWord(decoded(word))).join('.');
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word; // a % that stands for itself
  }
}
