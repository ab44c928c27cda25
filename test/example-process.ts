/** Examples as processes of their own: what they print, and what becomes of them when they are killed. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { PATH = '', HOME = '' } = process.env;
/** No AMQP_URL of whoever runs the tests. */
const ENVIRONMENT = { PATH, HOME };

const commandOf = (name: string, args: readonly string[]): string[] => [
  '--import',
  'tsx',
  `examples/${name}/run.ts`,
  ...args,
];

/** What `npm run example -- <name> …` prints. Rejects when it fails, with `code` and `stderr`. */
export async function printedBy(name: string, args: readonly string[] = []): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, commandOf(name, args), {
    cwd: ROOT,
    env: ENVIRONMENT,
  });
  return stdout;
}

export class ExampleProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Set<() => void>();
  readonly lines: string[] = [];

  constructor(name: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, commandOf(name, args), {
      cwd: ROOT,
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#ended = once(this.#child, 'close');
    if (this.#child.stdout === null) throw new Error('the example has no output');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(line.trim());
      for (const wake of this.#waiting) wake();
    });
  }

  /** Resolves when it has printed the line. */
  async printed(line: string): Promise<void> {
    let wake = (): void => {};
    try {
      while (!this.lines.includes(line)) {
        if (this.#child.exitCode !== null) throw new Error(`the example ended before it said "${line}"`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          this.#waiting.add(wake);
          void this.#ended.then(wake);
        });
        this.#waiting.delete(wake);
      }
    } finally {
      this.#waiting.delete(wake);
    }
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal);
    await this.#ended;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
