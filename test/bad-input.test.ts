/** Bad input to a real server: it gets a problem with a stable code, and not a row on the disk is another than before. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDriver } from '../src/adapters/sqlite/driver.ts';
import { openSqliteStore } from '../src/adapters/sqlite/sqlite-store.ts';
import { families } from '../src/app/families.ts';
import { openSpine } from '../src/app/spine.ts';
import { rescue } from '../src/jobs/keeper.ts';
import { VirtualClock } from '../src/kernel/clock.ts';
import { formatJobId, type JobId } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import { done } from '../src/kernel/settlement.ts';
import { ServerProcess } from './server-process.ts';

const DEFECT: unknown = JSON.parse(
  readFileSync(new URL('../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
);
const ROLES = ['operator', 'engineer', 'device'] as const;
type Role = (typeof ROLES)[number];
type Call = { readonly as: Role; readonly method?: string; readonly path: string; readonly body?: unknown };
type Refusal = { readonly status: number; readonly code: string } & Readonly<Record<string, unknown>>;

const data = mkdtempSync(join(tmpdir(), 'millrace-bad-'));
const server = new ServerProcess({ data });
const tokens = new Map<Role, string>();
/** The operator's task of an instance, open, and another that is done. */
const tasks = { open: '', done: '' };

beforeAll(async () => {
  await server.start();
  for (const role of ROLES) {
    const answer = await send({ method: 'POST', path: '/tokens', body: { name: role, roles: [role] } }, server.token);
    tokens.set(role, ((await answer.json()) as { token: string }).token);
  }
  const device = { id: 'press-1', line: 'line-1', fields: [{ name: 'temperature', unit: '°C', min: 0, max: 500 }] };
  await accepted({ as: 'engineer', method: 'POST', path: '/devices', body: device });
  await accepted({ as: 'engineer', method: 'POST', path: '/definitions', body: JUDGE });
  for (let n = 0; n < 2; n++) {
    await accepted({ as: 'operator', method: 'POST', path: '/instances', body: { definition: 'judge' } });
  }
  const { items } = (await accepted({ as: 'operator', path: '/tasks' })) as { items: { id: string }[] };
  tasks.open = items[0]?.id ?? '';
  tasks.done = items[1]?.id ?? '';
  await accepted({ as: 'operator', method: 'POST', path: `/tasks/${tasks.done}/complete`, body: { outcome: 'fine' } });
}, 120_000);

afterAll(async () => {
  await server.kill();
  rmSync(data, { recursive: true, force: true });
});

/** One decision and no work beside it, so that nothing changes by itself. */
const JUDGE = {
  key: 'judge',
  nodes: [
    { id: 'look', type: 'userTask', role: 'operator', next: { broken: 'over', fine: 'over' } },
    { id: 'over', type: 'end' },
  ],
};

const REFUSED: readonly { readonly what: string; readonly call: () => Call; readonly refusal: Refusal }[] = [
  {
    what: 'a definition that breaks a rule',
    call: () => ({
      as: 'engineer',
      method: 'POST',
      path: '/definitions',
      body: { key: 'broken', nodes: [{ id: 'look', type: 'userTask', role: 'operator', next: { fine: 'nowhere' } }] },
    }),
    refusal: {
      status: 422,
      code: 'process.invalid-definition',
      errors: expect.arrayContaining([
        {
          rule: 'flow.unknown-target',
          element: 'look',
          message: expect.stringContaining('nowhere'),
        },
      ]),
    },
  },
  {
    what: 'a definition that is none',
    call: () => ({ as: 'engineer', method: 'POST', path: '/definitions', body: { key: 'x', nodes: 'many' } }),
    refusal: { status: 422, code: 'process.invalid-definition', errors: expect.any(Array) },
  },
  {
    what: 'an outcome that the task does not have',
    call: () => ({
      as: 'operator',
      method: 'POST',
      path: `/tasks/${tasks.open}/complete`,
      body: { outcome: 'exploded' },
    }),
    refusal: { status: 422, code: 'process.unknown-outcome' },
  },
  {
    what: 'a task that is done, whatever the outcome is now',
    call: () => ({
      as: 'operator',
      method: 'POST',
      path: `/tasks/${tasks.done}/complete`,
      body: { outcome: 'broken' },
    }),
    refusal: { status: 409, code: 'task.already-done', recordedOutcome: 'fine' },
  },
  {
    what: 'a task of another role',
    call: () => ({ as: 'engineer', method: 'POST', path: `/tasks/${tasks.open}/complete`, body: { outcome: 'fine' } }),
    refusal: { status: 403, code: 'task.not-yours' },
  },
  {
    what: 'a task that there is not',
    call: () => ({
      as: 'operator',
      method: 'POST',
      path: `/tasks/${formatJobId(77_777 as JobId)}/complete`,
      body: { outcome: 'fine' },
    }),
    refusal: { status: 404, code: 'task.unknown' },
  },
  {
    what: 'an id that is none',
    call: () => ({ as: 'operator', method: 'POST', path: '/tasks/job_1/complete', body: { outcome: 'fine' } }),
    refusal: { status: 400, code: 'id.malformed' },
  },
  {
    what: 'a body that is too large',
    call: () => ({
      as: 'operator',
      method: 'POST',
      path: '/instances',
      body: { definition: 'judge', variables: { text: 'x'.repeat(2_000_000) } },
    }),
    refusal: { status: 413, code: 'request.too-large' },
  },
  {
    what: 'a body with something in it that nobody knows',
    call: () => ({ as: 'operator', method: 'POST', path: '/instances', body: { definition: 'judge', colour: 'red' } }),
    refusal: { status: 422, code: 'request.invalid' },
  },
  {
    what: 'a definition that there is not',
    call: () => ({ as: 'operator', method: 'POST', path: '/instances', body: { definition: 'nothing' } }),
    refusal: { status: 404, code: 'process.unknown-definition' },
  },
  {
    what: 'the wrong role',
    call: () => ({ as: 'operator', method: 'POST', path: '/definitions', body: DEFECT }),
    refusal: { status: 403, code: 'access.forbidden' },
  },
  {
    what: 'the token of a machine where people work',
    call: () => ({ as: 'device', path: '/tasks' }),
    refusal: { status: 403, code: 'access.forbidden' },
  },
  {
    what: 'a device in the path that there is not',
    call: () => ({ as: 'engineer', path: '/devices/press-9/series?field=temperature' }),
    refusal: { status: 404, code: 'device.unknown' },
  },
  {
    what: 'a criterion for a device that there is not',
    call: () => ({
      as: 'engineer',
      method: 'POST',
      path: '/criteria',
      body: {
        device: 'press-9',
        name: 'A',
        settings: { signal: { field: 'temperature' }, direction: 'above', limit: 5 },
      },
    }),
    refusal: { status: 404, code: 'device.unknown' },
  },
];

