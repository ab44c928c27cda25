/**
 * The connection on which a process hears what others committed. PostgreSQL forgets notifications for a connection that is
 * gone, and a half-open one stays silent for ever while everything looks well; so it is asked something at intervals, on
 * this very connection, and replaced when it does not answer. After a replacement everything may have been missed.
 */
import type { Client } from 'pg';
import { systemClock } from '../../kernel/clock.ts';
import { type Service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { type Driver, newListenerClient } from './driver.ts';
import { literal, quoted } from './table.ts';

/** How often the listening connection is asked whether it still answers. */
export const LISTEN_PING_MS = 5_000;
/** A connection that does not answer within this is replaced. */
export const LISTEN_DEADLINE_MS = 10_000;
/** The pause before the next try when no connection can be had. */
export const LISTEN_RETRY_MS = 1_000;

export type CommitListenerParts = {
  readonly driver: Driver;
  readonly url: string;
  readonly channel: string;
  readonly log: Log;
  /** What somebody told the channel. */
  readonly hear: (message: string) => void;
  /** The connection was away: whatever was told meanwhile is lost. */
  readonly missed: () => void;
  readonly pingMs?: number;
  readonly deadlineMs?: number;
  readonly retryMs?: number;
};

export function startCommitListener(parts: CommitListenerParts): Service {
  let isFirst = true;
  return startLoop({
    round: async (signal) => {
      const client = newListenerClient(parts.driver, parts.url);
      const lost = lossOf(client);
      try {
        await connectOrStop(client, signal);
        if (signal.aborted) return;
        client.on('notification', ({ payload = '' }) => parts.hear(payload));
        await within(parts, client.query(`LISTEN ${quoted(parts.channel)}`));
        if (!isFirst) parts.missed();
        isFirst = false;
        await stayConnected(parts, { client, lost, signal });
      } finally {
        await leave(client);
      }
    },
    onError: (error) => {
      isFirst = false;
      parts.log.warn(
        { err: error },
        'the connection that hears of other processes broke and is replaced; until then they are noticed by looking',
      );
    },
    sleep: systemClock.sleep,
    pauseAfterErrorMs: parts.retryMs ?? LISTEN_RETRY_MS,
  });
}

/** Resolves when it shall stop, throws when the connection is lost or silent. */
async function stayConnected(
  parts: CommitListenerParts,
  { client, lost, signal }: { readonly client: Client; readonly lost: Promise<Error>; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const pause = new AbortController();
    const stop = () => pause.abort();
    signal.addEventListener('abort', stop);
    const failure = await Promise.race([lost, systemClock.sleep(parts.pingMs ?? LISTEN_PING_MS, pause.signal)]);
    signal.removeEventListener('abort', stop);
    pause.abort();
    if (failure instanceof Error) throw failure;
    // The channel stands in the question, so that a look at pg_stat_activity tells whose connection this is.
    if (!signal.aborted) await within(parts, client.query(`SELECT ${literal(parts.channel)}`));
  }
}

/** The signal lives as long as the process: no try may leave a listener on it. */
async function connectOrStop(client: Client, signal: AbortSignal): Promise<void> {
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([client.connect(), stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Resolves with the reason when the connection is gone. */
const lossOf = (client: Client): Promise<Error> =>
  new Promise((resolve) => {
    client.on('error', resolve);
    client.on('end', () => resolve(new Error('the connection has ended')));
  });

/** The answer, or an error when none comes in time. */
async function within<T>({ deadlineMs = LISTEN_DEADLINE_MS }: CommitListenerParts, answer: Promise<T>): Promise<T> {
  const isAnswered = new AbortController();
  const late = systemClock.sleep(deadlineMs, isAnswered.signal).then(() => {
    if (!isAnswered.signal.aborted) throw new Error(`no answer within ${deadlineMs} ms`);
    return undefined as T;
  });
  answer.catch(() => {}); // it may fail after nobody waits for it any more
  try {
    return await Promise.race([answer, late]);
  } finally {
    isAnswered.abort();
  }
}

/** With a question open the driver drops the socket; otherwise it says goodbye, which a half-open connection never hears. */
async function leave(client: Client): Promise<void> {
  const ended = client.end().catch(() => {});
  const isEnded = new AbortController();
  await Promise.race([ended, systemClock.sleep(LISTEN_RETRY_MS, isEnded.signal)]);
  isEnded.abort();
}
