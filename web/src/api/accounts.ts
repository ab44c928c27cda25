/** Accounts that jobs make, and signing in with the one-time password of one. They have routes without a version. */
import type { SignedIn } from '../../../src/client/wire-access.ts';
import type { Account, AccountPassword, AccountsOrdered, NewAccounts } from '../../../src/client/wire-accounts.ts';
import { readOnce, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { Account, AccountPassword, AccountsOrdered };

export const listAccounts = (page?: PageRequest): Promise<Page<Account>> => readPage('/api/accounts', {}, page);
export const generateAccounts = (order: NewAccounts): Promise<AccountsOrdered> =>
  write('POST', '/api/accounts/generate', order);
export const readPassword = (id: string): Promise<AccountPassword> =>
  readOnce(`/api/accounts/${encodeURIComponent(id)}/password`);
export const signInWith = (account: string, password: string): Promise<SignedIn> =>
  write('POST', '/sign-in', { account, password });
