/** Accounts that jobs make: who gets one, what a second run does, and that a password is seen once and stored never. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { type JobId, openIds } from '../kernel/ids.ts';
import { createLog } from '../kernel/log.ts';
import { plantFeed } from '../store/feed.ts';
import { LOG_START, type Store } from '../store/store.ts';
import type { Unit } from '../store/unit.ts';
import { ModelDisk, openModelStore } from '../testing/model-store.ts';
import { accountFamily } from './account.ts';
import {
  ACCOUNTS_ATTEMPTS,
  type AccountsJob,
  accountsOrder,
  DEFAULT_ACCOUNT_EXPIRY_MS,
  generateAccounts,
  MAX_ACCOUNTS_PER_JOB,
} from './generate-accounts.ts';
import { isPassword, newOneTimePassword, passwordHashOf } from './one-time-password.ts';
import { accessFamilies, openAccess } from './open-access.ts';

const JOB = 157 as JobId;
const ORDER = {
  count: 3,
  role: 'operator',
  kind: 'person',
  expiresInMs: DEFAULT_ACCOUNT_EXPIRY_MS,
  by: 'eli',
} as const;

/** `refuses` stands in the way of a commit as a store that fails would. */
async function open({ refuses = () => undefined }: { refuses?: (unit: Unit) => Error | undefined } = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const disk = new ModelDisk();
  const model = openModelStore({ disk, families: [...accessFamilies, plantFeed], clock });
  const store: Store = new Proxy(model, {
    get: (target, name: keyof Store) => {
      if (name !== 'commit') return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
      return async (units: readonly Unit[]) => {
        for (const unit of units) {
          const refusal = refuses(unit);
          if (refusal !== undefined) throw refusal;
        }
        return target.commit(units);
      };
    },
  });
  let draws = 0;
  const randomBytes = (size: number) => createHash('sha512').update(String(draws++)).digest().subarray(0, size);
  const access = await openAccess({ store, nextId: await openIds((size) => store.reserveIds(size)), randomBytes });
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  const run = (job: Partial<AccountsJob> = {}) =>
    generateAccounts(
      { id: JOB, attempt: 1, payload: ORDER, signal: new AbortController().signal, ...job },
      { accounts: access.accounts, log },
    );
  const everything = async () =>
    JSON.stringify([
      await Promise.all(accessFamilies.map((family) => store.select(family, { limit: 1_000 }))),
      (await store.tail(plantFeed, LOG_START, 1_000)).rows,
      lines,
    ]);
  return { ...access, store, clock, run, everything };
}
const ids = async ({ accounts }: Awaited<ReturnType<typeof open>>) =>
  (await accounts.list({ limit: 1_000 })).map(({ id }) => id);
const writesTo = ({ writes }: Unit, id: string) =>
  writes.some((write) => write.kind === 'put' && write.family === accountFamily && write.row.id === id);

