/** The kinds of steps that definitions can use. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
import type { Module, NewModule } from './wire-process.ts';

export type Modules = {
  list(request?: PageRequest): Promise<Page<Module>>;
  get(name: string): Promise<Module>;
  /** One that a message service does, or its next version. */
  register(module: NewModule): Promise<Module>;
  /** Steps that wait for it become incidents. */
  remove(name: string): Promise<void>;
};

export const modulesOf = (http: Http): Modules => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/modules', ...(query && { query }) }),
  get: (name) => http.json({ method: 'GET', path: `/api/v1/modules/${encodeURIComponent(name)}` }),
  register: (body) => http.json({ method: 'POST', path: '/api/v1/modules', body }),
  remove: (name) => http.json({ method: 'DELETE', path: `/api/v1/modules/${encodeURIComponent(name)}` }),
});
