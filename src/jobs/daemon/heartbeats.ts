/**
 * Signs of life for every job that is held, in one call, at a third of the shortest lease. The desk's answer says which
 * jobs are still ours.
 */
import { Bell } from '../../kernel/bell.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Desk, DeskVerdict } from '../desk.ts';
import type { Bench } from './bench.ts';
import type { DeskLink } from './desk-link.ts';
import type { HeldJob } from './held-job.ts';

export const MAX_HEARTBEATS_PER_CALL = 500;
/** With nothing to renew the loop comes round so often, to show that it lives. */
const IDLE_MS = 5_000;
/** A lease that is shorter is renewed no faster. */
const SHORTEST_MS = 20;

export type HeartbeatParts = {
  readonly desk: Desk;
  readonly link: DeskLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  readonly bench: Bench;
  readonly leaseMs: number | undefined;
  readonly refused: (held: HeldJob, verdict: DeskVerdict) => void;
  /** Waits for a hand as long as a heartbeat: others may be quicker. */
  readonly overdue: (held: HeldJob) => void;
  /** Called whenever the loop comes round. */
  readonly cameRound: () => void;
};

export type Heartbeats = Service & {
  /** A job has come: its lease may be shorter than those so far. */
  came(): void;
};

export function startHeartbeats(parts: HeartbeatParts): Heartbeats {
  const { clock, bench, link, log, cameRound } = parts;
  const bell = new Bell();
  let beatenAt = clock.now();
  let failures = 0;
  const periodMs = () =>
    Math.max(SHORTEST_MS, Math.min(...bench.held.map(({ job }) => parts.leaseMs ?? job.leaseMs)) / 3);
  const loop = startLoop({
    round: async (signal) => {
      cameRound();
      const dueInMs = Math.min(beatenAt + periodMs() - clock.now(), IDLE_MS);
      if (dueInMs > 0) await bell.wait(clock, dueInMs, signal);
      if (signal.aborted || clock.now() < beatenAt + periodMs()) return;
      try {
        await beat(parts, periodMs());
        failures = 0;
      } catch {
        failures += 1; // the link has said so
        await link.pause(failures, signal);
      }
      beatenAt = failures === 0 ? clock.now() : beatenAt;
    },
    onError: (error) => log.error({ err: error }, 'heartbeats failed; they are tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  const came = () => {
    if (bench.held.length === 1) beatenAt = clock.now();
    bell.ring();
  };
  return service({ came }, () => loop.close());
}

async function beat(parts: HeartbeatParts, periodMs: number): Promise<void> {
  const { desk, link, clock, worker, bench, leaseMs, refused, overdue } = parts;
  const now = clock.now();
  for (const held of bench.waitingFor(({ takenAt }) => takenAt + periodMs <= now)) overdue(held);
  const { held } = bench;
  for (let first = 0; first < held.length; first += MAX_HEARTBEATS_PER_CALL) {
    const part = held.slice(first, first + MAX_HEARTBEATS_PER_CALL);
    const beats = part.map((one) => one.beat());
    try {
      const verdicts = await link.call({ what: 'heartbeat', ask: () => desk.heartbeat(worker, beats, leaseMs) });
      part.forEach((one, at) => {
        const verdict = verdicts[at] ?? 'ok';
        if (verdict !== 'ok') refused(one, verdict);
      });
    } catch (error) {
      part.forEach((one, at) => {
        const beatOfOne = beats[at];
        if (beatOfOne !== undefined) one.putBack(beatOfOne);
      });
      throw error;
    }
  }
}
