/** Starts a process with a queue, and looks after it when it has died. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KindSettings } from '../../../src/jobs/kind.ts';

const PROGRAM = fileURLToPath(new URL('queue-child.mjs', import.meta.url));
/** Gets its jobs from a server, over HTTP. */
const HTTP_PROGRAM = fileURLToPath(new URL('http-child.mjs', import.meta.url));

/** A store, or the server that owns it. */
export type Place =
  | { readonly directory: string }
  | { readonly url: string; readonly schema: string }
  | { readonly server: string };
export type KindsOf = Readonly<Record<string, Partial<KindSettings>>>;
type Request = {
  readonly kind: string;
  readonly payload: { readonly fails?: number };
  readonly key?: string;
  readonly dedupKey?: string;
  readonly delayMs?: number;
};
export type ChildOptions = {
  readonly store: Place;
  /** Where it writes down what was acknowledged. */
  readonly log: string;
  readonly name: string;
  readonly leaseMs: number;
  readonly kinds: KindsOf;
  readonly skewMs?: number;
  readonly isAlone?: boolean;
  readonly pauseMs?: number;
  readonly concurrency?: number;
  readonly script?: {
    readonly ghosts?: readonly { readonly kind: string; readonly ms: number }[];
    readonly first?: readonly Request[];
    readonly later?: readonly Request[];
    /** Goes on enqueuing, with such pauses. */
    readonly pauseMs?: number;
    /** On SIGUSR2, and on SIGHUP: for how long nothing of it runs. */
    readonly blockMs?: number;
    readonly longBlockMs?: number;
  };
  readonly die?: { readonly point: string; readonly when: 'before' | 'during' | 'after' };
};

export function startChild(options: ChildOptions): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, ['server' in options.store ? HTTP_PROGRAM : PROGRAM, JSON.stringify(options)], {
    env: { PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Resolves when it takes work. */
export async function untilReady(child: ChildProcess): Promise<void> {
  if (child.stdout === null || child.exitCode !== null) throw new Error('the process has no output');
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the process ended at its start'))),
  ]);
}

export type Event = {
  readonly what:
    | ('enqueued' | 'started' | 'settling' | 'completed' | 'failed' | 'refused' | 'stopped')
    /** Of whoever makes the faults: a process was told to end; `by` it, or by all (`*`), leases may be lost until now. */
    | ('stopping' | 'disturbed');
  readonly at: number;
  readonly by: string;
  readonly job: number;
  readonly epoch: number;
  readonly attempt: number;
  readonly kind: string;
  readonly key: string | null;
  readonly dedupKey: string | null;
  readonly isNew: boolean;
  /** What the worker answers. */
  readonly answer: 'done' | 'fail';
  /** When an enqueue was sent. */
  readonly askedAt: number;
  readonly isDelayed: boolean;
  readonly code: string;
  readonly fails: number;
};

/** What was written down; the last line of a process that was killed may be half. */
export function eventsIn(log: string): Event[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Event] : []));
}
