/** docs/guide/workers-quickstart.md, worked through in its order: real server, real workers, real commands. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { ServerProcess } from '../server-process.ts';
import { read, root } from './page.ts';
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
  /** What the page writes for an id → what it is here. */
  readonly #ids = new Map<string, string>();
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
    let found: RegExpExecArray | null = null;
    let last = { code: 0, output: '' };
    const attempt = async (): Promise<boolean> => {
      last = await this.#terminals.run(here);
      found = this.#pattern(expected ?? '…').exec(spaced(last.output));
      return last.code === 0 && found !== null;
    };
    if (onlyLooks(commands)) await until(attempt, () => `${here}\n${last.output}`);
    else expect([await attempt(), here, last.output]).toEqual([true, here, last.output]);
    const groups = (found as RegExpExecArray | null)?.groups ?? {};
    for (const [name, id] of Object.entries(groups)) this.#ids.set(name.replaceAll('$', '-'), id);
  }

  /** What the page says, with the ids and the address that things have here. */
  #here(text: string): string {
    const url = this.#server?.url ?? SHOWN_URL;
    return text.replaceAll(SHOWN_URL, url).replaceAll(IDS, (id) => this.#ids.get(id) ?? id);
  }

  /** `…` is anything, also nothing; an id that was not seen before is learned. */
  #pattern(expected: string): RegExp {
    const learned = new Set<string>();
    const source = spaced(expected)
      .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      .replaceAll(/\n…\n/g, '\n(?:[^]*?\n)?')
      .replaceAll(/ ?… ?/g, '[^]*?')
      .replaceAll(IDS, (id) => {
        const known = this.#ids.get(id);
        if (known !== undefined) return known;
        const name = id.replaceAll('-', '$');
        if (learned.has(id)) return `\\k<${name}>`;
        learned.add(id);
        return `(?<${name}>${id.startsWith('job') ? 'job_\\w{11}' : 'operator-\\w+-1'})`;
      });
    return new RegExp(`^${source}$`);
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

const IDS = /job_\w{11}|operator-\w+-1/g;

const spaced = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .join('\n');

async function until(isTrue: () => Promise<boolean>, story: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) expect.unreachable(story());
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}