describe('the job accounts.generate', () => {
  it('makes people of the directory, and names each', async () => {
    const plant = await open();
    expect(await plant.run()).toEqual({
      kind: 'done',
      outcome: 'done',
      output: {
        created: 3,
        failed: 0,
        accounts: [1, 2, 3].map((place) => ({ id: `operator-4x-${place}`, state: 'created' })),
      },
    });
    expect(await plant.people.find('operator-4x-2')).toMatchObject({ name: 'Operator-4x-2', roles: ['operator'] });
    const entries = (await plant.store.tail(plantFeed, LOG_START, 100)).rows;
    expect(entries.filter(({ topic }) => topic === 'millrace.access.account.created')).toMatchObject([
      { actor: 'eli', subject: 'operator-4x-1' },
      { actor: 'eli', subject: 'operator-4x-2' },
      { actor: 'eli', subject: 'operator-4x-3' },
    ]);
  });

  it('makes only those that are missing when it runs again after a crash between two of them', async () => {
    let [isDead, hasCrashed] = [false, false];
    const made: string[] = [];
    const plant = await open({
      refuses: (unit) => {
        if (!hasCrashed && writesTo(unit, 'operator-4x-2')) isDead = true;
        if (isDead) return new MillraceError('store.closed');
        made.push(...['operator-4x-1', 'operator-4x-2', 'operator-4x-3'].filter((id) => writesTo(unit, id)));
        return undefined;
      },
    });
    expect(await plant.run()).toMatchObject({ kind: 'fail' });
    expect(await ids(plant)).toEqual(['operator-4x-1']);
    isDead = false;
    hasCrashed = true;
    expect(await plant.run({ attempt: 2 })).toMatchObject({ kind: 'done', output: { created: 3, failed: 0 } });
    expect(made).toEqual(['operator-4x-1', 'operator-4x-2', 'operator-4x-3']);
  });

  it('leaves what an earlier run has made as it is, also a password that was read, and two runs at once make each once', async () => {
    let isRefused = true;
    const plant = await open({
      refuses: (unit) =>
        isRefused && writesTo(unit, 'operator-4x-2')
          ? new MillraceError('store.write-failed', { reason: 'the disk is full' })
          : undefined,
    });
    expect(await plant.run()).toEqual({
      kind: 'fail',
      error: expect.stringContaining('1 of 3 accounts were not made'),
    });
    expect(await ids(plant)).toEqual(['operator-4x-1', 'operator-4x-3']);
    const { password } = await plant.accounts.takePassword('operator-4x-1', 'eli');
    isRefused = false;
    const runs = await Promise.all([plant.run({ attempt: 2 }), plant.run({ attempt: 2 })]);
    for (const settlement of runs)
      expect(settlement).toMatchObject({ kind: 'done', output: { created: 3, failed: 0 } });
    expect(await ids(plant)).toEqual(['operator-4x-1', 'operator-4x-2', 'operator-4x-3']);
    expect(await plant.accounts.signIn('operator-4x-1', password)).toMatchObject({ session: expect.any(String) });
    const entries = (await plant.store.tail(plantFeed, LOG_START, 100)).rows;
    expect(entries.filter(({ topic }) => topic === 'millrace.access.account.created')).toHaveLength(3);
  });

  it('says which accounts could not be made and why, beside those that were', async () => {
    const plant = await open();
    await plant.people.create({ id: 'operator-4x-2', name: 'Somebody', roles: ['engineer'] }, 'eli');
    expect(await plant.run()).toEqual({
      kind: 'done',
      outcome: 'partial',
      output: {
        created: 2,
        failed: 1,
        accounts: [
          { id: 'operator-4x-1', state: 'created' },
          {
            id: 'operator-4x-2',
            state: 'failed',
            reason: 'access.person-exists: There is already a person "operator-4x-2".',
          },
          { id: 'operator-4x-3', state: 'created' },
        ],
      },
    });
    expect(await plant.people.find('operator-4x-2')).toMatchObject({ name: 'Somebody', roles: ['engineer'] });
  });

  it('reports what its last attempt could not make, and has failed when that is all', async () => {
    const full = new MillraceError('store.write-failed', { reason: 'the disk is full' });
    const partly = await open({ refuses: (unit) => (writesTo(unit, 'operator-4x-3') ? full : undefined) });
    expect(await partly.run({ attempt: ACCOUNTS_ATTEMPTS })).toMatchObject({
      kind: 'done',
      outcome: 'partial',
      output: { created: 2, failed: 1 },
    });
    const none = await open({
      refuses: (unit) => (unit.writes.some(({ family }) => family === accountFamily) ? full : undefined),
    });
    expect(await none.run({ attempt: ACCOUNTS_ATTEMPTS })).toEqual({
      kind: 'discard',
      reason: expect.stringContaining('the disk is full'),
    });
  });

  it('stops between two accounts when it is told to, which costs no attempt', async () => {
    const plant = await open();
    expect(await plant.run({ signal: AbortSignal.abort() })).toEqual({ kind: 'snooze', delayMs: 0 });
    expect(await ids(plant)).toEqual([]);
  });

  it('refuses a payload that nobody here has made', async () => {
    const plant = await open();
    const wrong = [
      null,
      [],
      {},
      { ...ORDER, count: 0 },
      { ...ORDER, count: MAX_ACCOUNTS_PER_JOB + 1 },
      { ...ORDER, count: 1.5 },
    ];
    for (const payload of [
      ...wrong,
      { ...ORDER, kind: 'robot' },
      { ...ORDER, password: 'x' },
      { ...ORDER, expiresInMs: 1 },
    ])
      expect(await plant.run({ payload })).toMatchObject({ kind: 'discard' });
    for (const role of ['Robert; DROP', '', '__proto__', 'x'.repeat(51)])
      expect(await plant.run({ payload: { ...ORDER, role } })).toMatchObject({ kind: 'discard' });
    expect(await ids(plant)).toEqual([]);
    expect(() => accountsOrder({ ...ORDER, role: 'Boss' })).toThrow(
      expect.objectContaining({ code: 'access.invalid-role' }),
    );
  });
});

