/** Process definitions, their instances, and the incidents that need a person. */
import { read, write } from './http.ts';
import type { Label } from './label.ts';
import type { Firing } from './measurements.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type DefinitionSummary = {
  readonly key: string;
  readonly version: number;
  readonly name: Label;
  readonly deployedAt: string;
  readonly deployedBy: string | null;
  readonly steps: number;
  /** Open instances. */
  readonly active: number;
};

export type DefinitionNode = {
  readonly id: string;
  readonly name: Label;
  readonly type: string;
  readonly role?: string | null;
  readonly outcomes: readonly string[];
  /** The sub-process it is in. */
  readonly parent?: string | null;
  /** Boundary events: the activity they stand on. */
  readonly attachedTo?: string | null;
};

export type DefinitionFlow = {
  readonly from: string;
  readonly to: string;
  readonly outcome?: string | null;
  readonly when?: string | null;
  readonly isDefault: boolean;
};

export type DefinitionVersion = {
  readonly version: number;
  readonly deployedAt: string;
  readonly deployedBy: string | null;
};

export type Definition = {
  readonly key: string;
  readonly version: number;
  readonly name: Label;
  readonly deployedAt: string;
  readonly deployedBy: string | null;
  readonly versions: readonly DefinitionVersion[];
  readonly source: unknown;
  readonly nodes: readonly DefinitionNode[];
  readonly flows: readonly DefinitionFlow[];
};

export const INSTANCE_STATUSES = ['active', 'completed', 'cancelled'] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

export type InstanceSummary = {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly name: Label;
  readonly businessKey: string | null;
  readonly status: InstanceStatus;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** The nodes where tokens stand. */
  readonly at: readonly string[];
  readonly incidents: number;
};

export type WaitsFor = 'task' | 'job' | 'timer' | 'message' | 'criterion' | 'join' | 'scope' | 'help';

export type Token = {
  readonly id: number | string;
  readonly node: string;
  readonly scope: number | string;
  readonly waitsFor: WaitsFor;
  readonly task?: string | null;
  readonly message?: string | null;
};

export type Instance = InstanceSummary & {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly tokens: readonly Token[];
  readonly evidence: readonly Firing[];
  readonly passed: readonly string[];
};

export type InstanceFilter = {
  readonly definition?: string | undefined;
  readonly status?: InstanceStatus | undefined;
  readonly businessKey?: string | undefined;
};

/** A history row: the command, and the small facts that followed from it. Their other members differ by type. */
export type Fact = { readonly type: string; readonly [member: string]: unknown };
export type HistoryEntry = {
  readonly seq: number;
  readonly at: string;
  readonly actor: string | null;
  readonly command: Fact;
  readonly effects: readonly Fact[];
};

export type Incident = {
  readonly instance: string;
  readonly token: number | string;
  readonly node: string;
  readonly definition: string;
  readonly code: string;
  readonly message: string;
  readonly at: string;
};

const definition = (key: string): string => `/definitions/${encodeURIComponent(key)}`;
const instance = (id: string): string => `/instances/${encodeURIComponent(id)}`;

export const listDefinitions = (page?: PageRequest): Promise<Page<DefinitionSummary>> =>
  readPage('/definitions', {}, page);

export const readDefinition = (key: string, version?: number, signal?: AbortSignal): Promise<Definition> =>
  read(version === undefined ? definition(key) : `${definition(key)}/${version}`, {}, signal);

export const listInstances = (filter: InstanceFilter, page?: PageRequest): Promise<Page<InstanceSummary>> =>
  readPage('/instances', filter, page);
export const readInstance = (id: string, signal?: AbortSignal): Promise<Instance> => read(instance(id), {}, signal);
export const readHistory = (id: string, page?: PageRequest): Promise<Page<HistoryEntry>> =>
  readPage(`${instance(id)}/history`, { limit: 200 }, page);
export const cancelInstance = (id: string, reason: string): Promise<void> =>
  write('DELETE', instance(id), reason === '' ? {} : { reason });

export const listIncidents = (ofInstance?: string, page?: PageRequest): Promise<Page<Incident>> =>
  readPage('/incidents', { instance: ofInstance }, page);
export const retryIncident = (ofInstance: string, token: number | string): Promise<void> =>
  write('POST', `${instance(ofInstance)}/incidents/${encodeURIComponent(String(token))}/retry`);
