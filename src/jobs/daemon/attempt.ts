/**
 * One attempt at a job: its handler runs in a host until it answers, its time is over, or it is told to stop. One that is
 * told to stop has a moment to come to an end; then it is abandoned.
 */
import type { Clock } from '../../kernel/clock.ts';
import { formatDuration } from '../../kernel/duration.ts';
import { fail, type Settlement } from '../../kernel/settlement.ts';
import type { OfferedJob } from '../desk.ts';
import { handlerJobOf } from './handler.ts';
import type { Host, HostRun, Outcome, RunEvents } from './host.ts';

/** The sentence of an attempt whose time was over. It holds still: people and processes look for it. */
export const timeoutFailure = (timeoutMs: number): Settlement =>
  fail(`the attempt took longer than ${formatDuration(timeoutMs)} and was ended`);

export type AttemptParts = {
  readonly host: Host;
  readonly clock: Clock;
  readonly events: RunEvents;
  /** What a handler gets to come to an end after its signal has aborted. */
  readonly graceMs: number;
};

export class Attempt {
  readonly outcome: Promise<Outcome>;
  readonly #run: HostRun;
  readonly #parts: AttemptParts;
  readonly #end = new AbortController();
  #isStopping = false;

  constructor(job: OfferedJob, parts: AttemptParts) {
    this.#parts = parts;
    let isOver = false;
    const begun = () => {
      parts.events.begun();
      if (job.timeoutMs !== null)
        void this.#watch(job.timeoutMs, () => {
          isOver = true;
        });
    };
    this.#run = parts.host.run(handlerJobOf(job), { ...parts.events, begun });
    this.outcome = this.#run.outcome.then((outcome) => {
      this.#end.abort();
      return isOver ? outcomeOfLate(outcome, job.timeoutMs ?? 0) : outcome;
    });
  }

  /** Tells the handler to stop, and abandons it when it does not. */
  async stop(reason: string): Promise<void> {
    if (this.#isStopping || this.#end.signal.aborted) return;
    this.#isStopping = true;
    this.#run.abort(reason);
    await this.#parts.clock.sleep(this.#parts.graceMs, this.#end.signal);
    if (!this.#end.signal.aborted) this.abandon();
  }

  abandon(): void {
    this.#run.abandon();
  }

  async #watch(timeoutMs: number, over: () => void): Promise<void> {
    await this.#parts.clock.sleep(timeoutMs, this.#end.signal);
    if (this.#end.signal.aborted || this.#isStopping) return;
    over();
    await this.stop('the time of this attempt is over');
  }
}

/** A handler that comes to a good end in its last moment has done its work. */
function outcomeOfLate(outcome: Outcome, timeoutMs: number): Outcome {
  const isFailed = outcome.kind === 'abandoned' || (outcome.kind === 'answered' && outcome.settlement.kind === 'fail');
  return isFailed ? { kind: 'answered', settlement: timeoutFailure(timeoutMs) } : outcome;
}
