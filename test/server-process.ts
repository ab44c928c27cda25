/** A real server in a process of its own, which can be killed at any moment and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../src/kernel/clock.ts';

const MAIN = fileURLToPath(new URL('../dist/app/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 20;
const KEPT_OUTPUT = 20_000;

export type Environment = Readonly<Record<string, string>>;
/** What a server says of itself in server.json. */
type Facts = { readonly url: string; readonly token: string };
export type Ended = { readonly code: number | null; readonly output: string };

/** What tests need to know of the way a server is started. */
export type ServerOptions = {
  readonly data: string;
  /** Settings beside the data directory; by default it listens on any free port and says little. */
  readonly environment?: Environment;
  /** The program, where it is not this clone's own. It must be the server itself: a wrapper such as npx, killed, would leave it behind. */
  readonly command?: readonly [string, ...string[]];
  /** Whether another server may be running on the data. Otherwise what a killed one has left is removed first. */
  readonly isSecond?: boolean;
  /** What it is started with; nothing simulated by default. */
  readonly plant?: 'demo' | 'none';
  /** What it does, with commas between; everything by default. */
  readonly roles?: string;
};

export class ServerProcess {
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;
  #output = '';
  url = '';
  /** What the command line of this machine uses. */
  token = '';
  pid = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves when it takes calls. Throws with its output when it ends instead. */
  async start(): Promise<void> {
    this.launch();
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await this.#answers())) {
      if (this.#hasEnded || Date.now() > deadline) throw new Error(`the server did not start:\n${this.#output}`);
      await systemClock.sleep(LOOK_EVERY_MS);
    }
  }

  /** For one that takes no calls: resolves when it says that it runs. */
  async startSilent(): Promise<void> {
    this.launch();
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!this.#output.includes('Millrace')) {
      if (this.#hasEnded || Date.now() > deadline) throw new Error(`the server did not start:\n${this.#output}`);
      await systemClock.sleep(LOOK_EVERY_MS);
    }
  }

  /** Starts the process and waits for nothing. */
  launch(): void {
    const {
      data,
      environment = {},
      command = [process.execPath, MAIN],
      isSecond = false,
      plant = 'none',
      roles,
    } = this.#options;
    mkdirSync(data, { recursive: true });
    if (!isSecond) rmSync(join(data, 'server.json'), { force: true });
    this.#output = '';
    const { PATH = '', HOME = '' } = process.env;
    const [program, ...args] = command;
    const child = spawn(
      program,
      [...args, 'serve', '--plant', plant, ...(roles === undefined ? [] : ['--roles', roles])],
      {
        env: { PATH, HOME, PORT: '0', LOG_LEVEL: 'warn', MILLRACE_DATA: data, ...environment },
        cwd: data, // and not the clone, whose .env may name the developer's own database and mail server
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-KEPT_OUTPUT);
      });
    }
    this.#child = child;
    this.pid = child.pid ?? 0;
  }

  /** As a power cut would: no signal handler runs. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  /** In order; answers the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Resolves when it has ended, by itself or not. */
  async ended(): Promise<Ended> {
    const child = this.#child;
    if (child === undefined) throw new Error('the server was never started');
    if (!this.#hasEnded) await once(child, 'close');
    return { code: child.exitCode, output: this.#output };
  }

  get #hasEnded(): boolean {
    return this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || this.#hasEnded) return child?.exitCode ?? null;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    return child.exitCode;
  }

  async #answers(): Promise<boolean> {
    try {
      const file = readFileSync(join(this.#options.data, 'server.json'), 'utf8');
      const { url, token } = JSON.parse(file) as Facts;
      Object.assign(this, { url, token });
      return (await fetch(`${url}/readyz`)).ok;
    } catch {
      return false; // not written yet, or not listening yet
    }
  }
}
