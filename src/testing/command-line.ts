/** The command line in this process, against a server on a free port: what tests of commands run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliParts, runCli } from '../edge/cli/cli.ts';
import type { ServerCommands } from '../edge/cli/commands/server.ts';
import type { WorkerCommands } from '../edge/cli/commands/worker.ts';
import type { CliSettings, Output } from '../edge/cli/shell.ts';
import { type EdgeServer, openEdgeServer } from './edge-server.ts';

/** Commands of app that do nothing. */
export const noServerCommands: ServerCommands & WorkerCommands = {
  serve: async () => {},
  migrate: async () => ({ json: {}, text: '' }),
  demo: async () => {},
  worker: async () => {},
  workerHealth: async () => ({ json: {}, text: '' }),
};

export type Run = { readonly code: number; readonly out: string; readonly err: string };
export type RunParts = Partial<ServerCommands & WorkerCommands> & Pick<CliParts, 'fetch' | 'local' | 'environment'>;

/** One command line, and what it printed. */
export async function runCommand(argv: readonly string[], settings: CliSettings, parts: RunParts = {}): Promise<Run> {
  const text = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    isTerminal: false,
    columns: 160,
    write: (more) => {
      text[name] += more;
    },
  });
  const streams = { out: output('out'), err: output('err') };
  const code = await runCli(argv, {
    ...noServerCommands,
    ...parts,
    version: '1.2.3',
    settings: () => settings,
    ...streams,
  });
  return { code, ...text };
}

export type CommandLine = AsyncDisposable & {
  readonly server: EdgeServer;
  readonly settings: CliSettings & { readonly url: string; readonly token: string };
  /** As an administrator. */
  run(...argv: string[]): Promise<Run>;
  /** What the command prints with --json. */
  json(...argv: string[]): Promise<Record<string, unknown>>;
};

export async function openCommandLine(): Promise<CommandLine> {
  const server = await openEdgeServer();
  const url = await server.http.listen({ port: 0, host: '127.0.0.1' });
  const settings = { url, token: server.tokens.administrator, data: '/nowhere' };
  const run = (...argv: string[]) => runCommand(argv, settings);
  return {
    server,
    settings,
    run,
    json: async (...argv) => JSON.parse((await run(...argv, '--json')).out) as Record<string, unknown>,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A folder for files that commands read. */
export function openScratch() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  return {
    folder,
    write: (name: string, content: unknown): string => {
      const file = join(folder, name);
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
