/** One live server has a data directory. */
import { mkdtempSync, rmSync } from 'node:fs';
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