describe('a one-time password', () => {
  it('is read once, by one of two who ask at the same moment', async () => {
    const plant = await open();
    await plant.run();
    const readers = await Promise.allSettled(
      ['eli', 'dana', 'ada'].map((actor) => plant.accounts.takePassword('operator-4x-1', actor)),
    );
    expect(readers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const again = plant.accounts.takePassword('operator-4x-1', 'eli');
    await expect(again).rejects.toMatchObject({ code: 'access.password-taken', status: 410 });
    await expect(plant.accounts.takePassword('nobody', 'eli')).rejects.toMatchObject({
      code: 'access.unknown-account',
    });
  });

  it('signs in once, before its time is over', async () => {
    const plant = await open();
    await plant.run();
    const { password, expiresAt } = await plant.accounts.takePassword('operator-4x-1', 'eli');
    expect(expiresAt).toBe(plant.clock.now() + DEFAULT_ACCOUNT_EXPIRY_MS);
    const refused = { code: 'access.password-refused', status: 401 };
    for (const [id, typed] of [
      ['operator-4x-1', 'x'],
      ['operator-4x-1', ''],
      ['operator-4x-2', password],
      ['nobody', password],
      ['administrator', password],
    ] as const)
      await expect(plant.accounts.signIn(id, typed)).rejects.toMatchObject(refused);
    const typed = ` ${password.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O')} `;
    const tries = await Promise.allSettled([1, 2].map(() => plant.accounts.signIn('operator-4x-1', typed)));
    expect(tries.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const [first] = tries;
    const signedIn = first?.status === 'fulfilled' ? first.value : undefined;
    const session = signedIn !== undefined && 'session' in signedIn ? signedIn.session : '';
    expect(await plant.credentials.authenticate(session)).toMatchObject({ id: 'operator-4x-1', roles: ['operator'] });
    await expect(plant.accounts.signIn('operator-4x-1', password)).rejects.toMatchObject(refused);
    expect(await plant.credentials.authenticate(password)).toBeUndefined();
  });

  it('gives a service a token with its roles', async () => {
    const plant = await open();
    await plant.run({ payload: { ...ORDER, count: 1, kind: 'service', role: 'device' } });
    expect(await plant.people.find('device-4x-1')).toBeUndefined();
    const { password } = await plant.accounts.takePassword('device-4x-1', 'eli');
    const signedIn = await plant.accounts.signIn('device-4x-1', password);
    const token = 'token' in signedIn ? signedIn.token : '';
    expect(await plant.credentials.authenticate(token)).toMatchObject({ kind: 'service', roles: ['device'] });
    expect(await plant.credentials.tokens()).toMatchObject([{ name: 'Device-4x-1', createdBy: 'device-4x-1' }]);
  });

  it('is in no row, entry or log line, and neither is what it was traded for', async () => {
    const plant = await open();
    await plant.run();
    const { password } = await plant.accounts.takePassword('operator-4x-1', 'eli');
    const secrets = [password, password.replaceAll('-', '')];
    for (const secret of secrets) expect(await plant.everything()).not.toContain(secret);
    expect(await plant.everything()).toContain(passwordHashOf(password));
    const signedIn = await plant.accounts.signIn('operator-4x-1', password);
    const session = 'session' in signedIn ? signedIn.session.slice(4) : '';
    for (const secret of [...secrets, session, passwordHashOf(password)])
      expect(await plant.everything()).not.toContain(secret);
    expect(JSON.stringify(await plant.accounts.list({ limit: 10 }))).not.toMatch(/hash/i);
  });

  it('is easy to type and hard to guess', () => {
    const password = newOneTimePassword((size) => Buffer.alloc(size, 255));
    expect(password).toBe('zzzzz-zzzzz-zzzzz-zzzzz');
    expect(isPassword('ZZZZZ zzzzzzzzzzzzzzz', passwordHashOf(password))).toBe(true);
    expect(isPassword('zzzzz-zzzzz-zzzzz-zzzz', passwordHashOf(password))).toBe(false);
    expect(isPassword(passwordHashOf(password), passwordHashOf(password))).toBe(false);
  });
});

describe('an account that nobody has signed in with in time', () => {
  it('lets nobody in, neither by password nor by link, and is forgotten with its person', async () => {
    const plant = await open();
    await plant.run();
    const { password } = await plant.accounts.takePassword('operator-4x-1', 'eli');
    await plant.clock.advance(DEFAULT_ACCOUNT_EXPIRY_MS - 60_000);
    expect(await plant.accounts.forgetExpired({ limit: 10 })).toBe(0);
    const { code } = await plant.credentials.createCode('operator-4x-1', 'eli');
    await plant.clock.advance(60_000);
    await expect(plant.accounts.signIn('operator-4x-1', password)).rejects.toMatchObject({
      code: 'access.password-refused',
    });
    await expect(plant.credentials.signIn(code)).rejects.toMatchObject({ code: 'access.link-used' });
    const expired = { code: 'access.account-expired', status: 410 };
    await expect(plant.accounts.takePassword('operator-4x-2', 'eli')).rejects.toMatchObject(expired);
    await expect(plant.credentials.createCode('operator-4x-2', 'eli')).rejects.toMatchObject(expired);
    expect((await plant.accounts.list({ limit: 10 })).map(({ state }) => state)).toEqual([
      'expired',
      'expired',
      'expired',
    ]);
    expect(await plant.accounts.forgetExpired({ limit: 2 })).toBe(2);
    expect(await plant.accounts.forgetExpired({ limit: 2 })).toBe(1);
    expect(await ids(plant)).toEqual([]);
    expect((await plant.people.list()).map(({ id }) => id)).toEqual(['administrator']);
  });

  it('is not one that somebody did sign in with, by password or by link', async () => {
    const plant = await open();
    await plant.run();
    const { password } = await plant.accounts.takePassword('operator-4x-1', 'eli');
    await plant.accounts.signIn('operator-4x-1', password);
    const { code } = await plant.credentials.createCode('operator-4x-2', 'eli');
    await plant.credentials.signIn(code);
    await plant.people.change('operator-4x-2', { name: 'Dana', roles: ['engineer'] }, 'eli');
    await plant.clock.advance(DEFAULT_ACCOUNT_EXPIRY_MS);
    await plant.accounts.forgetExpired({ limit: 10 });
    expect(await plant.accounts.list({ limit: 10 })).toMatchObject([
      { id: 'operator-4x-1', state: 'active', expiresAt: null },
      { id: 'operator-4x-2', state: 'active', name: 'Dana', roles: ['engineer'] },
    ]);
    expect(await plant.people.find('operator-4x-2')).toBeDefined();
    const taken = plant.accounts.takePassword('operator-4x-2', 'eli');
    await expect(taken).rejects.toMatchObject({ code: 'access.password-taken' });
  });
});
