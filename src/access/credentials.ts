/** Tokens, sessions and sign-in links: made once, kept as hashes, found again by what the caller shows. */
import { MillraceError } from '../kernel/errors.ts';
import type { NextId } from '../kernel/ids.ts';
import type { Store } from '../store/store.ts';
import { isEqual, put, remove, set, type Write } from '../store/unit.ts';
import { type AccountRow, accountFamily, activated, isOver } from './account.ts';
import { audit } from './audit.ts';
import { type CredentialKind, type CredentialRow, credentialFamily } from './credential.ts';
import { requireName } from './name.ts';
import type { People } from './people.ts';
import type { Principal } from './principal.ts';
import { requireRoles } from './role.ts';
import { hashOf, newSecret, type RandomBytes } from './secret.ts';

/** A browser that is not used for this long has to sign in again. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
export const SIGN_IN_LINK_MS = 10 * 60_000;
export const MAX_TOKENS = 1_000;
/** Who somebody is may be this old. */
export const CACHE_MS = 5_000;
const CACHE_SIZE = 10_000;
const USED_EVERY_MS = 60_000;

export type NewToken = {
  readonly name: string;
  readonly roles: readonly string[];
  readonly expiresAt?: number | undefined;
};
export type Token = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
};

/** A secret and what makes it good. */
export type NewCredential = {
  readonly secret: string;
  readonly row: CredentialRow;
  readonly writes: readonly Write[];
};

type Parts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly people: People;
  readonly randomBytes: RandomBytes;
};

export class Credentials {
  readonly #parts: Parts;
  readonly #cache = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A token for a service or script; the secret is answered this once. */
  async createToken({ name, roles, expiresAt }: NewToken, actor: string): Promise<Token & { readonly token: string }> {
    const { secret, row, writes } = this.tokenFor({ name, roles, expiresAt }, actor);
    await this.#commit(writes);
    return { ...tokenOf(row), token: secret };
  }

