/** Who gets in, who does not, and what is written down about it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../kernel/clock.ts';
import { openIds } from '../kernel/ids.ts';
import { plantFeed } from '../store/feed.ts';
import { LOG_START } from '../store/store.ts';
import { ModelDisk, openModelStore } from '../testing/model-store.ts';
import { credentialFamily } from './credential.ts';
import { CACHE_MS, SESSION_IDLE_MS, SIGN_IN_LINK_MS } from './credentials.ts';
import { accessFamilies, FIRST_PERSON, openAccess } from './open-access.ts';

async function open() {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = openModelStore({ disk: new ModelDisk(), families: [...accessFamilies, plantFeed], clock });
  let draws = 0;
  const randomBytes = (size: number) => createHash('sha512').update(String(draws++)).digest().subarray(0, size);
  const access = await openAccess({ store, nextId: await openIds((size) => store.reserveIds(size)), randomBytes });
  return { ...access, store, clock };
}

describe('tokens', () => {
  it('let a service in with their roles until they are revoked', async () => {
    const { credentials, clock } = await open();
    const { token, id } = await credentials.createToken({ name: 'press gateway', roles: ['device'] }, 'eli');
    expect(await credentials.authenticate(token)).toMatchObject({ kind: 'service', name: 'press gateway', roles: ['device'] });
    await credentials.revokeToken(id, 'eli');
    await clock.advance(CACHE_MS);
    expect(await credentials.authenticate(token)).toBeUndefined();
    await expect(credentials.revokeToken(id, 'eli')).rejects.toMatchObject({ code: 'access.unknown-token' });
  });

  it('expire, and are not let in by their hash, their id or a guess', async () => {
    const { credentials, clock, store } = await open();
    const { token, id } = await credentials.createToken({ name: 'x', roles: ['device'], expiresAt: clock.now() + 60_000 }, 'eli');
    const rows = await store.select(credentialFamily, { where: { id }, limit: 1 });
    for (const guess of [rows[0]?.hash ?? '', id, `${token}x`, '']) expect(await credentials.authenticate(guess)).toBeUndefined();
    await clock.advance(60_001);
    expect(await credentials.authenticate(token)).toBeUndefined();
  });

  it('are nowhere in the store and the feed', async () => {
    const { credentials, store } = await open();
    const { token } = await credentials.createToken({ name: 'x', roles: ['device'] }, 'eli');
    const { code } = await credentials.createCode(FIRST_PERSON, 'eli');
    const { session } = await credentials.signIn(code);
    const stored = JSON.stringify([await store.select(credentialFamily, { limit: 100 }), (await store.tail(plantFeed, LOG_START, 100)).rows]);
    for (const secret of [token, code, session]) expect(stored).not.toContain(secret.slice(4));
  });

  it('take no role that is not a name', async () => {
    const { credentials } = await open();
    await expect(credentials.createToken({ name: 'x', roles: ['Robert; DROP'] }, 'eli')).rejects.toMatchObject({ code: 'access.invalid-role' });
  });
});

describe('the sign-in link', () => {
  it('opens one session, once, even when two browsers follow it at the same moment', async () => {
    const { credentials } = await open();
    const { code } = await credentials.createCode(FIRST_PERSON, 'system');
    const answers = await Promise.allSettled([credentials.signIn(code), credentials.signIn(code)]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(credentials.signIn(code)).rejects.toMatchObject({ code: 'access.link-used' });
  });

  it('is over after its time, and is not itself a way in', async () => {
    const { credentials, clock } = await open();
    const { code } = await credentials.createCode(FIRST_PERSON, 'system');
    expect(await credentials.authenticate(code)).toBeUndefined();
    await clock.advance(SIGN_IN_LINK_MS);
    await expect(credentials.signIn(code)).rejects.toMatchObject({ code: 'access.link-used' });
  });
});

describe('a session', () => {
  it('lives while it is used and ends when it is not', async () => {
    const { credentials, clock } = await open();
    const { session } = await credentials.signIn((await credentials.createCode(FIRST_PERSON, 'system')).code);
    for (let hours = 0; hours < 48; hours += 6) {
      expect(await credentials.authenticate(session)).toMatchObject({ id: FIRST_PERSON });
      await clock.advance(6 * 3_600_000);
    }
    await clock.advance(SESSION_IDLE_MS);
    expect(await credentials.authenticate(session)).toBeUndefined();
  });

  it('ends at sign-out, and follows the roles of its person', async () => {
    const { credentials, people, clock } = await open();
    const dana = await people.create({ name: 'Dana Levi', roles: ['operator'] }, 'eli');
    const { session } = await credentials.signIn((await credentials.createCode(dana.id, 'eli')).code);
    expect(await credentials.authenticate(session)).toMatchObject({ id: 'dana-levi', roles: ['operator'] });
    await people.change(dana.id, { roles: ['engineer'] }, 'eli');
    await clock.advance(CACHE_MS);
    expect(await credentials.authenticate(session)).toMatchObject({ roles: ['engineer'] });
    await credentials.signOut(session);
    expect(await credentials.authenticate(session)).toBeUndefined();
  });
});

describe('recipient lists', () => {
  it('are resolved as people and roles are at that moment', async () => {
    const { recipients, people } = await open();
    await people.create({ name: 'Dana', email: 'dana@plant.example', roles: ['operator'] }, 'eli');
    await people.create({ name: 'No mail', roles: ['operator'] }, 'eli');
    await recipients.create('operators', [{ kind: 'role', value: 'operator' }, { kind: 'address', value: 'shift@plant.example' }], 'eli');
    expect((await recipients.resolve('operators'))?.map(({ address }) => address)).toEqual(['dana@plant.example', 'shift@plant.example']);
    await recipients.change('operators', [{ kind: 'person', value: 'dana' }], 'eli');
    expect((await recipients.resolve('operators'))?.map(({ address }) => address)).toEqual(['dana@plant.example']);
    expect(await recipients.resolve('nobody')).toBeUndefined();
  });

  it('refuse addresses that could smuggle in another recipient or a header', async () => {
    const { recipients } = await open();
    for (const value of ['a@b\r\nBcc: c@d', 'a@b,c@d', 'no-at', 'a@b <c@d>', '']) {
      await expect(recipients.create('list', [{ kind: 'address', value }], 'eli')).rejects.toMatchObject({ code: 'access.invalid-address' });
    }
  });

  it('leave an audit entry with the actor, before and after', async () => {
    const { recipients, store } = await open();
    await recipients.create('operators', [], 'eli');
    await recipients.change('operators', [{ kind: 'role', value: 'operator' }], 'dana');
    const { rows } = await store.tail(plantFeed, LOG_START, 100);
    expect(rows.filter(({ subject }) => subject === 'operators').map(({ topic, actor }) => [topic, actor])).toEqual([
      ['millrace.access.recipient-list.created', 'eli'],
      ['millrace.access.recipient-list.changed', 'dana'],
    ]);
    expect(JSON.parse(rows.at(-1)?.body ?? '')).toMatchObject({ before: [], after: [{ kind: 'role', value: 'operator' }] });
  });
});
