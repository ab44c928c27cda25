/** A program of peers/jobs in a process of its own: it says when it waits, runs a round when told to, and answers after the last. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { note } from './figure.ts';

export type JobPeerResult = {
  readonly enqueuePerSecond: number;
  /** From the first claim until the server has recorded the last of the waiting jobs as done. */
  readonly claimToDonePerSecond: number;
  /** From the call that enqueues a job until its handler starts, in a worker that waits. */
  readonly startLatencyMs: { readonly p50: number; readonly p99: number };
  /** The process of a worker that has had nothing to do yet, without the server. */
  readonly idleRssBytes: number;
  /** What survives which crash, as the server is set. */
  readonly durability: string;
  readonly setup: string;
};

export type RunningJobPeer = {
  /** Rejects when the peer fails, and from then on. */
  turn(): Promise<void>;
  /** Undefined before its last turn, and when it failed. */
  result(): JobPeerResult | undefined;
  close(): Promise<void>;
};

/** The flags of our own side, so that none has the better heap. */
const FLAGS = ['--max-semi-space-size=64', '--no-deprecation'];
/** For taking its schema or its keys away. */
const GRACE_MS = 20_000;
/** A peer that takes longer for a round, or for its start, hangs. */
const limitMsOf = (jobs: number): number => 180_000 + jobs * 5;

type Options = { readonly name: string; readonly way: string; readonly jobs: number; readonly rounds: number };

/** Resolves when it is set up and warm. */
export async function startJobPeer({ name, way, jobs, rounds }: Options): Promise<RunningJobPeer> {
  const file = fileURLToPath(new URL(`./peers/jobs/${name}.mjs`, import.meta.url));
  const args = [way, '--jobs', String(jobs), '--rounds', String(rounds)];
  const child = fork(file, args, { execArgv: FLAGS, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const output = collected(child);
  const closed = once(child, 'close');
  const waitsOrEnds = async () => {
    const message = once(child, 'message', { signal: AbortSignal.timeout(limitMsOf(jobs)) });
    await Promise.race([message, closed]);
    if (child.exitCode !== null ? child.exitCode !== 0 : child.signalCode !== null) throw new Error(output.reason());
  };
  const close = async () => {
    if (child.connected) child.disconnect();
    const impatience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await closed;
    clearTimeout(impatience);
  };
  const turn = async () => {
    if (!child.connected) throw new Error(output.reason());
    child.send('go');
    await waitsOrEnds();
  };
  const result = () => (child.exitCode === 0 ? (JSON.parse(output.stdout()) as JobPeerResult) : undefined);
  try {
    await waitsOrEnds();
    return { turn, result, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What it prints; what it says on the way is a note, and the last of it the reason if it fails. */
function collected(child: ChildProcess): { stdout(): string; reason(): string } {
  let printed = '';
  let lastWords = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    note(text.trimEnd());
    lastWords = text.trim().split('\n').at(-1) ?? '';
  });
  return { stdout: () => printed, reason: () => `it ended${lastWords && ` (${lastWords})`}` };
}
