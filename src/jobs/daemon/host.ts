/** A host: where handlers run. What a daemon asks of one is the same for its own thread, threads and processes. */
import type { Service } from '../../kernel/lifecycle.ts';
import type { Settlement } from '../../kernel/settlement.ts';
import type { JobLine, Progress } from '../desk.ts';
import type { HandlerJob, Handlers } from './handler.ts';
import { Runner, type Told } from './runner.ts';

export type Outcome =
  | { readonly kind: 'answered'; readonly settlement: Settlement }
  /** Its host died while it ran, and nobody knows of which job. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** It did not come to an end, or its host was ended because of another job: nothing is known against this one. */
  | { readonly kind: 'abandoned' };

export type HostRun = {
  readonly outcome: Promise<Outcome>;
  abort(reason: string): void;
  /** Waits for it no longer; a host that can be ended is, when nothing else runs in it or its loop hangs. */
  abandon(): void;
};

/** What a run tells while it runs. */
export type RunEvents = {
  begun(): void;
  progress(progress: Progress): void;
  line(line: JobLine): void;
};

export type Host = Service & {
  readonly kinds: readonly string[];
  /** Whether a job that comes now can begin. */
  hasRoom(): boolean;
  /** Called when there is room again after there was none. */
  onRoom(tell: () => void): void;
  run(job: HandlerJob, events: RunEvents): HostRun;
};

/** What one run is waiting for. */
export type Pending = {
  readonly job: HandlerJob;
  readonly events: RunEvents;
  readonly end: (outcome: Outcome) => void;
};

/** Passes on what was told to whom it concerns; what comes too late concerns nobody. */
export function passOn(told: Told, runs: Map<number, Pending>): void {
  if (told.kind === 'pong') return;
  const pending = runs.get(told.run);
  if (pending === undefined) return;
  if (told.kind === 'begun') pending.events.begun();
  else if (told.kind === 'progress') pending.events.progress(told.progress);
  else if (told.kind === 'line') pending.events.line(told.line);
  else {
    runs.delete(told.run);
    pending.end({ kind: 'answered', settlement: told.settlement });
  }
}

/** Handlers in the daemon's own thread: nothing stands between them, and one that blocks stops all. */
export function ownThreadHost(handlers: Handlers): Host {
  const runs = new Map<number, Pending>();
  const runner = new Runner(handlers, (told) => passOn(told, runs));
  let last = 0;
  const close = async () => {};
  return {
    kinds: Object.keys(handlers),
    hasRoom: () => true,
    onRoom: () => {},
    run: (job, events) => {
      last += 1;
      const run = last;
      const outcome = new Promise<Outcome>((end) => runs.set(run, { job, events, end }));
      runner.take({ kind: 'run', run, job });
      return {
        outcome,
        abort: (reason) => runner.take({ kind: 'abort', run, reason }),
        abandon: () => {
          runs.get(run)?.end({ kind: 'abandoned' });
          runs.delete(run);
        },
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
