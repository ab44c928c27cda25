import { expect, it } from 'vitest';
import { freePort } from '../../../test/own-postgres.ts';
import type { Log } from '../../kernel/log.ts';
import { silentLog } from '../../kernel/log.ts';
import { startCommitListener } from './commit-listener.ts';
import { loadDriver } from './driver.ts';

/** More than a signal has listeners before Node warns. */
const TRIES = 15;

it('leaves nothing behind of the tries to connect while PostgreSQL is away', async () => {
  const warnings: string[] = [];
  const take = ({ name }: Error) => warnings.push(name);
  process.on('warning', take);
  let tries = 0;
  const [url, driver] = [`postgres://postgres@127.0.0.1:${await freePort()}/test`, await loadDriver()];
  await new Promise<void>((resolve) => {
    const warn = () => {
      tries += 1;
      if (tries === TRIES) void listener.close().then(resolve);
    };
    const log: Log = Object.create(silentLog, { warn: { value: warn } });
    const parts = { driver, url, channel: 'nobody', log, hear: () => {}, missed: () => {}, retryMs: 1 };
    const listener = startCommitListener(parts);
  });
  process.off('warning', take);
  expect(warnings).toEqual([]);
});