  /** A token that is good once the writes are committed. */
  tokenFor({ name, roles, expiresAt }: NewToken, actor: string): NewCredential {
    const { secret, row } = this.#new('mlr', {
      kind: 'token',
      name: requireName(name),
      roles: requireRoles(roles),
      person: null,
      createdBy: actor,
      expiresAt: expiresAt ?? null,
    });
    const body = { name: row.name, roles };
    const entry = audit({ topic: 'token.created', subject: row.id, at: row.createdAt, actor, body });
    return { secret, row, writes: [put(credentialFamily, row), entry] };
  }

  /** A session of a browser that is good once the writes are committed. */
  sessionFor(person: string): NewCredential {
    const { secret, row } = this.#new('mls', {
      kind: 'session',
      name: 'browser',
      roles: [],
      person,
      createdBy: person,
      expiresAt: this.#parts.store.now() + SESSION_IDLE_MS,
    });
    const entry = audit({
      topic: 'person.signed-in',
      subject: person,
      at: row.createdAt,
      actor: person,
      body: {},
    });
    return { secret, row, writes: [put(credentialFamily, row), entry] };
  }

  async tokens(): Promise<Token[]> {
    const rows = await this.#parts.store.select(credentialFamily, {
      where: { kind: 'token' },
      order: ['createdAt', 'hash'],
      limit: MAX_TOKENS,
    });
    return rows.map(tokenOf);
  }

  /** Throws `access.unknown-token`. */
  async revokeToken(id: string, actor: string): Promise<void> {
    const [row] = await this.#parts.store.select(credentialFamily, { where: { id }, limit: 1 });
    if (row?.kind !== 'token') throw new MillraceError('access.unknown-token', { id });
    const [verdict] = await this.#parts.store.commit([
      {
        guards: [isEqual(credentialFamily, [row.hash], ['kind', 'token'])],
        writes: [
          remove(credentialFamily, [row.hash]),
          audit({ topic: 'token.revoked', subject: id, at: this.#parts.store.now(), actor, body: { name: row.name } }),
        ],
      },
    ]);
    this.#cache.delete(row.hash);
    if (verdict === 'conflict') throw new MillraceError('access.unknown-token', { id }); // somebody was faster
  }

  /** It is good until then. Throws `access.unknown-token`. */
  async prolongToken(id: string, expiresAt: number): Promise<void> {
    const [row] = await this.#parts.store.select(credentialFamily, { where: { id }, limit: 1 });
    if (row?.kind !== 'token') throw new MillraceError('access.unknown-token', { id });
    await this.#commit([set(credentialFamily, [row.hash], { expiresAt })]);
  }

  /** A code that signs a person in, once, within SIGN_IN_LINK_MS. */
  async createCode(person: string, actor: string): Promise<{ readonly code: string; readonly expiresAt: number }> {
    if ((await this.#parts.people.find(person)) === undefined)
      throw new MillraceError('access.unknown-person', { id: person });
    const now = this.#parts.store.now();
    const account = await this.#account(person);
    if (account !== undefined && isOver(account, now))
      throw new MillraceError('access.account-expired', { id: person });
    const expiresAt = now + SIGN_IN_LINK_MS;
    const { secret, row } = this.#new('mlc', {
      kind: 'code',
      name: 'sign-in link',
      roles: [],
      person,
      createdBy: actor,
      expiresAt,
    });
    await this.#commit([
      put(credentialFamily, row),
      audit({ topic: 'sign-in-link.created', subject: person, at: row.createdAt, actor, body: {} }),
    ]);
    return { code: secret, expiresAt };
  }

  /** Trades a code for a session, in one commit, so that a link works once. Throws `access.link-used`. */
  async signIn(code: string): Promise<{ readonly session: string; readonly principal: Principal }> {
    const { store, people } = this.#parts;
    const hash = hashOf(code);
    const row = await store.get(credentialFamily, [hash]);
    const now = store.now();
    if (row?.kind !== 'code' || row.person === null || (row.expiresAt ?? 0) <= now)
      throw new MillraceError('access.link-used');
    const principal = await people.find(row.person);
    if (principal === undefined) throw new MillraceError('access.link-used');
    const account = await this.#account(row.person);
    if (account !== undefined && isOver(account, now)) throw new MillraceError('access.link-used');
    const { secret, writes } = this.sessionFor(row.person);
    const unit = {
      guards: [isEqual(credentialFamily, [hash], ['kind', 'code'])],
      writes: [remove(credentialFamily, [hash]), ...writes],
    };
    if (account !== undefined) {
      unit.guards.push(isEqual(accountFamily, [account.id], ['expiresAt', account.expiresAt])); // else it was forgotten meanwhile
      unit.writes.push(set(accountFamily, [account.id], activated(now)));
    }
    const [verdict] = await store.commit([unit]);
    if (verdict === 'conflict') throw new MillraceError('access.link-used');
    return { session: secret, principal };
  }

  /** Ends a session; anything else that is shown stays as it is. */
  async signOut(session: string): Promise<void> {
    const { store } = this.#parts;
    const hash = hashOf(session);
    const row = await store.get(credentialFamily, [hash]);
    if (row?.kind !== 'session' || row.person === null) return;
    const { person } = row;
    const writes = [
      remove(credentialFamily, [hash]),
      audit({ topic: 'person.signed-out', subject: person, at: store.now(), actor: person, body: {} }),
    ];
    await store.commit([{ guards: [isEqual(credentialFamily, [hash], ['kind', 'session'])], writes }]);
    this.#cache.delete(hash);
  }

  /** Removes up to `limit` sessions, links and tokens whose time is over; answers how many. */
  async forgetExpired({ limit }: { readonly limit: number }): Promise<number> {
    const { store } = this.#parts;
    const where = { expiresAt: { lte: store.now() } };
    const rows = await store.select(credentialFamily, { where, order: ['expiresAt', 'hash'], limit });
    await store.commit(
      rows.map(({ hash, expiresAt }) => ({
        guards: [isEqual(credentialFamily, [hash], ['expiresAt', expiresAt])], // a session may have been used meanwhile
        writes: [remove(credentialFamily, [hash])],
      })),
    );
    return rows.length;
  }

  /** Who shows this token or session; undefined: nobody we know, or not any more. */
  async authenticate(secret: string): Promise<Principal | undefined> {
    const { store } = this.#parts;
    const hash = hashOf(secret);
    const now = store.now();
    const cached = this.#cache.get(hash);
    if (cached !== undefined && cached.until > now) return cached.principal;
    this.#cache.delete(hash);
    const row = await store.get(credentialFamily, [hash]);
    if (row === undefined || row.kind === 'code' || (row.expiresAt !== null && row.expiresAt <= now)) return undefined;
    const principal = await this.#principalOf(row);
    if (principal === undefined) return undefined;
    if (this.#cache.size >= CACHE_SIZE) this.#cache.clear();
    this.#cache.set(hash, { principal, until: now + CACHE_MS });
    await this.#used(row, now);
    return principal;
  }

  async #principalOf({ person, id, name, roles }: CredentialRow): Promise<Principal | undefined> {
    if (person !== null) return this.#parts.people.find(person);
    return {
      id: `token:${name}:${id}`,
      kind: 'service',
      name,
      email: null,
      language: null,
      roles: JSON.parse(roles) as string[],
    };
  }

  /** The account of a person that a job made and nobody has signed in with yet. */
  async #account(person: string): Promise<AccountRow | undefined> {
    const row = await this.#parts.store.get(accountFamily, [person]);
    return row?.kind === 'person' && row.state !== 'active' ? row : undefined;
  }

  /** A session lives on while it is used. */
  async #used(row: CredentialRow, now: number): Promise<void> {
    if (row.usedAt !== null && now - row.usedAt < USED_EVERY_MS) return;
    const expiresAt = row.kind === 'session' ? now + SESSION_IDLE_MS : row.expiresAt;
    await this.#commit([set(credentialFamily, [row.hash], { usedAt: now, expiresAt })]);
  }

  #new(
    prefix: string,
    facts: {
      readonly kind: CredentialKind;
      readonly name: string;
      readonly roles: readonly string[];
      readonly person: string | null;
      readonly createdBy: string;
      readonly expiresAt: number | null;
    },
  ) {
    const { store, nextId, randomBytes } = this.#parts;
    const secret = newSecret(prefix, randomBytes);
    const row: CredentialRow = {
      ...facts,
      hash: hashOf(secret),
      id: `${facts.kind}-${nextId().toString(36)}`,
      roles: JSON.stringify(facts.roles),
      createdAt: store.now(),
      usedAt: null,
    };
    return { secret, row };
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    await this.#parts.store.commit([{ guards: [], writes }]);
  }
}

function tokenOf({ id, name, roles, createdAt, createdBy, expiresAt, usedAt }: CredentialRow): Token {
  return { id, name, roles: JSON.parse(roles) as string[], createdAt, createdBy, expiresAt, usedAt };
}
