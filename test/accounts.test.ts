/** Accounts on a real server with its files: the call of the documentation as it stands, a crash, and no password on the disk. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Account, AccountPassword, AccountsOrdered, JobProgress } from '../src/client/wire-accounts.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { ServerProcess } from './server-process.ts';

/** As curl sends it in docs/reference/http.md. */
const ORDER = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'user-agent': 'curl/8', accept: '*/*' },
  body: '{"count": 1, "priority": "high"}',
};

it('makes accounts whose passwords are nowhere in its files or its output', { timeout: 120_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'millrace-accounts-'));
  await using server = new ServerProcess({ data, environment: { MILLRACE_AUTH: 'off', LOG_LEVEL: 'debug' } });
  await using _directory = { [Symbol.asyncDispose]: async () => rmSync(data, { recursive: true, force: true }) };
  await server.start();
  const get = async <T>(path: string) => (await (await fetch(`${server.url}${path}`)).json()) as T;
  const ordered = (await (await fetch(`${server.url}/api/accounts/generate`, ORDER)).json()) as AccountsOrdered;
  expect(ordered).toMatchObject({ status: 'pending', count: 1, priority: 'high' });
  const job = await settled(() => get<JobProgress>(`/api/jobs/${ordered.job_id}`));
  expect(job).toMatchObject({ status: 'completed', result: { created: 1, failed: 0 } });
  const { items } = await get<{ items: Account[] }>(`/api/accounts?job_id=${ordered.job_id}`);
  const [account] = items;
  const path = `/api/accounts/${account?.id}/password`;
  const { password } = await get<AccountPassword>(path);
  await server.kill();
  expect(filesWith(data, password)).toEqual([]);
  expect(server.output).not.toContain(password);
  await server.start();
  expect((await fetch(`${server.url}${path}`)).status).toBe(410);
  const signedIn = await fetch(`${server.url}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account: account?.id, password }),
  });
  expect(signedIn.status).toBe(200);
  const session = /millrace_session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? 'none';
  const me = await fetch(`${server.url}/api/v1/me`, { headers: { cookie: `millrace_session=${session}` } });
  expect(await me.json()).toMatchObject({ id: account?.id, roles: ['operator'] });
  await server.stop();
  for (const secret of [password, password.replaceAll('-', ''), session]) {
    expect(filesWith(data, secret)).toEqual([]);
    expect(server.output).not.toContain(secret);
  }
  expect(filesWith(data, account?.id ?? ''), 'the look finds what is there').not.toEqual([]);
});

async function settled(look: () => Promise<JobProgress>): Promise<JobProgress> {
  for (;;) {
    const job = await look();
    if (job.status === 'completed' || job.status === 'failed') return job;
    await systemClock.sleep(20);
  }
}

const filesWith = (directory: string, text: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);
