/**
 * How services speak over a broker, so that any language can join in: plain JSON or text as the body, a route's parameters
 * as headers of their names, and what Millrace adds in headers that begin with `mr-`. docs/reference/messaging.md says it whole.
 */

import type { Message } from '../broker.ts';

/** RPC requests: the routing key is `<service>.<operation>`, or `<service>.` and the path with dots. */
export const RPC_EXCHANGE = 'millrace.rpc';
/** One-way commands, addressed in the same way. */
export const COMMAND_EXCHANGE = 'millrace.commands';
/** Between apps: cancel a call, let a stream go on, say who is there. */
export const CONTROL_EXCHANGE = 'millrace.control';

export const header = {
  /** Names the operation where the routing key does not. */
  route: 'route',
  /** Milliseconds that the caller waits from sending on. */
  timeout: 'mr-timeout',
  /** Until when, in milliseconds since 1970, by the caller's clock. */
  deadline: 'mr-deadline',
  /** Items of a stream that may be sent before the caller asks for more. */
  credit: 'mr-credit',
  /** An error reply: its code. The body is `{code, message, data}`. */
  error: 'mr-error',
  /** Place of a stream's item, from 0. */
  seq: 'mr-seq',
  /** The stream has ended here; the body is empty. */
  end: 'mr-end',
  /** The app that answers. */
  from: 'mr-from',
} as const;

/** Items that a stream sends ahead of the reader. */
export const STREAM_CREDIT = 64;

export type Control =
  | { readonly kind: 'cancel'; readonly call: string; readonly reason: string }
  | { readonly kind: 'credit'; readonly call: string; readonly items: number }
  | { readonly kind: 'describe' };

export const cancelKey = (service: string): string => `service.${service}`;
export const appKey = (app: string): string => `app.${app}`;
/** Every app listens to it. */
export const EVERYBODY_KEY = 'everybody';

type Timed = Pick<Message, 'headers' | 'at' | 'expiresInMs'>;

/** How long its caller waits, from sending on: its expiry says so, or the header. */
export const waitOf = ({ headers, expiresInMs }: Timed, defaultMs: number): number =>
  positive(headers[header.timeout]) ?? expiresInMs ?? defaultMs;

/** Until when a request may be worked on. A deadline in the past says that the clocks differ: the broker drops what expires. */
export function deadlineOf(
  message: Timed,
  { now, defaultMs }: { readonly now: number; readonly defaultMs: number },
): number {
  const { headers, at, expiresInMs } = message;
  const latest = now + waitOf(message, defaultMs);
  const said = positive(headers[header.deadline]) ?? (expiresInMs === undefined ? undefined : at + expiresInMs);
  return said !== undefined && said > now && said < latest ? said : latest;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
