/** The kinds of steps that definitions can use. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
import type { Module } from './wire-process.ts';

export type Modules = {
  list(request?: PageRequest): Promise<Page<Module>>;
  get(name: string): Promise<Module>;
};

export const modulesOf = (http: Http): Modules => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/modules', ...(query && { query }) }),
  get: (name) => http.json({ method: 'GET', path: `/api/v1/modules/${encodeURIComponent(name)}` }),
});
