/** Process definitions: deploy, list, look at. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
import type { AnalyticsRequest, DefinitionAnalytics } from './wire-analytics.ts';
import type {
  Composed,
  Composition,
  Definition,
  DefinitionSettings,
  DefinitionSummary,
  Deployment,
  SettingsChange,
  SettingsEntry,
} from './wire-process.ts';
import type { DefinitionSimulation, DefinitionSimulationRequest } from './wire-simulation.ts';

export type Definitions = {
  /**
   * An object is JSON, a text a BPMN 2.0 or DMN file. The same source again answers the version that is there. A decision
   * model is refused if `basedOn` is not its newest version; 0 is for a new one.
   */
  deploy(source: unknown, options?: { basedOn?: number }): Promise<Deployment>;
  /** As `deploy`, but deploys nothing: answers the version that it would become, or throws what is wrong. */
  check(source: unknown): Promise<Deployment>;
  /** A version, or the newest, as a BPMN 2.0 file. */
  bpmn(key: string, version?: number): Promise<string>;
  list(request?: PageRequest): Promise<Page<DefinitionSummary>>;
  /** A version, or the newest. */
  get(key: string, version?: number): Promise<Definition>;
  /** Makes and deploys a definition that joins others. */
  compose(composition: Composition): Promise<Composed>;
  /** What is set of its steps beside it. */
  settings(key: string): Promise<DefinitionSettings>;
  /** Sets values of steps without a new version; null takes one away. */
  set(key: string, steps: SettingsChange): Promise<DefinitionSettings>;
  settingsHistory(key: string, request?: PageRequest): Promise<Page<SettingsEntry>>;
  /** Where the time of its instances goes. */
  analytics(key: string, request?: AnalyticsRequest): Promise<DefinitionAnalytics>;
  /** Runs past instances by a definition that is not in use yet. Nothing is changed. */
  simulate(request: DefinitionSimulationRequest): Promise<DefinitionSimulation>;
};

export const definitionsOf = (http: Http): Definitions => ({
  deploy: (source, { basedOn } = {}) =>
    http.json({
      method: 'POST',
      path: '/api/v1/definitions',
      ...(basedOn !== undefined && { query: { basedOn: String(basedOn) } }),
      body: source,
      isRepeatable: true,
      contentType: 'application/xml',
    }),
  check: (source) =>
    http.json({
      method: 'POST',
      path: '/api/v1/definitions',
      query: { dryRun: 'true' },
      body: source,
      isRepeatable: true,
      contentType: 'application/xml',
    }),
  bpmn: async (key, version) => {
    const path = `/api/v1/definitions/${encodeURIComponent(key)}${version === undefined ? '' : `/${version}`}`;
    const answer = await http.open({ method: 'GET', path, headers: { accept: 'application/xml' } });
    return answer.text();
  },
  list: (query) => http.json({ method: 'GET', path: '/api/v1/definitions', ...(query && { query }) }),
  get: (key, version) => {
    const path = `/api/v1/definitions/${encodeURIComponent(key)}`;
    return http.json({ method: 'GET', path: version === undefined ? path : `${path}/${version}` });
  },
  compose: (composition) =>
    http.json({ method: 'POST', path: '/api/v1/definitions/compose', body: composition, isRepeatable: true }),
  settings: (key) => http.json({ method: 'GET', path: settingsPath(key) }),
  set: (key, steps) => http.json({ method: 'PATCH', path: settingsPath(key), body: { steps } }),
  settingsHistory: (key, query) =>
    http.json({ method: 'GET', path: `${settingsPath(key)}/history`, ...(query && { query }) }),
  analytics: (key, query) =>
    http.json({
      method: 'GET',
      path: `/api/v1/definitions/${encodeURIComponent(key)}/analytics`,
      ...(query && { query }),
    }),
  simulate: (body) => http.json({ method: 'POST', path: '/api/v1/definitions/simulate', body, isRepeatable: true }),
});

const settingsPath = (key: string): string => `/api/v1/definitions/${encodeURIComponent(key)}/settings`;
