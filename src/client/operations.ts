/** One thing done to many instances, as a job of its own. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
import type { NewOperation, Operation } from './wire-operations.ts';

export type Operations = {
  /** It is stored and begins by itself; `get` tells how far it is. */
  begin(operation: NewOperation, once?: { readonly idempotencyKey?: string }): Promise<Operation>;
  /** The newest first. */
  list(request?: PageRequest): Promise<Page<Operation>>;
  get(id: string): Promise<Operation>;
  /** Nothing more is begun; what is done stays. */
  cancel(id: string): Promise<Operation>;
};

const pathOf = (id: string): string => `/api/v1/operations/${encodeURIComponent(id)}`;

export const operationsOf = (http: Http): Operations => ({
  begin: (body, once) => http.json({ method: 'POST', path: '/api/v1/operations', body, ...once }),
  list: (query) => http.json({ method: 'GET', path: '/api/v1/operations', ...(query && { query }) }),
  get: (id) => http.json({ method: 'GET', path: pathOf(id) }),
  cancel: (id) => http.json({ method: 'POST', path: `${pathOf(id)}/cancel` }),
});
