/** A worker in a process of its own, whose desk is in the test: it can be killed at any moment, and the desk remembers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Desk } from '../../src/jobs/desk.ts';

const CHILD = fileURLToPath(new URL('./worker-child.mjs', import.meta.url));

type Call = { readonly call: number; readonly name: keyof Desk; readonly given: readonly unknown[] };
type Abort = { readonly abort: number };

export type WorkerProcessOptions = {
  readonly desk: Desk;
  /** The text of the module of handlers. */
  readonly handlers: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
};

export class WorkerProcess implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'millrace-worker-'));
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = '';

  constructor({ desk, handlers, args = [], environment = {} }: WorkerProcessOptions) {
    const file = join(this.folder, 'handlers.mjs');
    writeFileSync(file, handlers);
    const env = { ...process.env, MILLRACE_DATA: this.folder, LOG_LEVEL: 'info', ...environment };
    const child = fork(CHILD, ['worker', '--id', 'worker-1', '--handlers', file, '--json', ...args], {
      ...{ env, silent: true, execArgv: [], cwd: this.folder },
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => {
        this.#output += text.toString();
      });
    answerCalls(child, desk);
    this.#child = child;
    this.#ended = once(child, 'close');
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Resolves to its exit code when it has ended. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function answerCalls(child: ChildProcess, desk: Desk): void {
  const aborts = new Map<number, AbortController>();
  const send = (message: object) => {
    if (child.connected) child.send(message, () => {});
  };
  child.on('message', (message) => {
    const asked = message as Call | Abort;
    if ('abort' in asked) return aborts.get(asked.abort)?.abort();
    const { call, name, given } = asked;
    const abort = new AbortController();
    aborts.set(call, abort);
    const method = desk[name].bind(desk) as (...given: readonly unknown[]) => Promise<unknown>;
    method(...given, ...(name === 'claim' ? [abort.signal] : [])).then(
      (answer) => send({ call, answer }),
      (error: unknown) => send({ call, error: String(error) }),
    );
  });
}
