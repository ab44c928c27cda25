/** What a command has around it: where it prints, what it was configured with, and the server it talks to. */
import { readFileSync } from 'node:fs';
import type { Client } from '../../client/client.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';

export type Output = { readonly write: (text: string) => void; readonly isTerminal: boolean; readonly columns: number };

/** The part of the configuration that the command line uses. */
export type CliSettings = { readonly url?: string; readonly token?: string; readonly data: string };

export type Shell = {
  readonly out: Output;
  readonly err: Output;
  /** Looks for the server when it is first asked. Throws `cli.no-server`. */
  readonly client: () => Client;
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

/** JSON given on the command line. Throws `cli.usage`. */
export function parseJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MillraceError('cli.usage', { problem: `${option} is not JSON: ${messageOf(error)}` });
  }
}
