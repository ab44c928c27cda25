/**
 * Brings back to a queue what had to wait, when its time has come. Every process with a consumer of the queue does so: the
 * first takes it, the others find nothing. They hear of each new one, and look by themselves now and then.
 */
import { Bell } from '../../kernel/bell.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { bringBackScript } from './claim-scripts.ts';
import type { RedisKeys } from './keys.ts';
import type { Link } from './link.ts';

export type LateMessages = Service & {
  /** Something has to wait for so long, or may have to. */
  hear(ms: number): void;
};

type Parts = { readonly link: Link; readonly keys: RedisKeys; readonly clock: Clock; readonly log: Log };

/** How often one looks that has heard of nothing. */
const LOOK_EVERY_MS = 10_000;

export function watchLateMessages(queue: string, { link, keys, clock, log }: Parts): LateMessages {
  const bell = new Bell();
  let looksAt = Number.POSITIVE_INFINITY;
  const loop = startLoop({
    round: async (signal) => {
      const call = { keys: [keys.later(queue), keys.queue(queue)], args: [], signal };
      const next = await link.runSurely<string | null>(bringBackScript, call);
      const ms = next === null ? LOOK_EVERY_MS : Math.min(Math.ceil(Number(next)), LOOK_EVERY_MS);
      looksAt = clock.now() + ms;
      await bell.wait(clock, ms, signal);
    },
    onError: (error) => log.error({ err: error, queue }, 'delayed messages could not be brought back; trying again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  const hear = (ms: number): void => {
    if (clock.now() + ms < looksAt) bell.ring();
  };
  return service({ hear }, async () => {
    bell.ring();
    await loop.close();
  });
}
