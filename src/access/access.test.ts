/** Who gets in, who does not, and what is written down about it. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../kernel/clock.ts';
import { openIds } from '../kernel/ids.ts';
import { plantFeed } from '../store/feed.ts';
import { LOG_START } from '../store/store.ts';
import { remove } from '../store/unit.ts';
import { ModelDisk, openModelStore } from '../testing/model-store.ts';
import { credentialFamily } from './credential.ts';
import { CACHE_MS, SESSION_IDLE_MS, SIGN_IN_LINK_MS } from './credentials.ts';
import { accessFamilies, FIRST_PERSON, openAccess } from './open-access.ts';
import { MAX_MEMBERS } from './recipients.ts';

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
    expect(await credentials.authenticate(token)).toMatchObject({
      kind: 'service',
      name: 'press gateway',
      roles: ['device'],
    });
    await credentials.revokeToken(id, 'eli');
    await clock.advance(CACHE_MS);
    expect(await credentials.authenticate(token)).toBeUndefined();
    await expect(credentials.revokeToken(id, 'eli')).rejects.toMatchObject({ code: 'access.unknown-token' });
  });

  it('expire, and are not let in by their hash, their id or a guess', async () => {
    const { credentials, clock, store } = await open();
    const { token, id } = await credentials.createToken(
      { name: 'x', roles: ['device'], expiresAt: clock.now() + 60_000 },
      'eli',
    );
    const rows = await store.select(credentialFamily, { where: { id }, limit: 1 });
    for (const guess of [rows[0]?.hash ?? '', id, `${token}x`, ''])
      expect(await credentials.authenticate(guess)).toBeUndefined();
    await clock.advance(60_001);
    expect(await credentials.authenticate(token)).toBeUndefined();
  });

  it('are nowhere in the store and the feed', async () => {
    const { credentials, store } = await open();
    const { token } = await credentials.createToken({ name: 'x', roles: ['device'] }, 'eli');
    const { code } = await credentials.createCode(FIRST_PERSON, 'eli');
    const { session } = await credentials.signIn(code);
    const stored = JSON.stringify([
      await store.select(credentialFamily, { limit: 100 }),
      (await store.tail(plantFeed, LOG_START, 100)).rows,
    ]);
    for (const secret of [token, code, session]) expect(stored).not.toContain(secret.slice(4));
  });

  it('take no role that is not a name', async () => {
    const { credentials } = await open();
    await expect(credentials.createToken({ name: 'x', roles: ['Robert; DROP'] }, 'eli')).rejects.toMatchObject({
      code: 'access.invalid-role',
    });
  });
});

describe('tokens that are listed', () => {
  it('show when and by whom they were made and when they were last used, and nothing of the secret', async () => {
    const { credentials, clock } = await open();
    const asked = { name: ' press gateway ', roles: ['device'], expiresAt: clock.now() + 86_400_000 };
    const { token, ...made } = await credentials.createToken(asked, 'eli');
    expect(await credentials.tokens()).toEqual([made]);
    expect(made).toMatchObject({ name: 'press gateway', createdBy: 'eli', createdAt: clock.now(), usedAt: null });
    await clock.advance(10_000);
    await credentials.authenticate(token);
    const usedAt = clock.now();
    await clock.advance(50_000);
    await credentials.authenticate(token);
    expect(await credentials.tokens(), 'coarse: once a minute').toMatchObject([{ usedAt }]);
    await clock.advance(10_000);
    await credentials.authenticate(token);
    expect(await credentials.tokens()).toMatchObject([{ usedAt: clock.now() }]);
  });

  it('are revoked by one of two who try, which leaves one audit entry', async () => {
    const { credentials, store } = await open();
    const { id } = await credentials.createToken({ name: 'x', roles: ['device'] }, 'eli');
    const answers = await Promise.allSettled([credentials.revokeToken(id, 'eli'), credentials.revokeToken(id, 'dana')]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const { rows } = await store.tail(plantFeed, LOG_START, 100);
    expect(rows.filter(({ topic }) => topic === 'millrace.access.token.revoked')).toMatchObject([{ actor: 'eli' }]);
  });

  it('have names that people can read in one line', async () => {
    const { credentials } = await open();
    for (const name of ['', '   ', 'a\nb', 'x'.repeat(101), 'gate\u202eway']) {
      const creating = credentials.createToken({ name, roles: ['device'] }, 'eli');
      await expect(creating).rejects.toMatchObject({ code: 'access.invalid-name' });
    }
  });
});

describe('an answer from memory', () => {
  it('is at most five seconds old', async () => {
    const { credentials, clock, store } = await open();
    const { token } = await credentials.createToken({ name: 'x', roles: ['device'] }, 'eli');
    await credentials.authenticate(token);
    const [row] = await store.select(credentialFamily, { where: { kind: 'token' }, limit: 1 });
    // What another process would do: this one is not told.
    await store.commit([{ guards: [], writes: [remove(credentialFamily, [row?.hash ?? ''])] }]);
    await clock.advance(CACHE_MS - 1);
    expect(await credentials.authenticate(token)).toMatchObject({ name: 'x' });
    await clock.advance(1);
    expect(await credentials.authenticate(token)).toBeUndefined();
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

describe('signing out', () => {
  it('ends sessions only: a token that is shown there stays', async () => {
    const { credentials, clock } = await open();
    const { token } = await credentials.createToken({ name: 'x', roles: ['device'] }, 'eli');
    await credentials.signOut(token);
    await credentials.signOut('mls_unheard-of');
    await clock.advance(CACHE_MS);
    expect(await credentials.authenticate(token)).toMatchObject({ name: 'x' });
  });
});

describe('what has expired', () => {
  it('is removed in portions, and nothing else is', async () => {
    const { credentials, clock, store } = await open();
    const { session } = await credentials.signIn((await credentials.createCode(FIRST_PERSON, 'system')).code);
    await credentials.createCode(FIRST_PERSON, 'system');
    await credentials.createCode(FIRST_PERSON, 'system');
    await credentials.createToken({ name: 'brief', roles: [], expiresAt: clock.now() + 1 }, 'eli');
    await credentials.createToken({ name: 'lasting', roles: [] }, 'eli');
    await clock.advance(SIGN_IN_LINK_MS);
    expect(await credentials.forgetExpired({ limit: 2 })).toBe(2);
    expect(await credentials.forgetExpired({ limit: 2 })).toBe(1);
    expect(await credentials.forgetExpired({ limit: 2 })).toBe(0);
    expect(await credentials.authenticate(session)).toMatchObject({ id: FIRST_PERSON });
    expect((await store.select(credentialFamily, { limit: 10 })).map(({ name }) => name).sort()).toEqual([
      'browser',
      'lasting',
    ]);
  });
});

describe('people', () => {
  it('have an id made of their name, or the one that was chosen, and each id once', async () => {
    const { people } = await open();
    expect(await people.create({ name: ' Dána  Lévi ', roles: [] }, 'eli')).toEqual({
      id: 'dana-levi',
      kind: 'person',
      name: 'Dána  Lévi',
      email: null,
      language: null,
      roles: [],
    });
    expect((await people.create({ id: 'm.cohen', name: 'Mia', roles: ['operator', 'operator'] }, 'eli')).roles).toEqual(
      ['operator'],
    );
    expect((await people.create({ name: '株式会社', roles: [] }, 'eli')).id).toMatch(/^person-\d+$/);
    expect((await people.create({ name: 'System', roles: [] }, 'eli')).id).toMatch(/^person-\d+$/);
    const again = people.create({ id: 'm.cohen', name: 'Mia', roles: [] }, 'eli');
    await expect(again).rejects.toMatchObject({ code: 'access.person-exists' });
    expect((await people.list()).map(({ id }) => id)).toContain('m.cohen');
  });

  it('have no id that could pass for somebody else in the history', async () => {
    const { people } = await open();
    for (const id of ['', 'system', 'token:gateway:1', 'Dana', '-dana', 'a b', 'x'.repeat(65)]) {
      const creating = people.create({ id, name: 'x', roles: [] }, 'eli');
      await expect(creating, id).rejects.toMatchObject({ code: 'access.invalid-name' });
    }
  });

  it('have a language, in which mails are written to them, or none', async () => {
    const { people, recipients } = await open();
    const noa = { name: 'Noa', email: 'noa@plant.example', language: 'he', roles: ['operator'] };
    expect(await people.create(noa, 'eli')).toMatchObject({ language: 'he' });
    const resolved = [{ name: 'Noa', address: 'noa@plant.example', language: 'he' }];
    expect(await recipients.resolve('role:operator')).toEqual(resolved);
    expect(await recipients.resolve('person:noa')).toEqual(resolved);
    // An address alone is known by whom it belongs to.
    expect(await recipients.resolve('NOA@plant.example')).toMatchObject([{ language: 'he' }]);
    expect(await people.change('noa', { name: 'Noa B.' }, 'eli')).toMatchObject({ language: 'he' });
    expect(await people.change('noa', { language: null }, 'eli')).toMatchObject({ language: null });
    const refused = people.change('noa', { language: 'Hebrew!' }, 'eli');
    await expect(refused).rejects.toMatchObject({ code: 'access.invalid-language' });
    expect(await recipients.resolve('person:nobody')).toBeUndefined();
  });

  it('are changed part by part, with an audit entry of before and after', async () => {
    const { people, store } = await open();
    await people.create({ id: 'dana', name: 'Dana', email: 'dana@plant.example', roles: ['operator'] }, 'eli');
    await people.change('dana', { roles: ['engineer'] }, 'mia');
    expect(await people.change('dana', { email: null, name: 'Dana L.' }, 'mia')).toEqual({
      id: 'dana',
      kind: 'person',
      name: 'Dana L.',
      email: null,
      language: null,
      roles: ['engineer'],
    });
    const { rows } = await store.tail(plantFeed, LOG_START, 100);
    const entries = rows.filter(({ subject }) => subject === 'dana');
    expect(entries.map(({ topic, actor }) => [topic, actor])).toEqual([
      ['millrace.access.person.created', 'eli'],
      ['millrace.access.person.changed', 'mia'],
      ['millrace.access.person.changed', 'mia'],
    ]);
    expect(JSON.parse(entries[1]?.body ?? '')).toMatchObject({
      v: 1,
      before: { roles: ['operator'] },
      after: { roles: ['engineer'] },
    });
    await expect(people.change('nobody', {}, 'mia')).rejects.toMatchObject({ code: 'access.unknown-person' });
  });

  it('are not changed by two at once without one being told', async () => {
    const { people } = await open();
    await people.create({ id: 'dana', name: 'Dana', roles: [] }, 'eli');
    const changes = [people.change('dana', { name: 'A' }, 'eli'), people.change('dana', { name: 'B' }, 'mia')];
    const answers = await Promise.allSettled(changes);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await people.find('dana')).toMatchObject({ name: 'A' });
  });
});

describe('the first start', () => {
  it('makes one administrator, also when two processes start at the same moment, and no other start does', async () => {
    const { store, people } = await open();
    const fresh = openModelStore({
      disk: new ModelDisk(),
      families: [...accessFamilies, plantFeed],
      clock: new VirtualClock(0),
    });
    const nextId = await openIds((size) => fresh.reserveIds(size));
    const parts = { store: fresh, nextId, randomBytes };
    await Promise.all([openAccess(parts), openAccess(parts)]);
    const { rows } = await fresh.tail(plantFeed, LOG_START, 10);
    expect(rows.map(({ subject, actor }) => [subject, actor])).toEqual([[FIRST_PERSON, 'system']]);

    await people.change(FIRST_PERSON, { roles: ['operator'] }, 'eli');
    await openAccess({ ...parts, store });
    expect(await people.find(FIRST_PERSON), 'what was changed stays').toMatchObject({ roles: ['operator'] });
  });
});

describe('recipient lists', () => {
  it('are resolved as people and roles are at that moment', async () => {
    const { recipients, people } = await open();
    await people.create({ name: 'Dana', email: 'dana@plant.example', roles: ['operator'] }, 'eli');
    await people.create({ name: 'No mail', roles: ['operator'] }, 'eli');
    await recipients.create(
      'operators',
      [
        { kind: 'role', value: 'operator' },
        { kind: 'address', value: 'shift@plant.example' },
      ],
      'eli',
    );
    expect((await recipients.resolve('operators'))?.map(({ address }) => address)).toEqual([
      'dana@plant.example',
      'shift@plant.example',
    ]);
    await recipients.change('operators', [{ kind: 'person', value: 'dana' }], 'eli');
    expect((await recipients.resolve('operators'))?.map(({ address }) => address)).toEqual(['dana@plant.example']);
    expect(await recipients.resolve('nobody')).toBeUndefined();
  });

  it('name each address once, however it got on the list', async () => {
    const { recipients, people } = await open();
    await people.create({ name: 'Dana', email: 'Dana@plant.example', roles: ['operator', 'engineer'] }, 'eli');
    const members = [
      { kind: 'role', value: 'operator' },
      { kind: 'person', value: 'dana' },
      { kind: 'role', value: 'engineer' },
      { kind: 'address', value: 'dana@plant.example' },
      { kind: 'address', value: 'shift@plant.example' },
    ] as const;
    await recipients.create('everybody', members, 'eli');
    expect(await recipients.resolve('everybody')).toEqual([
      { name: 'Dana', address: 'Dana@plant.example', language: null },
      { name: 'shift@plant.example', address: 'shift@plant.example', language: null },
    ]);
  });

  it('refuse whoever nobody knows, names that are none, and too many members', async () => {
    const { recipients } = await open();
    const refused = [
      ['list', [{ kind: 'person', value: 'nobody' }], 'access.unknown-person'],
      ['list', [{ kind: 'role', value: 'Operators!' }], 'access.invalid-role'],
      ['No list', [], 'access.invalid-name'],
      ['list', Array(MAX_MEMBERS + 1).fill({ kind: 'role', value: 'operator' }), 'access.too-many-members'],
    ] as const;
    for (const [name, members, code] of refused) {
      await expect(recipients.create(name, members, 'eli')).rejects.toMatchObject({ code });
    }
    await recipients.create('list', Array(MAX_MEMBERS).fill({ kind: 'role', value: 'a-role-of-the-plant' }), 'eli');
    await expect(recipients.create('list', [], 'eli')).rejects.toMatchObject({ code: 'access.list-exists' });
    await expect(recipients.change('other', [], 'eli')).rejects.toMatchObject({ code: 'access.unknown-list' });
    await expect(recipients.get('other')).rejects.toMatchObject({ code: 'access.unknown-list' });
    expect((await recipients.list()).map(({ name, updatedBy }) => [name, updatedBy])).toEqual([['list', 'eli']]);
  });

  it('are not changed by two at once without one being told', async () => {
    const { recipients } = await open();
    await recipients.create('list', [], 'eli');
    const member = (value: string) => [{ kind: 'address', value }] as const;
    const changes = [recipients.change('list', member('a@b'), 'eli'), recipients.change('list', member('c@d'), 'mia')];
    const answers = await Promise.allSettled(changes);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await recipients.get('list')).members).toEqual(member('a@b'));
  });

  it('refuse addresses that could smuggle in another recipient or a header', async () => {
    const { recipients } = await open();
    for (const value of ['a@b\r\nBcc: c@d', 'a@b,c@d', 'no-at', 'a@b <c@d>', '', 'a@b\u0000', 'a@b\u202ec', 'a@b@c']) {
      await expect(recipients.create('list', [{ kind: 'address', value }], 'eli')).rejects.toMatchObject({
        code: 'access.invalid-address',
      });
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
    expect(JSON.parse(rows.at(-1)?.body ?? '')).toMatchObject({
      before: [],
      after: [{ kind: 'role', value: 'operator' }],
    });
  });
});
