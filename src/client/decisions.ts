/** Decisions: look at, ask, and change their tables. DMN files are deployed with the definitions. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
import type {
  Decision,
  DecisionQuestion,
  DecisionResult,
  DecisionSummary,
  DecisionTable,
  TableAnalysis,
} from './wire-decisions.ts';
import type { Deployment } from './wire-process.ts';

export type Decisions = {
  list(request?: PageRequest): Promise<Page<DecisionSummary>>;
  /** A version, or the newest. */
  get(key: string, version?: number): Promise<Decision>;
  /** The DMN file in which it stands. */
  dmn(key: string, version?: number): Promise<string>;
  evaluate(key: string, question: DecisionQuestion): Promise<DecisionResult>;
  /** Where rules of its table overlap, and what no rule covers; also of a draft. */
  analyse(key: string, table?: DecisionTable): Promise<TableAnalysis>;
  /** Deploys the model with another table; refused when `basedOn` is no longer the newest version. */
  change(key: string, change: { table: DecisionTable; basedOn: number }): Promise<Deployment>;
};

const pathOf = (key: string): string => `/api/v1/decisions/${encodeURIComponent(key)}`;
const versionIn = (version?: number): { query?: { version: string } } =>
  version === undefined ? {} : { query: { version: String(version) } };

export const decisionsOf = (http: Http): Decisions => ({
  list: (request = {}) => http.json({ method: 'GET', path: '/api/v1/decisions', query: { ...request } }),
  get: (key, version) => http.json({ method: 'GET', path: pathOf(key), ...versionIn(version) }),
  dmn: async (key, version) => {
    const headers = { accept: 'application/xml' };
    const answer = await http.open({ method: 'GET', path: pathOf(key), headers, ...versionIn(version) });
    return answer.text();
  },
  evaluate: (key, question) =>
    http.json({ method: 'POST', path: `${pathOf(key)}/evaluate`, body: question, isRepeatable: true }),
  analyse: (key, table) =>
    http.json({
      method: 'POST',
      path: `${pathOf(key)}/analysis`,
      body: table === undefined ? {} : { table },
      isRepeatable: true,
    }),
  change: (key, change) => http.json({ method: 'PUT', path: `${pathOf(key)}/table`, body: change }),
});
