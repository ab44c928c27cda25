/** Process definitions: deploy, list, look at. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
import type { Definition, DefinitionSummary, Deployment } from './wire-process.ts';

export type Definitions = {
  /** Deploys the JSON of a definition. The same source again answers the version that is there. */
  deploy(source: unknown): Promise<Deployment>;
  list(request?: PageRequest): Promise<Page<DefinitionSummary>>;
  /** A version, or the newest. */
  get(key: string, version?: number): Promise<Definition>;
};

export const definitionsOf = (http: Http): Definitions => ({
  deploy: (source) => http.json({ method: 'POST', path: '/api/v1/definitions', body: source, isRepeatable: true }),
  list: (query) => http.json({ method: 'GET', path: '/api/v1/definitions', ...(query && { query }) }),
  get: (key, version) => {
    const path = `/api/v1/definitions/${encodeURIComponent(key)}`;
    return http.json({ method: 'GET', path: version === undefined ? path : `${path}/${version}` });
  },
});
