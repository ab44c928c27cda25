/** What a command has around it: where it prints, what it was configured with, and the server it talks to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Client, createClient } from '../../client/client.ts';
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

/** The file by which a running server tells where it is; only its owner can read it. */
export const SERVER_FILE = 'server.json';
const serverFile = z.object({ url: z.url(), token: z.string().min(1), pid: z.int() });
export type ServerFile = z.output<typeof serverFile>;

/** MILLRACE_URL and MILLRACE_TOKEN, else what the server on the data directory wrote down. */
export function connect({ url, token, data }: CliSettings, options: { readonly fetch?: typeof fetch } = {}): Client {
  if (url !== undefined) return createClient({ url, ...(token !== undefined && { token }), ...options });
  const found = readServerFile(join(data, SERVER_FILE));
  return createClient({ url: found.url, token: token ?? found.token, ...options });
}

function readServerFile(file: string): ServerFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isFileError(error) && !NOT_THERE.includes(error.code ?? ''))
      throw new MillraceError('cli.unreadable-file', { file, reason: messageOf(error) }, { cause: error });
    throw new MillraceError('cli.no-server', { file }, { cause: error });
  }
  try {
    return serverFile.parse(JSON.parse(text));
  } catch (error) {
    throw new MillraceError(
      'cli.unreadable-file',
      { file, reason: 'it is not what a server writes' },
      { cause: error },
    );
  }
}

const NOT_THERE: readonly string[] = ['ENOENT', 'ENOTDIR'];
const isFileError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error;

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
