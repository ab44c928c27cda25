/**
 * Says again and again that somebody is interested. One that is not heard is no failure – the analyzer may be starting, or
 * be done – so it goes on, and the log says once when it was lost and once when it is heard again.
 */
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';

export const KEEPALIVE_EVERY_MS = 10_000;

export type Keepalive = Service & {
  /** Whether the last one reached a queue; undefined before the first is through. */
  isHeard(): boolean | undefined;
};

export type KeepaliveParts = {
  readonly beat: (signal: AbortSignal) => Promise<void>;
  readonly source: string;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
};

/** The first beat goes out at once. A beat that takes longer than `everyMs` delays the next; two never overlap. */
export function startKeepalive({ beat, source, everyMs, clock, log }: KeepaliveParts): Keepalive {
  if (!(everyMs > 0)) {
    const problem = `everyMs: expected milliseconds above 0 (found ${everyMs})`;
    throw new MillraceError('bus.invalid-command', { command: 'keepalive', problem });
  }
  let isHeard: boolean | undefined;
  const note = (heard: boolean, err?: unknown): void => {
    if (!heard && isHeard !== false) log.warn({ source, err }, 'no analyzer hears the keepalive; it is sent on');
    if (heard && isHeard === false) log.info({ source }, 'an analyzer hears the keepalive again');
    isHeard = heard;
  };
  const loop = startLoop({
    round: async (signal) => {
      await beat(signal);
      note(true);
      await clock.sleep(everyMs, signal);
    },
    onError: (error) => note(false, error),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    pauseAfterErrorMs: everyMs,
  });
  return service({ isHeard: () => isHeard }, () => loop.close());
}
