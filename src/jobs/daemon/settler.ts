/**
 * Brings answers to the desk: one call for what waits at the same moment. While the desk is away they are kept; when it is
 * back they are brought, however long it took, and the desk says which of them still count.
 *
 * A batch that fails is brought one by one, so that an answer which the desk cannot take harms no other. One that fails
 * again and again while the desk answers others becomes a failure with the desk's words; when that fails too it is dropped,
 * and the lease runs out.
 */
import { Bell } from '../../kernel/bell.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { formatJobId } from '../../kernel/ids.ts';
import { type Service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { fail, type Settlement } from '../../kernel/settlement.ts';
import type { Desk, DeskVerdict } from '../desk.ts';
import { MAX_ERROR_CHARACTERS, withoutPasswords } from './answer.ts';
import type { DeskLink } from './desk-link.ts';
import type { HeldJob } from './held-job.ts';

export const MAX_SETTLEMENTS_PER_CALL = 500;
/** How often the desk may refuse one answer while it takes others. */
export const MAX_REFUSALS = 5;
const IDLE_MS = 60_000;

/** `give back`: to the desk, untouched. */
export type Answer = { readonly held: HeldJob; readonly settlement: Settlement | 'give back' };
type Waiting = Answer & {
  settlement: Settlement | 'give back';
  refusals: number;
  /** What the desk had answered when this one was last refused. */
  answersThen: number;
  isReplaced: boolean;
  isBrought: boolean;
};

export type SettlerParts = {
  readonly desk: Desk;
  readonly link: DeskLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  /** Each answer once: the desk took it or said why not; undefined: it was given up. */
  readonly settled: (answer: Answer, verdict: DeskVerdict | undefined) => void;
  readonly leaseMs: number | undefined;
};

export class Settler implements Service {
  readonly #parts: SettlerParts;
  readonly #loop: Service;
  readonly #bell = new Bell();
  #fresh: Waiting[] = [];
  #refused: Waiting[] = [];
  #failures = 0;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
    const { clock } = parts;
    this.#loop = startLoop({
      round: async (signal) => {
        if (this.#fresh.length + this.#refused.length === 0) await this.#bell.wait(clock, IDLE_MS, signal);
        // Handlers that answer in the same turn of the loop are settled in the same call.
        await new Promise((resolve) => setImmediate(resolve));
        await this.#bring();
        if (this.#failures > 0) await parts.link.pause(this.#failures, signal);
      },
      onError: (error) => parts.log.error({ err: error }, 'settlements failed; they are tried again'),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    });
  }

  add(answer: Answer): void {
    this.#fresh.push({
      ...answer,
      refusals: 0,
      answersThen: this.#parts.link.answers,
      isReplaced: false,
      isBrought: false,
    });
    this.#bell.ring();
  }

  close(): Promise<void> {
    return this.#loop.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #bring(): Promise<void> {
    const batch = this.#fresh.length > 0 ? this.#fresh.splice(0, MAX_SETTLEMENTS_PER_CALL) : this.#refused.splice(0, 1);
    if (batch.length === 0) return;
    try {
      await this.#tellNews(batch);
      await this.#bringKind(
        batch.filter(({ settlement }) => settlement !== 'give back'),
        'settle',
      );
      await this.#bringKind(
        batch.filter(({ settlement }) => settlement === 'give back'),
        'release',
      );
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#keep(
        batch.filter(({ isBrought }) => !isBrought),
        error,
      );
    }
  }

  /** Lines and progress that no heartbeat has carried yet go before the answer. */
  async #tellNews(batch: readonly Waiting[]): Promise<void> {
    const { desk, link, worker, leaseMs } = this.#parts;
    const talkative = batch.filter(({ held }) => held.hasNews);
    if (talkative.length === 0) return;
    const beats = talkative.map(({ held }) => held.beat());
    try {
      await link.call({ what: 'heartbeat', ask: () => desk.heartbeat(worker, beats, leaseMs) });
    } catch (error) {
      // Not put back when this is a second try: lines that the desk cannot take must not keep the answer from it.
      talkative.forEach(({ held, refusals }, at) => {
        const beat = beats[at];
        if (refusals === 0 && beat !== undefined) held.putBack(beat);
      });
      throw error;
    }
  }

  async #bringKind(batch: readonly Waiting[], what: 'settle' | 'release'): Promise<void> {
    if (batch.length === 0) return;
    const { desk, link, worker, settled } = this.#parts;
    const verdicts = await link.call({
      what,
      ask: () =>
        what === 'release'
          ? desk.release(
              worker,
              batch.map(({ held: { job } }) => ({ id: job.id, epoch: job.epoch })),
            )
          : desk.settle(
              worker,
              batch.map(({ held: { job }, settlement }) => ({
                ...{ id: job.id, epoch: job.epoch, settlement: settlement as Settlement },
              })),
            ),
    });
    batch.forEach((answer, at) => {
      answer.isBrought = true;
      settled(answer, verdicts[at] ?? 'ok');
    });
  }

  #keep(batch: readonly Waiting[], error: unknown): void {
    const { link } = this.#parts;
    for (const answer of batch) {
      if (link.answers > answer.answersThen || answer.refusals === 0) answer.refusals += 1;
      answer.answersThen = link.answers;
      if (answer.refusals > MAX_REFUSALS) this.#replace(answer, error);
      else this.#refused.push(answer);
    }
  }

  #replace(answer: Waiting, error: unknown): void {
    const { log, settled } = this.#parts;
    const { job } = answer.held;
    const fields = { err: error, job: formatJobId(job.id), kind: job.kind };
    if (answer.isReplaced || answer.settlement === 'give back') {
      log.error(fields, 'the queue does not take the answer of a job; its lease will run out');
      return settled(answer, undefined);
    }
    log.error(fields, 'the queue does not take the answer of a job; it counts as failed');
    const words = withoutPasswords(messageOf(error), MAX_ERROR_CHARACTERS);
    answer.settlement = fail(`the queue did not take the answer: ${words}`);
    answer.refusals = 1;
    answer.isReplaced = true;
    this.#refused.push(answer);
  }
}