describe('a real server refuses', { timeout: 60_000 }, () => {
  for (const { what, call, refusal } of REFUSED) {
    it(what, async () => {
      const before = await everyRow();
      const request = call();
      const answer = await send(request, tokens.get(request.as) ?? '');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect({ http: answer.status, ...((await answer.json()) as object) }).toMatchObject({
        http: refusal.status,
        ...refusal,
        action: expect.stringMatching(/./),
      });
      expect(await everyRow()).toEqual(before);
    });
  }

  it('a caller it does not know', async () => {
    const before = await everyRow();
    const answer = await send({ path: '/tasks' }, 'mlr_guess');
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'access.unauthenticated' }),
    ]);
    expect(await everyRow()).toEqual(before);
  });
});

describe('a row of measurements', { timeout: 60_000 }, () => {
  it('of a device that there is not goes to quarantine with a code, and the others are stored', async () => {
    const row = (device: string, second: number) => ({
      device,
      ts: new Date(Date.UTC(2026, 0, 5, 6, 0, second)).toISOString(),
      values: { temperature: 60 },
    });
    const body = [row('press-1', 1), row('press-9', 2), row('press-1', 3)];
    const call = { as: 'device' as const, method: 'POST', path: '/measurements?mode=import', body };
    const quarantined = [{ row: 1, code: 'unknown-device' }];
    const before = await everyRow();
    expect(await accepted(call)).toEqual({ stored: 2, duplicate: 0, quarantined });
    expect(await accepted(call)).toEqual({ stored: 0, duplicate: 2, quarantined });
    expect(await everyRow()).not.toEqual(before); // so it would show if a refused call changed something
    const { items } = (await accepted({ as: 'engineer', path: '/quarantine' })) as { items: unknown[] };
    expect(items).toMatchObject([{ device: 'press-9', code: 'unknown-device', row: body[1] }]);
    const devices = (await accepted({ as: 'engineer', path: '/devices' })) as { items: { id: string }[] };
    expect(devices.items.map(({ id }) => id)).toEqual(['press-1']);
  });
});

// POST /jobs/settle comes with remote workers; until then a stale lease is shown where workers settle today.
describe('a lease that ran out', { timeout: 60_000 }, () => {
  it('settles nothing, on the disk', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-stale-'));
    const clock = new VirtualClock(Date.UTC(2026, 0, 5));
    const store = await openSqliteStore({ directory, families, clock, log: silentLog });
    const spine = await openSpine({ store, clock, random: () => 0, log: silentLog, worker: 'server' });
    try {
      const { jobs, nextId } = spine;
      const id = await jobs.enqueue({ kind: 'repair', payload: {} });
      const claim = (worker: string) => jobs.claim({ kinds: ['repair'], limit: 1, worker, leaseMs: 1_000 });
      const [first] = await claim('slow');
      await clock.advance(1_001);
      await rescue({ store, nextId, jobs, log: silentLog });
      const [second] = await claim('quick');
      const before = await jobs.get(id);
      expect(before).toMatchObject({ state: 'leased', worker: 'quick', lost: 1 });
      const settle = (worker: string, epoch: number, outcome: string) =>
        jobs.settle(worker, [{ id, epoch, settlement: done(outcome) }]);
      expect(await settle('slow', first?.epoch ?? 0, 'late')).toEqual(['stale']);
      expect(await jobs.get(id)).toEqual(before);
      expect(await settle('slow', second?.epoch ?? 0, 'not its own')).toEqual(['stale']);
      expect(await settle('quick', second?.epoch ?? 0, 'in time')).toEqual(['ok']);
    } finally {
      await spine.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

function send({ method = 'GET', path, body }: Omit<Call, 'as'>, token: string): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function accepted(call: Call): Promise<unknown> {
  const answer = await send(call, tokens.get(call.as) ?? '');
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/** Changed by the server itself: its ids, which credential was used when, and what keeps repeats of a call apart. */
const OWN_BUSINESS = /^(sqlite_|millrace_|idempotency$)/;

/** What is on the disk, table by table, read past the server. */
async function everyRow(): Promise<Record<string, unknown>> {
  const { DatabaseSync } = await loadDriver();
  const tables: Record<string, unknown> = {};
  for (const file of ['millrace.db', 'measurements.db']) {
    const database = new DatabaseSync(join(data, file), { readOnly: true });
    const named = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    for (const { name } of named.filter((table) => !OWN_BUSINESS.test(table.name))) {
      const rows = database.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[];
      tables[`${file}/${name}`] = rows.map(({ used_at: _, ...row }) => row);
    }
    database.close();
  }
  return tables;
}
