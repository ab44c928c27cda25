/**
 * `npm start`: a clone becomes a running Millrace with the demo plant. Arguments after `--` go to `millrace serve`.
 * package.json says `exec node …`: npm signals only the shell it starts, so the shell has to become this process for
 * SIGTERM to drain and the exit code to arrive. Without a POSIX shell: `node scripts/start.mjs`.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, main, root } from './bootstrap.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const given = process.argv.slice(2);
  const plant = given.some((arg) => arg === '--plant' || arg.startsWith('--plant=')) ? [] : ['--plant', 'demo'];
  process.argv = [process.execPath, join(root, 'bin/millrace'), 'serve', ...plant, ...given];
  // In this process: no child to forward signals to, and the start stays fast.
  await import(pathToFileURL(join(root, 'dist/app/main.js')).href);
  return process.exitCode;
});
