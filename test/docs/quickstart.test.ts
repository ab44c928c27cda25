/** docs/guide/workers-quickstart.md, worked through in its order: real server, real workers, real commands. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { ServerProcess } from '../server-process.ts';
import { read, root } from './page.ts';
import { Shown } from './shown.ts';
import { Terminals } from './terminals.ts';

const PAGE = 'docs/guide/workers-quickstart.md';
const SHOWN_URL = 'http://localhost:8080';
const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 30_000;

type Step =
  | { readonly kind: 'serve'; readonly auth: 'on' | 'off' }
  | { readonly kind: 'stay'; readonly command: string; readonly name: string }
  | { readonly kind: 'stop'; readonly name: string }
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'run'; readonly commands: string; readonly expected: string | undefined };

const PARTS = /^```(\w+)\n([\s\S]*?)^```$(?:\n\n^```text\n([\s\S]*?)^```$)?|<!-- Ctrl-C: (\w+) -->/gm;

const steps = [...read(PAGE).matchAll(PARTS)].map(([, language, text = '', expected, stopped]): Step => {
  if (stopped !== undefined) return { kind: 'stop', name: stopped };
  if (language === 'js') return { kind: 'file', text };
  if (text.includes('npm start')) return { kind: 'serve', auth: text.includes('MILLRACE_AUTH=off') ? 'off' : 'on' };
  if (text.startsWith('bin/millrace worker ')) return { kind: 'stay', command: text, name: 'worker' };
  if (text.includes(' python3 ')) return { kind: 'stay', command: text, name: 'python' };
  return { kind: 'run', commands: text, expected };
});

/** Commands that only look may be repeated until they show what is to come. */
const onlyLooks = (commands: string): boolean =>
  /^(?:bin\/millrace (?:workers|queues|jobs (?:ls|show|lines))|curl)\b/.test(commands) && !commands.includes(' -X ');

describe('the quickstart of workers', () => {
  it('has steps of every sort', () => {
    expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(['serve', 'stay', 'stop', 'file', 'run']));
    expect(steps.length).toBeGreaterThan(20);
  });

  it('works as it stands', { timeout: 240_000 }, async () => {
    await using reader = new Reader();
    for (const step of steps) await reader.take(step);
    expect(reader.exitCodes).toEqual([
      ['worker', 0],
      ['server', 0],
    ]);
  });
});

class Reader implements AsyncDisposable {
  readonly exitCodes: (readonly [string, number | null])[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'millrace-quickstart-'));
  readonly #terminals: Terminals;
  readonly #running = new Map<string, number>();
  readonly #shown = new Shown();
  #server: ServerProcess | undefined;

  constructor() {
    for (const name of ['bin', 'examples']) symlinkSync(join(root, name), join(this.#folder, name));
    writeFileSync(join(this.#folder, 'package.json'), '{"type": "module"}');
    const { PATH = '', HOME = '' } = process.env;
    const environment = { PATH, HOME, MILLRACE_DATA: this.#data };
    this.#terminals = new Terminals({ folder: this.#folder, environment });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'serve': {
        const server = new ServerProcess({ data: this.#data, environment: { MILLRACE_AUTH: step.auth } });
        this.#server = server;
        return server.start();
      }
      case 'file':
        return writeFileSync(join(this.#folder, 'handlers.js'), step.text);
      case 'stay':
        return this.#stay(step.name, step.command);
      case 'stop':
        return this.#stop(step.name);
      case 'run':
        return this.#run(step.commands, step.expected);
      default:
        return step satisfies never;
    }
  }

  /** Resolves when the worker has come for its kinds: a reader sees it begin. */
  async #stay(name: string, command: string): Promise<void> {
    const log = join(this.#folder, `${name}.log`);
    const kind = name === 'python' ? 'python.sum' : 'weigh';
    const before = await this.#claimers(kind);
    this.#running.set(
      name,
      await this.#terminals.start(this.#here(command).replace(/(?=bin\/millrace|python3)/, 'exec '), log),
    );
    await until(
      async () =>
        name === 'worker'
          ? (await this.#workers()).some((id) => id.startsWith('worker-1'))
          : (await this.#claimers(kind)) > before,
      () => readFileSync(log, 'utf8'),
    );
  }

  async #stop(name: string): Promise<void> {
    if (name === 'server') this.exitCodes.push([name, (await this.#server?.stop()) ?? null]);
    else this.exitCodes.push([name, await this.#terminals.interrupt(this.#running.get(name) ?? 0)]);
  }

  async #run(commands: string, expected: string | undefined): Promise<void> {
    const here = this.#here(commands);
    let last = { code: 0, output: '' };
    const attempt = async (): Promise<boolean> => {
      last = await this.#terminals.run(here);
      return last.code === 0 && this.#shown.fits(this.#withUrl(expected ?? '…'), last.output);
    };
    if (onlyLooks(commands)) await until(attempt, () => `${here}\n${last.output}`);
    else expect([await attempt(), here, last.output]).toEqual([true, here, last.output]);
  }

  /** What the page says, with the ids and the address that things have here. */
  #here(text: string): string {
    return this.#shown.here(this.#withUrl(text));
  }

  #withUrl(text: string): string {
    return text.replaceAll(SHOWN_URL, this.#server?.url ?? SHOWN_URL);
  }

  async #get(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const headers = { authorization: `Bearer ${this.#server?.token}` };
    const answer = await fetch(`${this.#server?.url}/api/v1/${path}`, { headers });
    return ((await answer.json()) as { readonly items: Readonly<Record<string, unknown>>[] }).items;
  }

  async #workers(): Promise<string[]> {
    return (await this.#get('workers')).map(({ id }) => String(id));
  }

  /** 1 when somebody has come for the kind, else 0. */
  async #claimers(kind: string): Promise<number> {
    return (await this.#get('kinds?limit=1000')).filter((each) => each.kind === kind).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#terminals[Symbol.asyncDispose]();
    await this.#server?.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function until(isTrue: () => Promise<boolean>, story: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) expect.unreachable(story());
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}
