/** Who may do what: the signed-in person, people, recipient lists and tokens. */
import type {
  CreatedToken,
  Me,
  Member,
  NewPerson,
  NewRecipientList,
  NewSubstitute,
  NewToken,
  Person,
  PersonChange,
  RecipientList,
  SignInLink,
  Substitute,
  TokenInfo,
} from '../../../src/client/wire-access.ts';
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { CreatedToken, Me, Member, Person, RecipientList, SignInLink, Substitute, TokenInfo };
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

const substitutes = (person: string): string => `/people/${encodeURIComponent(person)}/substitutes`;
/** Who stands in for this person now or later. */
export const listSubstitutes = (person: string, page?: PageRequest): Promise<Page<Substitute>> =>
  readPage(substitutes(person), {}, page);
export const nameSubstitute = (person: string, substitute: NewSubstitute): Promise<Substitute> =>
  write('POST', substitutes(person), substitute);
export const endSubstitute = (person: string, substitute: string): Promise<void> =>
  write('DELETE', `${substitutes(person)}/${encodeURIComponent(substitute)}`);

export const listRecipients = (page?: PageRequest): Promise<Page<RecipientList>> => readPage('/recipients', {}, page);
export const addRecipients = (list: NewRecipientList): Promise<RecipientList> => write('POST', '/recipients', list);
export const changeRecipients = (name: string, members: readonly Member[]): Promise<RecipientList> =>
  write('PATCH', `/recipients/${encodeURIComponent(name)}`, { members });

export const listTokens = (page?: PageRequest): Promise<Page<TokenInfo>> => readPage('/tokens', {}, page);
export const createToken = (draft: NewToken): Promise<CreatedToken> => write('POST', '/tokens', draft);
export const revokeToken = (id: string): Promise<void> => write('DELETE', `/tokens/${encodeURIComponent(id)}`);
