/** `server.json` in the data directory: where the running server is and a token for the command line, readable by its owner only. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function writeServerFile(data: string, facts: { readonly url: string; readonly token: string }): () => void {
  const file = join(data, 'server.json');
  rmSync(file, { force: true }); // the mode counts only when the file is made
  writeFileSync(file, `${JSON.stringify({ ...facts, pid: process.pid })}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
