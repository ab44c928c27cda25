/** Accounts of the directory that are made by jobs: their one-time passwords, and what becomes of them. See account.ts. */
import { MillraceError } from '../kernel/errors.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import type { Store } from '../store/store.ts';
import { isAbsent, isEqual, put, remove, set, type Write } from '../store/unit.ts';
import { type AccountKind, type AccountRow, type AccountState, accountFamily, activated, isOver } from './account.ts';
import { audit } from './audit.ts';
import type { Credentials } from './credentials.ts';
import { requireName } from './name.ts';
import { isPassword, newOneTimePassword, passwordHashOf } from './one-time-password.ts';
import type { People } from './people.ts';
import { type Principal, personFamily } from './principal.ts';
import { requireRoles } from './role.ts';
import type { RandomBytes } from './secret.ts';

const MAX_ROLE_IN_ID = 40;

export type AccountDraft = {
  readonly jobId: JobId;
  /** In the job, from 1. With the job it makes the id, so that a second run of the job meets what the first has made. */
  readonly position: number;
  readonly kind: AccountKind;
  readonly role: string;
  readonly expiresInMs: number;
};
export type Account = {
  readonly id: string;
  readonly kind: AccountKind;
  readonly name: string;
  readonly roles: readonly string[];
  readonly state: AccountState | 'expired';
  readonly jobId: JobId;
  readonly position: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly issuedAt: number | null;
  readonly activeAt: number | null;
};
export type AccountsRequest = {
  readonly jobId?: JobId | undefined;
  /** Job and position of the last one seen. */
  readonly after?: readonly [number, number] | undefined;
  readonly limit: number;
};
/** A person gets the session of a browser, a service a token that is good until it is revoked. */
export type SignedIn = { readonly principal: Principal } & ({ readonly session: string } | { readonly token: string });

type Parts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly people: People;
  readonly credentials: Credentials;
  readonly randomBytes: RandomBytes;
};

/** For example operator-4x-2: the second of job_0000000004x. */
export function accountIdOf({ jobId, position, role }: Pick<AccountDraft, 'jobId' | 'position' | 'role'>): string {
  return `${role.slice(0, MAX_ROLE_IN_ID)}-${formatJobId(jobId).replace(/^job_0*/, '')}-${position}`;
}

