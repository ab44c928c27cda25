/** Accounts that jobs make: ask for them, watch the job, read each password once, sign in with it. */
import type { Http } from './http.ts';
import type { Once } from './instances.ts';
import type { Page, PageRequest } from './wire.ts';
import type { SignedIn } from './wire-access.ts';
import type { Account, AccountPassword, AccountsOrdered, JobProgress, NewAccounts } from './wire-accounts.ts';

export type AccountsRequest = PageRequest & { job_id?: string };
export type Accounts = {
  /** Stores one job that makes them. */
  generate(order?: NewAccounts, once?: Once): Promise<AccountsOrdered>;
  /** Any job, as pending, running, completed or failed. */
  job(id: string): Promise<JobProgress>;
  list(request?: AccountsRequest): Promise<Page<Account>>;
  /** The one-time password, this once; never asked for a second time by itself. */
  password(id: string): Promise<AccountPassword>;
  /** Trades a one-time password: a browser gets its cookie, a service a token. */
  signIn(account: string, password: string): Promise<SignedIn>;
};

export const accountsOf = (http: Http): Accounts => ({
  generate: (body = {}, once) => http.json({ method: 'POST', path: '/api/accounts/generate', body, ...once }),
  job: (id) => http.json({ method: 'GET', path: `/api/jobs/${encodeURIComponent(id)}` }),
  list: (query) => http.json({ method: 'GET', path: '/api/accounts', ...(query && { query }) }),
  password: async (id) => {
    // Not `json`: a repeat after a lost answer would only hear that the password was read.
    const answer = await http.open({ method: 'GET', path: `/api/accounts/${encodeURIComponent(id)}/password` });
    return (await answer.json()) as AccountPassword;
  },
  signIn: (account, password) => http.json({ method: 'POST', path: '/api/v1/sign-in', body: { account, password } }),
});
