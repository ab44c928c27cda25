/** Process definitions, their instances, and the incidents that need a person. */

import type { Variables } from '../../../src/client/wire.ts';
import type {
  Definition,
  DefinitionFlow,
  DefinitionNode,
  DefinitionSummary,
  Firing,
  HistoryEntry,
  Incident,
  Instance,
  InstanceStatus,
  InstanceSummary,
  TokenView,
} from '../../../src/client/wire-process.ts';
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type {
  Definition,
  DefinitionFlow,
  DefinitionNode,
  DefinitionSummary,
  Firing,
  HistoryEntry,
  Incident,
  Instance,
  InstanceStatus,
  InstanceSummary,
  TokenView,
};

export const INSTANCE_STATUSES = ['active', 'completed', 'cancelled'] as const satisfies readonly InstanceStatus[];
export type InstanceFilter = {
  readonly definition?: string | undefined;
  readonly status?: InstanceStatus | undefined;
  readonly businessKey?: string | undefined;
  readonly version?: number | undefined;
  readonly suspended?: boolean | undefined;
};

/** What a history row is made of; the other members differ by type. */
export type Fact = HistoryEntry['command'];

const definition = (key: string): string => `/definitions/${encodeURIComponent(key)}`;
const instance = (id: string): string => `/instances/${encodeURIComponent(id)}`;

export const listDefinitions = (page?: PageRequest): Promise<Page<DefinitionSummary>> =>
  readPage('/definitions', {}, page);
/** As far as one answer goes: the first thousand, by key. */
export const listManyDefinitions = (page?: PageRequest): Promise<Page<DefinitionSummary>> =>
  readPage('/definitions', { limit: 1_000 }, page);

export const readDefinition = (key: string, version?: number, signal?: AbortSignal): Promise<Definition> =>
  read(version === undefined ? definition(key) : `${definition(key)}/${version}`, {}, signal);

export const listInstances = (filter: InstanceFilter, page?: PageRequest): Promise<Page<InstanceSummary>> =>
  readPage('/instances', filter, page);
export const readInstance = (id: string, signal?: AbortSignal): Promise<Instance> => read(instance(id), {}, signal);
export const readHistory = (id: string, page?: PageRequest): Promise<Page<HistoryEntry>> =>
  readPage(`${instance(id)}/history`, { limit: 200 }, page);
export const cancelInstance = (id: string, reason: string): Promise<void> =>
  write('DELETE', instance(id), reason === '' ? {} : { reason });

export type IncidentFilter = { readonly instance?: string | undefined; readonly definition?: string | undefined };
export const listIncidents = (filter: IncidentFilter, page?: PageRequest): Promise<Page<Incident>> =>
  readPage('/incidents', filter, page);
export const retryIncident = (ofInstance: string, token: number, variables?: Variables): Promise<void> =>
  write('POST', `${instance(ofInstance)}/incidents/${token}/retry`, variables && { variables });
