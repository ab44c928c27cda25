/**
 * Tells other processes on the same schema which families were committed to, and hears it from them. NOTIFY inside a
 * writing transaction would make all commits of the server take turns at one lock; so news travels in a tiny transaction
 * of its own, gathered, and only after the commit. It is a hint: whoever waits for rows looks again at intervals as well.
 */
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Statement } from './driver.ts';
import { lockClassOf } from './key-locks.ts';

/** At most one notification in this time leaves a process. */
export const NOTIFY_PAUSE_MS = 20;
/** PostgreSQL takes less than 8,000 bytes; longer news says that anything may have changed. */
export const MAX_NEWS_BYTES = 7_900;

/** Which process tells, and the families; without families it may be any. */
type News = { readonly from: string; readonly families?: readonly string[] };

export type CommitNewsParts = {
  readonly schema: string;
  readonly log: Log;
  /** Runs one statement in a transaction of its own. */
  readonly run: (statement: Statement) => Promise<unknown>;
  /** Starts to hear what is told on the channel. */
  readonly startListener: (ears: {
    readonly channel: string;
    readonly hear: (message: string) => void;
    readonly missed: () => void;
  }) => Service;
  /** Somebody else committed to these families; without names, perhaps to any. */
  readonly onNews: (families: readonly string[] | undefined) => void;
};

export type CommitNews = Service & {
  /** This process has committed to these families. */
  tell(families: readonly string[]): void;
  /** Begins to hear of others; a second time nothing happens. */
  listen(): void;
};

/** The same in every process on the schema. */
export const channelOf = (schema: string): string => `millrace_${(lockClassOf(schema) >>> 0).toString(16)}`;

export function openCommitNews({ schema, log, run, startListener, onNews }: CommitNewsParts): CommitNews {
  const from = randomUUID();
  const channel = channelOf(schema);
  const untold = new Set<string>();
  const stop = new AbortController();
  let telling: Promise<void> | undefined;
  let listener: Service | undefined;

  const hear = (message: string): void => {
    const news = newsOf(message);
    if (news?.from !== from) onNews(news?.families);
  };
  const tellAll = async (): Promise<void> => {
    while (untold.size > 0) {
      const families = [...untold];
      untold.clear();
      await run({ text: 'SELECT pg_notify($1, $2)', values: [channel, messageFor({ from, families })] }).catch(
        (error: unknown) => log.debug({ reason: messageOf(error) }, 'other processes could not be told of a commit'),
      );
      await systemClock.sleep(NOTIFY_PAUSE_MS, stop.signal);
    }
    telling = undefined;
  };
  return service(
    {
      tell: (families: readonly string[]): void => {
        for (const family of families) untold.add(family);
        if (families.length > 0) telling ??= tellAll();
      },
      listen: (): void => {
        if (!stop.signal.aborted) listener ??= startListener({ channel, hear, missed: () => onNews(undefined) });
      },
    },
    async () => {
      stop.abort();
      await listener?.close();
      await telling;
    },
  );
}

function messageFor({ from, families }: News): string {
  const message = JSON.stringify({ from, families });
  return Buffer.byteLength(message) <= MAX_NEWS_BYTES ? message : JSON.stringify({ from });
}

/** Undefined for a message that is not ours: then anything may have changed. */
function newsOf(message: string): News | undefined {
  try {
    return JSON.parse(message) as News;
  } catch {
    return undefined;
  }
}
