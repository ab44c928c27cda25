/** What a command has around it: where it prints, what it was configured with, and the server it talks to. */
import { readFileSync } from 'node:fs';
import type { ServerInspection } from '../../bus/tools/server-inspection.ts';
import type { Bus } from '../../client/bus.ts';
import type { Client } from '../../client/client.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';

export type Output = { readonly write: (text: string) => void; readonly isTerminal: boolean; readonly columns: number };

/** The part of the configuration that the command line uses. */
export type CliSettings = {
  readonly url?: string;
  readonly token?: string;
  readonly data: string;
  /** IANA name; UTC without one. */
  readonly timeZone?: string;
};

/** A bus to work on: of the server or, without one, that of an environment. */
export type BusDesk = {
  readonly bus: Bus;
  /** What the broker's own server says beside that; undefined: only an environment knows where to ask. */
  readonly inspect?: () => Promise<ServerInspection>;
};

export type Shell = {
  readonly out: Output;
  readonly err: Output;
  /** Looks for the server when it is first asked. Throws `cli.no-server`. */
  readonly client: () => Client;
  /** Of the plant. */
  readonly timeZone: () => string;
  /** Without a name: of the server. Throws `config.unknown-environment` and what opening its broker throws. */
  readonly bus: (environment: string | undefined) => Promise<BusDesk>;
};

/** A file's text. Throws `cli.unreadable-file`. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MillraceError('cli.unreadable-file', { file, reason: messageOf(error) }, { cause: error });
  }
}

/** A JSON file. Throws `cli.unreadable-file`. */
export function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MillraceError(
      'cli.unreadable-file',
      { file, reason: `it is not JSON (${messageOf(error)})` },
      { cause: error },
    );
  }
}

/** A value given on the command line: JSON, `@` and the name of a file with JSON, or `-` for what comes in. */
export function readValue(option: string, given: string): unknown {
  if (given === '-') return parseJson(`what ${option} reads`, readFileSync(process.stdin.fd, 'utf8'));
  return given.startsWith('@') ? readJson(given.slice(1)) : parseJson(option, given);
}

/** JSON given on the command line. Throws `cli.usage`. */
export function parseJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MillraceError('cli.usage', { problem: `${option} is not JSON: ${messageOf(error)}` });
  }
}
