/** The data directory: made for nobody but the user of the server, and otherwise left as it is. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../kernel/log.ts';
import { lockStore } from './open-store.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'millrace-open-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const modeAfterOpening = async (data: string): Promise<string> => {
  await (await lockStore({ store: 'sqlite', data, broker: 'memory' }, { log: silentLog })).close();
  return (statSync(data).mode & 0o777).toString(8);
};

it('makes a data directory that nobody else can look into', async () => {
  expect(await modeAfterOpening(join(parent, 'new'))).toBe('700');
});

it('leaves the rights of a directory that is there as they are', async () => {
  const data = join(parent, 'shared');
  mkdirSync(data);
  chmodSync(data, 0o750);
  expect(await modeAfterOpening(data)).toBe('750');
});
