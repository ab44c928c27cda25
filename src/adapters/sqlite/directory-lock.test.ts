/** One live server has a data directory. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

it('lets one have the directory, and the next one after that', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-lock-'));
  const first = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'config.memory-broker-is-single-process',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await first.close();
  const second = await lockDirectory(directory);
  await second.close();
  rmSync(directory, { recursive: true });
});

it.each([
  {
    what: 'is no database',
    reason: /not a database/,
    spoil: (file: string) => writeFileSync(file, 'x'.repeat(5_000)),
  },
  { what: 'is a directory', reason: /unable to open/, spoil: (file: string) => mkdirSync(file) },
])('does not blame another process when its file $what', async ({ reason, spoil }) => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-lock-'));
  const file = join(directory, 'lock.db');
  spoil(file);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'store.unreachable',
    message: expect.stringContaining(file),
    details: { file, reason: expect.stringMatching(reason) },
  });
  rmSync(directory, { recursive: true });
});
