/** The terminals that a guide is worked through in: one shell that keeps its variables, and what is left running beside it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export type Ran = { readonly code: number; readonly output: string };

export class Terminals implements AsyncDisposable {
  readonly #shell: ChildProcess;
  readonly #running = new Set<number>();
  #printed = '';
  #heard = () => {};
  #count = 0;

  constructor({ folder, environment }: { readonly folder: string; readonly environment: NodeJS.ProcessEnv }) {
    const shell = spawn('bash', ['--noprofile', '--norc'], {
      ...{ cwd: folder, env: environment, stdio: ['pipe', 'pipe', 'pipe'] },
    });
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#printed += chunk.toString();
        this.#heard();
      });
    }
    // Jobs get process groups of their own, so that they can be interrupted as from a terminal.
    shell.stdin.write('set -m; exec 2>&1\n');
    this.#shell = shell;
  }

  /** Runs commands to their end. */
  async run(commands: string): Promise<Ran> {
    const mark = `--- ${++this.#count} ended with `;
    this.#shell.stdin?.write(`${commands}\nprintf '%s%s\\n' '${mark}' "$?"\n`);
    const end = new RegExp(`${mark}(\\d+)\\n`);
    while (!end.test(this.#printed)) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    const [output = '', code = ''] = this.#printed.split(end);
    this.#printed = '';
    return { code: Number(code), output: output.trimEnd() };
  }

  /** Starts a command that stays; what it prints goes to a file. Answers its process. */
  async start(command: string, log: string): Promise<number> {
    const { output } = await this.run(`{ ${command.trim()}; } > '${log}' 2>&1 &\nset +m; echo "$!"; set -m`);
    const pid = Number(output.split('\n').at(-1));
    this.#running.add(pid);
    return pid;
  }

  /** Ctrl-C. Answers its exit code. */
  async interrupt(pid: number): Promise<number> {
    process.kill(-pid, 'SIGINT');
    this.#running.delete(pid);
    const { output } = await this.run(`wait ${pid} > /dev/null; echo "code $?"`);
    return Number(/code (\d+)/.exec(output)?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.#running) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    const closed = once(this.#shell, 'close');
    this.#shell.kill('SIGKILL');
    await closed;
  }
}
