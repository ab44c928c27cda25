/** A Lua script, which the server runs as one step. It is sent by its hash, and whole when the server does not have it. */
import { createHash } from 'node:crypto';
import type { Connection } from './driver.ts';

export type Script = { readonly source: string; readonly sha: string };

export function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

export async function runScript<Reply>(
  connection: Connection,
  { source, sha }: Script,
  { keys, args }: { readonly keys: readonly string[]; readonly args: readonly string[] },
): Promise<Reply> {
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await connection.sendCommand<Reply>(['EVALSHA', sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return connection.sendCommand<Reply>(['EVAL', source, ...rest]);
  }
}
