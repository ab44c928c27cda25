/** Who may do what: the signed-in person, people, recipient lists and tokens. */
import type {
  CreatedToken,
  Me,
  Member,
  NewPerson,
  NewRecipientList,
  NewToken,
  Person,
  PersonChange,
  RecipientList,
  SignInLink,
  TokenInfo,
} from '../../../src/client/wire-access.ts';
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { CreatedToken, Me, Member, Person, RecipientList, SignInLink, TokenInfo };
export type MemberKind = Member['kind'];

export const KNOWN_ROLES = ['operator', 'engineer', 'technologist', 'administrator', 'worker', 'device'] as const;

export const readMe = (signal?: AbortSignal): Promise<Me> => read<Me>('/me', {}, signal);
export const signOut = (): Promise<void> => write<void>('POST', '/sign-out');

export const listPeople = (page?: PageRequest): Promise<Page<Person>> => readPage('/people', { limit: 200 }, page);
export const addPerson = (draft: NewPerson): Promise<Person> => write('POST', '/people', draft);
export const changePerson = (id: string, change: PersonChange): Promise<Person> =>
  write('PATCH', `/people/${encodeURIComponent(id)}`, change);
export const createSignInLink = (id: string): Promise<SignInLink> =>
  write('POST', `/people/${encodeURIComponent(id)}/sign-in-link`);

export const listRecipients = (page?: PageRequest): Promise<Page<RecipientList>> => readPage('/recipients', {}, page);
export const addRecipients = (list: NewRecipientList): Promise<RecipientList> => write('POST', '/recipients', list);
export const changeRecipients = (name: string, members: readonly Member[]): Promise<RecipientList> =>
  write('PATCH', `/recipients/${encodeURIComponent(name)}`, { members });

export const listTokens = (page?: PageRequest): Promise<Page<TokenInfo>> => readPage('/tokens', {}, page);
export const createToken = (draft: NewToken): Promise<CreatedToken> => write('POST', '/tokens', draft);
export const revokeToken = (id: string): Promise<void> => write('DELETE', `/tokens/${encodeURIComponent(id)}`);
