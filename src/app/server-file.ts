/**
 * `server.json` in the data directory: where the running server is and a token for the command line, readable by its owner
 * only. Of servers that share a directory the one that came first is in it for as long as it runs.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Answers how to take it away again. */
export function writeServerFile(data: string, facts: { readonly url: string; readonly token: string }): () => void {
  const file = join(data, 'server.json');
  const holder = holderOf(file);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) return () => {};
  rmSync(file, { force: true }); // the mode counts only when the file is made
  writeFileSync(file, `${JSON.stringify({ ...facts, pid: process.pid })}\n`, { mode: 0o600 });
  return () => {
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  };
}

/** The process that wrote it; undefined: none, or nobody knows. */
function holderOf(file: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { readonly pid?: unknown };
    return Number.isInteger(pid) ? (pid as number) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
