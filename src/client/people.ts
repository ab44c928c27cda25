/** Who may do what: oneself, people, tokens, and whom mails go to. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
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
} from './wire-access.ts';

export type People = {
  list(request?: PageRequest): Promise<Page<Person>>;
  create(person: NewPerson): Promise<Person>;
  change(id: string, change: PersonChange): Promise<Person>;
  /** A link that signs this person in, once. */
  signInLink(id: string): Promise<SignInLink>;
  /** Who stands in for this person now or later. */
  substitutes(id: string, request?: PageRequest): Promise<Page<Substitute>>;
  nameSubstitute(id: string, substitute: NewSubstitute): Promise<Substitute>;
  endSubstitute(id: string, substitute: string): Promise<void>;
};

export const peopleOf = (http: Http): People => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/people', ...(query && { query }) }),
  create: (body) => http.json({ method: 'POST', path: '/api/v1/people', body }),
  change: (id, body) => http.json({ method: 'PATCH', path: `/api/v1/people/${encodeURIComponent(id)}`, body }),
  substitutes: (id, query) => http.json({ method: 'GET', path: substitutesOf(id), ...(query && { query }) }),
  nameSubstitute: (id, body) => http.json({ method: 'POST', path: substitutesOf(id), body }),
  endSubstitute: (id, substitute) =>
    http.json({ method: 'DELETE', path: `${substitutesOf(id)}/${encodeURIComponent(substitute)}` }),
  signInLink: (id) => http.json({ method: 'POST', path: `/api/v1/people/${encodeURIComponent(id)}/sign-in-link` }),
});

const substitutesOf = (id: string): string => `/api/v1/people/${encodeURIComponent(id)}/substitutes`;

export type Tokens = {
  list(request?: PageRequest): Promise<Page<TokenInfo>>;
  /** The answer holds the token; it is not shown again. */
  create(token: NewToken): Promise<CreatedToken>;
  remove(id: string): Promise<void>;
};

export const tokensOf = (http: Http): Tokens => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/tokens', ...(query && { query }) }),
  create: (body) => http.json({ method: 'POST', path: '/api/v1/tokens', body }),
  remove: (id) => http.json({ method: 'DELETE', path: `/api/v1/tokens/${encodeURIComponent(id)}` }),
});

export type Recipients = {
  list(request?: PageRequest): Promise<Page<RecipientList>>;
  create(list: NewRecipientList): Promise<RecipientList>;
  change(name: string, members: readonly Member[]): Promise<RecipientList>;
};

export const recipientsOf = (http: Http): Recipients => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/recipients', ...(query && { query }) }),
  create: (body) => http.json({ method: 'POST', path: '/api/v1/recipients', body }),
  change: (name, members) =>
    http.json({ method: 'PATCH', path: `/api/v1/recipients/${encodeURIComponent(name)}`, body: { members } }),
});

export const me = (http: Http): Promise<Me> => http.json({ method: 'GET', path: '/api/v1/me' });
