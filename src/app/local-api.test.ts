/** Commands on a store that nobody serves. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { noServerCommands, type Run, runCommand } from '../testing/command-line.ts';
import { readConfig } from './config.ts';
import { localApi } from './local-api.ts';
import { lockStore, openStore } from './open-store.ts';

const LOOK = {
  key: 'look',
  nodes: [
    { id: 'see', type: 'userTask', role: 'operator', notify: 'operators', next: { fine: 'over' } },
    { id: 'over', type: 'end' },
  ],
};

function emptyFolder() {
  const data = mkdtempSync(join(tmpdir(), 'millrace-local-'));
  const config = readConfig({ MILLRACE_DATA: data }, data);
  return {
    data,
    config,
    run: (argv: readonly string[], fetchIt?: typeof fetch): Promise<Run> =>
      runCommand(
        argv,
        { data },
        {
          ...noServerCommands,
          local: () => localApi(config),
          ...(fetchIt && { fetch: fetchIt }),
        },
      ),
    write: (name: string, content: object): string => {
      const file = join(data, name);
      writeFileSync(file, JSON.stringify(content));
      return file;
    },
    [Symbol.dispose]: () => rmSync(data, { recursive: true, force: true }),
  };
}

async function folderWithStore() {
  const folder = emptyFolder();
  await (await openStore(folder.config, { clock: systemClock, log: silentLog })).close();
  return folder;
}

it('need a server where there is no store, and make none', async () => {
  using here = emptyFolder();
  expect(await here.run(['tasks'])).toMatchObject({ code: 1, err: expect.stringContaining('(cli.no-server)') });
  expect(readdirSync(here.data)).toEqual([]);
});

it('are done on the store itself, and what they set in motion waits', async () => {
  using here = await folderWithStore();
  expect((await here.run(['deploy', here.write('look.json', LOOK)])).out).toBe('look is deployed as version 1.\n');
  const started = await here.run(['start', 'look', '--key', 'press-1']);
  expect([started.code, started.err]).toEqual([0, expect.stringMatching(/^No server runs: /)]);
  const { items } = JSON.parse((await here.run(['tasks', '--json'])).out) as { items: { id: string }[] };
  expect((await here.run(['tasks', 'complete', items[0]?.id ?? '', '--outcome', 'fine'])).code).toBe(0);
  const again = await here.run(['tasks', 'complete', items[0]?.id ?? '', '--outcome', 'fine']);
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('(task.already-done)')]);
  expect((await here.run(['instances'])).out).toContain('completed');
  const link = await here.run(['sign-in']);
  expect(link.out).toContain('http://localhost:8080/sign-in?code=');
});

it('are refused while another process has the store', async () => {
  using here = await folderWithStore();
  const lock = await lockStore(here.config, { log: silentLog });
  const refused = await here.run(['tasks']);
  await lock.close();
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('(config.memory-broker-is-single-process)')]);
});

it('do not wait for a server that was killed, but never repeat what it may have done', async () => {
  using here = await folderWithStore();
  here.write('server.json', { url: `http://127.0.0.1:${await unusedPort()}`, token: 'mlr_x', pid: 1 });
  expect(await here.run(['people'])).toMatchObject({ code: 0, err: expect.stringMatching(/^No server runs: /) });
  const cutOff = () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) }));
  const add = ['people', 'add', 'Dana', '--role', 'operator'];
  expect(await here.run(add, cutOff)).toMatchObject({ code: 1, err: expect.stringContaining('(client.unreachable)') });
  expect((await here.run(['people'])).out).not.toContain('dana');
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
