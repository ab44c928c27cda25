/**
 * Where a command finds the API: the server that MILLRACE_URL names, else the one that runs on the data directory, else –
 * when nobody serves it – the store itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Client, createClient } from '../../client/client.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import type { CliSettings } from './shell.ts';

/** The API of a store that no server has open. */
export type LocalApi = {
  readonly fetch: typeof fetch;
  /** Whether a call has been made. */
  readonly isOpen: () => boolean;
  readonly close: () => Promise<void>;
};

export type Connection = {
  readonly fetch?: typeof fetch | undefined;
  /** Undefined where there is no store. */
  readonly local?: LocalApi | undefined;
};

/** The file by which a running server tells where it is; only its owner can read it. */
export const SERVER_FILE = 'server.json';
const serverFile = z.object({ url: z.url(), token: z.string().min(1), pid: z.int() });
export type ServerFile = z.output<typeof serverFile>;

/** Throws `cli.no-server`. */
export function connect({ url, token, data }: CliSettings, { fetch: given, local }: Connection = {}): Client {
  const send = given ?? ((...request: Parameters<typeof fetch>) => fetch(...request));
  if (url !== undefined) return createClient({ url, ...(token !== undefined && { token }), fetch: send });
  try {
    const found = readServerFile(join(data, SERVER_FILE));
    const fetchIt = local === undefined ? send : orElse(send, local.fetch);
    return createClient({ url: found.url, token: token ?? found.token, fetch: fetchIt });
  } catch (error) {
    if (local === undefined || !isMillraceError(error, 'cli.no-server')) throw error;
    return createClient({ url: 'http://localhost', fetch: local.fetch });
  }
}

/**
 * A server that was killed leaves its file behind, and nobody listens. Only a call that certainly did not arrive is done
 * on the store instead: any other failure may have come after the server had done it.
 */
function orElse(send: typeof fetch, instead: typeof fetch): typeof fetch {
  let isRefused = false;
  return async (...request) => {
    if (isRefused) return instead(...request);
    try {
      return await send(...request);
    } catch (error) {
      if (!(error instanceof Error) || codeOf(error.cause) !== 'ECONNREFUSED') throw error;
      isRefused = true;
      return instead(...request);
    }
  };
}

/** Throws `cli.no-server`. */
export function readServerFile(file: string): ServerFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (!NOT_THERE.includes(codeOf(error)))
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

const NOT_THERE: readonly unknown[] = ['ENOENT', 'ENOTDIR'];
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
