/** Who may do what: the signed-in person, people, recipient lists and tokens. */
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type Me = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'person' | 'service';
  readonly roles: readonly string[];
  readonly auth: 'on' | 'off';
  readonly plant: 'demo' | 'none';
  readonly simulated: boolean;
  readonly version: string;
};

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email?: string | null;
  readonly roles: readonly string[];
};
export type PersonDraft = { readonly name: string; readonly email?: string; readonly roles: readonly string[] };

export type SignInLink = { readonly url: string; readonly expiresAt: string };

export type MemberKind = 'address' | 'role' | 'person';
export type Member = { readonly kind: MemberKind; readonly value: string };
export type RecipientList = {
  readonly name: string;
  readonly members: readonly Member[];
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
};

export type AccessToken = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly createdAt?: string;
  readonly expiresAt?: string | null;
  readonly lastUsedAt?: string | null;
};
export type TokenDraft = { readonly name: string; readonly roles: readonly string[]; readonly expiresIn?: string };
/** The answer to creating a token: the only time the secret is seen. */
export type NewToken = AccessToken & { readonly token: string };

export const KNOWN_ROLES = ['operator', 'engineer', 'technologist', 'administrator', 'worker', 'device'] as const;

export const readMe = (signal?: AbortSignal): Promise<Me> => read<Me>('/me', {}, signal);
export const signOut = (): Promise<void> => write<void>('POST', '/sign-out');

export const listPeople = (page?: PageRequest): Promise<Page<Person>> => readPage('/people', { limit: 200 }, page);
export const addPerson = (draft: PersonDraft): Promise<Person> => write('POST', '/people', draft);
export const changePerson = (id: string, change: Partial<PersonDraft>): Promise<Person> =>
  write('PATCH', `/people/${encodeURIComponent(id)}`, change);
export const createSignInLink = (id: string): Promise<SignInLink> =>
  write('POST', `/people/${encodeURIComponent(id)}/sign-in-link`);

export const listRecipients = (page?: PageRequest): Promise<Page<RecipientList>> => readPage('/recipients', {}, page);
export const addRecipients = (list: Pick<RecipientList, 'name' | 'members'>): Promise<RecipientList> =>
  write('POST', '/recipients', list);
export const changeRecipients = (name: string, members: readonly Member[]): Promise<RecipientList> =>
  write('PATCH', `/recipients/${encodeURIComponent(name)}`, { members });

export const listTokens = (page?: PageRequest): Promise<Page<AccessToken>> => readPage('/tokens', {}, page);
export const createToken = (draft: TokenDraft): Promise<NewToken> => write('POST', '/tokens', draft);
export const revokeToken = (id: string): Promise<void> => write('DELETE', `/tokens/${encodeURIComponent(id)}`);
