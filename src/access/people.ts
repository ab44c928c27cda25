/** The people of the plant. */
import { MillraceError } from '../kernel/errors.ts';
import type { NextId } from '../kernel/ids.ts';
import { isPersonId } from '../kernel/recipient-name.ts';
import type { Store } from '../store/store.ts';
import { isAbsent, isEqual, put } from '../store/unit.ts';
import { requireAddress } from './address.ts';
import { audit } from './audit.ts';
import { requireLanguage } from './language.ts';
import { requireName } from './name.ts';
import { type PersonRow, type Principal, personFamily, personOf } from './principal.ts';
import { requireRoles } from './role.ts';

export const MAX_PEOPLE = 10_000;
const MAX_ID_LENGTH = 64;
/** The actor of what Millrace does by itself. */
const RESERVED_ID = 'system';

export type NewPerson = {
  readonly id?: string;
  readonly name: string;
  readonly email?: string | undefined;
  /** In which mails are written to this person, as BCP 47 names it: `de`, `pt-BR`. */
  readonly language?: string | undefined;
  readonly roles: readonly string[];
};
export type PersonChange = {
  readonly name?: string | undefined;
  readonly email?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly roles?: readonly string[] | undefined;
};

export class People {
  readonly #store: Store;
  readonly #nextId: NextId;

  constructor(store: Store, nextId: NextId) {
    this.#store = store;
    this.#nextId = nextId;
  }

  async list(): Promise<Principal[]> {
    return (await this.#store.select(personFamily, { order: ['id'], limit: MAX_PEOPLE })).map(personOf);
  }

  async find(id: string): Promise<Principal | undefined> {
    const row = await this.#store.get(personFamily, [id]);
    return row && personOf(row);
  }

  /** Without an id the name makes one: "Dana Levi" → dana-levi. Throws `access.person-exists`, `access.invalid-name`, `access.invalid-language`. */
  async create({ id, name, email, language, roles }: NewPerson, actor: string): Promise<Principal> {
    const nextId = this.#nextId();
    const row = this.#row({
      id: id === undefined ? idFrom(name, nextId) : requireId(id),
      name,
      email: email ?? null,
      language: language ?? null,
      roles: JSON.stringify(requireRoles(roles)),
      stamp: nextId,
    });
    const [verdict] = await this.#store.commit([
      {
        guards: [isAbsent(personFamily, [row.id])],
        writes: [
          put(personFamily, row),
          audit({ topic: 'person.created', subject: row.id, at: row.updatedAt, actor, body: { name, roles } }),
        ],
      },
    ]);
    if (verdict === 'conflict') throw new MillraceError('access.person-exists', { id: row.id });
    return personOf(row);
  }

  async change(id: string, change: PersonChange, actor: string): Promise<Principal> {
    const before = await this.#store.get(personFamily, [id]);
    if (before === undefined) throw new MillraceError('access.unknown-person', { id });
    const roles = change.roles === undefined ? before.roles : JSON.stringify(requireRoles(change.roles));
    const email = change.email === undefined ? before.email : change.email;
    const language = change.language === undefined ? before.language : change.language;
    const row = this.#row({ id, name: change.name ?? before.name, email, language, roles, stamp: this.#nextId() });
    const body = {
      before: { name: before.name, roles: JSON.parse(before.roles) as unknown },
      after: { name: row.name, roles: JSON.parse(roles) as unknown },
    };
    const [verdict] = await this.#store.commit([
      {
        guards: [isEqual(personFamily, [id], ['stamp', before.stamp])],
        writes: [
          put(personFamily, row),
          audit({ topic: 'person.changed', subject: id, at: row.updatedAt, actor, body }),
        ],
      },
    ]);
    if (verdict === 'conflict') throw new MillraceError('store.conflict', { subject: `person ${id}`, attempts: 1 });
    return personOf(row);
  }

  #row({ name, email, language, ...row }: Omit<PersonRow, 'updatedAt'>): PersonRow {
    return {
      ...row,
      name: requireName(name),
      email: email === null ? null : requireAddress(email),
      language: language === null ? null : requireLanguage(language),
      updatedAt: this.#store.now(),
    };
  }
}

function requireId(id: string): string {
  if (isPersonId(id) && id !== RESERVED_ID) return id;
  throw new MillraceError('access.invalid-name', { name: id.slice(0, MAX_ID_LENGTH), limit: MAX_ID_LENGTH });
}

function idFrom(name: string, fallback: number): string {
  const id = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return id === '' || id === RESERVED_ID ? `person-${fallback}` : id;
}
