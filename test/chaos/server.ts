/** A real server in a process of its own, which can be killed at any moment and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/app/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export class Server {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #data: string;
  #child: ChildProcess | undefined;
  #output = '';
  url = '';

  constructor({ data, store }: { readonly data: string; readonly store: string }) {
    this.#data = data;
    this.#environment = {
      MILLRACE_DATA: data,
      MILLRACE_STORE: store,
      MILLRACE_AUTH: 'off',
      PORT: '0',
      LOG_LEVEL: 'warn',
    };
  }

  async start(): Promise<void> {
    rmSync(join(this.#data, 'server.json'), { force: true });
    this.#output = '';
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [MAIN, 'serve', '--plant', 'none'], {
      env: { PATH, HOME, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-20_000);
      });
    }
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`the server did not start:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** As a power cut would: no signal handler runs. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  get output(): string {
    return this.#output;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  async #answers(): Promise<boolean> {
    try {
      this.url = (JSON.parse(readFileSync(join(this.#data, 'server.json'), 'utf8')) as { url: string }).url;
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false; // not written yet, or not listening yet
    }
  }
}
