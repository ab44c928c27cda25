/** Process instances: start, look at, cancel, help when stuck; and messages to them. */
import type { Http } from './http.ts';
import type { Page, PageRequest, Variables } from './wire.ts';
import type { MigrationAnswer, MigrationRequest, Move, Resolution, VariableChange } from './wire-operations.ts';
import type {
  Activation,
  BatchAnswer,
  Correlation,
  HistoryEntry,
  Incident,
  Instance,
  InstanceFilter,
  InstanceSummary,
  NewInstance,
  NewMessage,
  NewSignal,
  SignalSent,
  StartedInstance,
} from './wire-process.ts';

/** With a key, the call is repeated when no answer came, and is still done once. */
export type Once = { readonly idempotencyKey?: string };

export type Instances = {
  start(instance: NewInstance, once?: Once): Promise<StartedInstance>;
  /** Up to 1,000 at once; each has its own answer. */
  startMany(items: readonly NewInstance[], once?: Once): Promise<BatchAnswer>;
  /** The newest first. */
  list(filter?: InstanceFilter): Promise<Page<InstanceSummary>>;
  get(id: string): Promise<Instance>;
  /** What happened to it, the eldest first. */
  history(id: string, request?: PageRequest): Promise<Page<HistoryEntry>>;
  /** Begins activities of an ad-hoc sub-process. */
  activate(id: string, activation: Activation): Promise<void>;
  cancel(id: string, reason?: string): Promise<void>;
  /** People can do nothing in it until it is resumed; what comes meanwhile is kept. */
  suspend(id: string, reason?: string): Promise<void>;
  resume(id: string): Promise<void>;
  setVariables(id: string, change: VariableChange): Promise<void>;
  /** Takes a token away from where it waits, and puts a new one before another node. */
  move(id: string, move: Move): Promise<void>;
  /** To another version of its definition; a dry run tells what that would change. */
  migrate(id: string, request?: MigrationRequest): Promise<MigrationAnswer>;
};

export const instancesOf = (http: Http): Instances => ({
  start: (body, once) => http.json({ method: 'POST', path: '/api/v1/instances', body, ...once }),
  startMany: (items, once) => http.json({ method: 'POST', path: '/api/v1/instances/batch', body: { items }, ...once }),
  list: (query) => http.json({ method: 'GET', path: '/api/v1/instances', ...(query && { query }) }),
  get: (id) => http.json({ method: 'GET', path: `/api/v1/instances/${encodeURIComponent(id)}` }),
  history: (id, query) =>
    http.json({ method: 'GET', path: `/api/v1/instances/${encodeURIComponent(id)}/history`, ...(query && { query }) }),
  activate: (id, body) =>
    http.json({ method: 'POST', path: `/api/v1/instances/${encodeURIComponent(id)}/activate`, body }),
  cancel: (id, reason) =>
    http.json({
      method: 'DELETE',
      path: `/api/v1/instances/${encodeURIComponent(id)}`,
      ...(reason !== undefined && { body: { reason } }),
    }),
  suspend: (id, reason) =>
    http.json({ method: 'POST', path: pathOf(id, 'suspend'), ...(reason !== undefined && { body: { reason } }) }),
  resume: (id) => http.json({ method: 'POST', path: pathOf(id, 'resume') }),
  setVariables: (id, body) => http.json({ method: 'PATCH', path: pathOf(id, 'variables'), body }),
  move: (id, body) => http.json({ method: 'POST', path: pathOf(id, 'move'), body }),
  migrate: (id, body = {}) =>
    http.json({ method: 'POST', path: pathOf(id, 'migrate'), body, isRepeatable: body.dryRun === true }),
});

const pathOf = (id: string, verb: string): string => `/api/v1/instances/${encodeURIComponent(id)}/${verb}`;

export type Incidents = {
  list(request?: PageRequest): Promise<Page<Incident>>;
  /** Tries again what is stuck there, after its cause was removed. */
  retry(instance: string, token: number, variables?: Variables): Promise<void>;
  /** It counts as done; without an outcome, with its first. */
  resolve(instance: string, token: number, resolution?: Resolution): Promise<void>;
};

export const incidentsOf = (http: Http): Incidents => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/incidents', ...(query && { query }) }),
  retry: (instance, token, variables) =>
    http.json({
      method: 'POST',
      path: pathOf(instance, `incidents/${token}/retry`),
      ...(variables !== undefined && { body: { variables } }),
    }),
  resolve: (instance, token, body = {}) =>
    http.json({ method: 'POST', path: pathOf(instance, `incidents/${token}/resolve`), body }),
});

export type Messages = {
  /** A signal: to everyone who waits for it. Answers the job that carries it. */
  broadcast(signal: NewSignal): Promise<SignalSent>;
  /** To whoever waits for it; kept for its ttl when nobody does. */
  send(message: NewMessage): Promise<Correlation>;
};

export const messagesOf = (http: Http): Messages => ({
  broadcast: (body) => http.json({ method: 'POST', path: '/api/v1/signals', body }),
  send: (body) => http.json({ method: 'POST', path: '/api/v1/messages', body, isRepeatable: body.id !== undefined }),
});
