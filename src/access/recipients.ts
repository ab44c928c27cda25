/** Recipient lists: named, audited settings that say who gets the mails of a step. Resolved when the step runs, so a change counts at once. */
import { MillraceError } from '../kernel/errors.ts';
import type { NextId } from '../kernel/ids.ts';
import { isMailAddress, isPlainName } from '../kernel/recipient-name.ts';
import { defineFamily, type RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { isAbsent, isEqual, put } from '../store/unit.ts';
import { requireAddress } from './address.ts';
import { audit } from './audit.ts';
import type { People } from './people.ts';
import { requireRoles } from './role.ts';

export type Member = { readonly kind: 'address' | 'role' | 'person'; readonly value: string };
export type RecipientList = {
  readonly name: string;
  readonly members: readonly Member[];
  readonly updatedAt: number;
  readonly updatedBy: string;
};
export type Recipient = { readonly name: string; readonly address: string; readonly language: string | null };

export const MAX_MEMBERS = 200;
export const MAX_LISTS = 1_000;

export const recipientListFamily = defineFamily({
  name: 'recipient_list',
  columns: {
    name: 'text',
    /** JSON list. */
    members: 'text',
    stamp: 'integer',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['name'],
});

export class Recipients {
  readonly #store: Store;
  readonly #nextId: NextId;
  readonly #people: People;

  constructor({ store, nextId, people }: { readonly store: Store; readonly nextId: NextId; readonly people: People }) {
    this.#store = store;
    this.#nextId = nextId;
    this.#people = people;
  }

  async list(): Promise<RecipientList[]> {
    return (await this.#store.select(recipientListFamily, { order: ['name'], limit: MAX_LISTS })).map(listOf);
  }

  async get(name: string): Promise<RecipientList> {
    const row = await this.#store.get(recipientListFamily, [name]);
    if (row === undefined) throw new MillraceError('access.unknown-list', { name });
    return listOf(row);
  }

  /** Throws `access.list-exists`. */
  async create(name: string, members: readonly Member[], actor: string): Promise<RecipientList> {
    if (!isPlainName(name)) throw new MillraceError('access.invalid-name', { name, limit: 50 });
    return this.#write(name, members, { actor, before: undefined });
  }

  /** Throws `access.unknown-list`. */
  async change(name: string, members: readonly Member[], actor: string): Promise<RecipientList> {
    const before = await this.#store.get(recipientListFamily, [name]);
    if (before === undefined) throw new MillraceError('access.unknown-list', { name });
    return this.#write(name, members, { actor, before });
  }

  /**
   * The people and addresses of a list as they are now, each address once; undefined: there is no such list, or no such
   * person. Everybody with a role, a person and an address have names too: `role:operator`, `person:dana`, `dana@plant.example`.
   */
  async resolve(name: string): Promise<Recipient[] | undefined> {
    const members = memberNamed(name) ?? (await this.#membersOf(name));
    if (members === undefined) return undefined;
    const people = await this.#people.list();
    const [only] = members;
    const isUnknown = name.startsWith('person:') && !people.some(({ id }) => id === only?.value);
    if (isUnknown) return undefined;
    const languages = new Map(people.map(({ email, language }) => [email?.toLowerCase(), language]));
    const recipients = members.flatMap(({ kind, value }): Recipient[] => {
      if (kind === 'address')
        return [{ name: value, address: value, language: languages.get(value.toLowerCase()) ?? null }];
      const chosen = people.filter(({ id, roles }) => (kind === 'person' ? id === value : roles.includes(value)));
      return chosen.flatMap(({ name: known, email, language }) =>
        email === null ? [] : [{ name: known, address: email, language }],
      );
    });
    const seen = new Set<string>();
    return recipients.filter(({ address }) => !seen.has(address.toLowerCase()) && seen.add(address.toLowerCase()));
  }

  async #membersOf(name: string): Promise<readonly Member[] | undefined> {
    const row = await this.#store.get(recipientListFamily, [name]);
    return row && listOf(row).members;
  }

  /** Somebody nobody knows would get no mail, and nobody would notice. */
  async #checked({ kind, value }: Member): Promise<Member> {
    if (kind === 'address') return { kind, value: requireAddress(value) };
    if (kind === 'role') requireRoles([value]);
    else if ((await this.#people.find(value)) === undefined) {
      throw new MillraceError('access.unknown-person', { id: value });
    }
    return { kind, value };
  }

  async #write(
    name: string,
    members: readonly Member[],
    { actor, before }: { readonly actor: string; readonly before: RowOf<typeof recipientListFamily> | undefined },
  ): Promise<RecipientList> {
    if (members.length > MAX_MEMBERS) throw new MillraceError('access.too-many-members', { name, limit: MAX_MEMBERS });
    const clean = await Promise.all(members.map((member) => this.#checked(member)));
    const now = this.#store.now();
    const row = { name, members: JSON.stringify(clean), stamp: this.#nextId(), updatedAt: now, updatedBy: actor };
    const body = { before: before === undefined ? null : (JSON.parse(before.members) as unknown), after: clean };
    const topic = before === undefined ? 'recipient-list.created' : 'recipient-list.changed';
    const [verdict] = await this.#store.commit([
      {
        guards: [
          before === undefined
            ? isAbsent(recipientListFamily, [name])
            : isEqual(recipientListFamily, [name], ['stamp', before.stamp]),
        ],
        writes: [put(recipientListFamily, row), audit({ topic, subject: name, at: now, actor, body })],
      },
    ]);
    if (verdict === 'conflict')
      throw new MillraceError(before === undefined ? 'access.list-exists' : 'store.conflict', {
        name,
        subject: `recipient list ${name}`,
        attempts: 1,
      });
    return listOf(row);
  }
}

/** One person, everybody with a role, or an address in the place of a list. No list has such a name. */
function memberNamed(name: string): readonly Member[] | undefined {
  if (isMailAddress(name)) return [{ kind: 'address', value: name }];
  const [, kind, value = ''] = /^(person|role):(.+)$/.exec(name) ?? [];
  return kind === 'person' || kind === 'role' ? [{ kind, value }] : undefined;
}

function listOf({ name, members, updatedAt, updatedBy }: RowOf<typeof recipientListFamily>): RecipientList {
  return { name, members: JSON.parse(members) as Member[], updatedAt, updatedBy };
}