export class Accounts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes an account; one that this place of this job has already stays as it is. Throws `access.person-exists`. */
  async create(draft: AccountDraft, actor: string): Promise<void> {
    const { store, nextId } = this.#parts;
    const row = rowOf(draft, { actor, now: store.now() });
    const { id, name, roles, createdAt } = row;
    const person = { id, name, email: null, language: null, roles, stamp: nextId(), updatedAt: createdAt };
    const body = { kind: row.kind, name, roles: JSON.parse(roles) as unknown, job: formatJobId(draft.jobId) };
    const [verdict] = await store.commit([
      {
        guards: [isAbsent(accountFamily, [id]), isAbsent(personFamily, [id])],
        writes: [
          put(accountFamily, row),
          ...(row.kind === 'person' ? [put(personFamily, person)] : []),
          audit({ topic: 'account.created', subject: id, at: createdAt, actor, body }),
        ],
      },
    ]);
    if (verdict === 'ok') return;
    const there = await store.get(accountFamily, [id]);
    if (there?.jobId !== row.jobId || there.position !== row.position)
      throw new MillraceError('access.person-exists', { id });
  }

  /** By job and place in it, the eldest job first. */
  async list({ jobId, after, limit }: AccountsRequest): Promise<Account[]> {
    const { store } = this.#parts;
    const rows = await store.select(accountFamily, {
      ...(jobId !== undefined && { where: { jobId } }),
      order: ['jobId', 'position'],
      ...(after !== undefined && { after }),
      limit,
    });
    const people = await store.getMany(
      personFamily,
      rows.map(({ id }) => [id]),
    );
    const now = store.now();
    return rows.map((row, at) => accountOf({ ...row, ...pick(row, people[at]) }, now));
  }

  /** Makes the one-time password and answers it, this once. Throws `access.unknown-account`, `.account-expired`, `.password-taken`. */
  async takePassword(
    id: string,
    actor: string,
  ): Promise<{ readonly id: string; readonly password: string; readonly expiresAt: number | null }> {
    const { store, randomBytes } = this.#parts;
    const row = await store.get(accountFamily, [id]);
    const now = store.now();
    if (row === undefined) throw new MillraceError('access.unknown-account', { id });
    if (isOver(row, now)) throw new MillraceError('access.account-expired', { id });
    const password = newOneTimePassword(randomBytes);
    const [verdict] = await store.commit([
      {
        guards: [isEqual(accountFamily, [id], ['state', 'waiting'])],
        writes: [
          set(accountFamily, [id], { state: 'issued', passwordHash: passwordHashOf(password), issuedAt: now }),
          audit({ topic: 'account.password-read', subject: id, at: now, actor, body: {} }),
        ],
      },
    ]);
    if (verdict === 'conflict') throw new MillraceError('access.password-taken', { id });
    return { id, password, expiresAt: row.expiresAt };
  }

  /** Trades the one-time password for a session or a token, once. Why not is not told to strangers: `access.password-refused`. */
  async signIn(id: string, password: string): Promise<SignedIn> {
    const { store, credentials } = this.#parts;
    const row = await store.get(accountFamily, [id]);
    const now = store.now();
    const hash = row?.state === 'issued' && !isOver(row, now) ? row.passwordHash : null;
    const principal = row && (await this.#principalOf(row));
    if (row === undefined || hash === null || !isPassword(password, hash) || principal === undefined)
      throw new MillraceError('access.password-refused');
    const isPerson = row.kind === 'person';
    const { secret, writes } = isPerson ? credentials.sessionFor(id) : credentials.tokenFor(principal, id);
    const [verdict] = await store.commit([
      {
        guards: [isEqual(accountFamily, [id], ['passwordHash', hash])],
        writes: [set(accountFamily, [id], activated(now)), ...writes],
      },
    ]);
    if (verdict === 'conflict') throw new MillraceError('access.password-refused'); // somebody was faster
    return isPerson ? { principal, session: secret } : { principal, token: secret };
  }

  /** Removes up to `limit` accounts that nobody signed in with in time, and their persons; answers how many. */
  async forgetExpired({ limit }: { readonly limit: number }): Promise<number> {
    const { store } = this.#parts;
    const now = store.now();
    const rows = await store.select(accountFamily, {
      where: { expiresAt: { lte: now } },
      order: ['expiresAt', 'id'],
      limit,
    });
    await store.commit(
      rows.map(({ id, expiresAt }) => ({
        guards: [isEqual(accountFamily, [id], ['expiresAt', expiresAt])],
        writes: [
          remove(accountFamily, [id]),
          remove(personFamily, [id]),
          audit({ topic: 'account.expired', subject: id, at: now, actor: 'system', body: {} }),
        ] satisfies Write[],
      })),
    );
    return rows.length;
  }

  async #principalOf({ id, kind, name, roles }: AccountRow): Promise<Principal | undefined> {
    if (kind === 'person') return this.#parts.people.find(id);
    return { id, kind: 'service', name, email: null, language: null, roles: JSON.parse(roles) as string[] };
  }
}

function rowOf(
  { jobId, position, kind, role, expiresInMs }: AccountDraft,
  { actor, now }: { readonly actor: string; readonly now: number },
): AccountRow {
  const roles = requireRoles([role]);
  const id = accountIdOf({ jobId, position, role });
  return {
    id,
    kind,
    name: requireName(id.charAt(0).toUpperCase() + id.slice(1)),
    roles: JSON.stringify(roles),
    state: 'waiting',
    jobId,
    position,
    passwordHash: null,
    createdAt: now,
    createdBy: actor,
    expiresAt: now + expiresInMs,
    issuedAt: null,
    activeAt: null,
  };
}

/** A person may have another name and other roles by now. */
const pick = ({ kind }: AccountRow, person: { readonly name: string; readonly roles: string } | undefined) =>
  kind === 'person' && person !== undefined ? { name: person.name, roles: person.roles } : {};

const accountOf = ({ passwordHash: _, ...row }: AccountRow, now: number): Account => ({
  ...row,
  kind: row.kind as AccountKind,
  roles: JSON.parse(row.roles) as string[],
  state: isOver({ ...row, passwordHash: null }, now) ? 'expired' : (row.state as AccountState),
  jobId: row.jobId as JobId,
});
