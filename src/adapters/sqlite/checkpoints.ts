/** Has the write-ahead logs of changed files copied at intervals, and begun again when they have grown. */
import { systemClock } from '../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { workerEntry } from '../../kernel/worker-entry.ts';
import type { CheckpointAnswer, CheckpointData, CheckpointRequest } from './checkpoint-thread.ts';
import { PAGE_BYTES } from './connection.ts';
import type { SqliteFile } from './sqlite-file.ts';
import { ThreadLink } from './thread-link.ts';
import { WAL_REWIND_BYTES } from './write-ahead-log.ts';

/** Often enough that a log does not grow far, seldom enough that a page which changes all the time is copied once. */
const INTERVAL_MS = 1_000;

/** What a checkpoint thread looks after: the files and their paths, in the same order. */
export type CheckpointParts = {
  readonly files: readonly SqliteFile[];
  readonly paths: readonly string[];
  readonly log: Log;
};

export function startCheckpoints({ files, paths, log }: CheckpointParts): Service {
  const data: CheckpointData = { paths };
  let thread: ThreadLink | undefined;
  const copy = async (file: number): Promise<CheckpointAnswer> => {
    thread ??= await ThreadLink.open(workerEntry(import.meta.url, './checkpoint-thread.ts'), data);
    return thread.call<CheckpointAnswer>({ file } satisfies CheckpointRequest);
  };
  const loop = startLoop({
    round: async (signal) => {
      await systemClock.sleep(INTERVAL_MS, signal);
      if (signal.aborted) return;
      for (const [number, file] of files.entries()) {
        if (!file.hasChanged()) continue;
        const { pages } = await copy(number);
        if (pages * PAGE_BYTES < WAL_REWIND_BYTES) continue;
        // Once more, so that the owner, who must stop for the rest, has little left.
        await copy(number);
        await file.rewindLog();
      }
    },
    onError: (error) => log.warn({ err: error }, 'the write-ahead log could not be copied; it is tried again'),
    sleep: systemClock.sleep,
  });
  return service({}, async () => {
    await loop.close();
    await thread?.close();
  });
}
