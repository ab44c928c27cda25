/** What an engineer does with definitions: check, deploy, join, set values of steps; and the kinds of steps there are. */
import type {
  Composed,
  Composition,
  DefinitionSettings,
  Deployment,
  Module,
  SettingsChange,
  SettingsEntry,
} from '../../../src/client/wire-process.ts';
import { ask, isProblem, isRecord, read, readXml, write, writeXml } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { Composition, DefinitionSettings, Deployment, Module, SettingsChange, SettingsEntry };

/** A rule that is not kept, and by which element: the id of a node, as far as it has one. */
export type Finding = { readonly rule: string; readonly element: string; readonly message: string };

const one = (key: string): string => `/definitions/${encodeURIComponent(key)}`;

export const listModules = (page?: PageRequest): Promise<Page<Module>> => readPage('/modules', { limit: 200 }, page);

/** A text is a BPMN 2.0 file, anything else the JSON of a definition. */
export const deployDefinition = (source: unknown): Promise<Deployment> =>
  typeof source === 'string' ? writeXml('/definitions', source) : write('POST', '/definitions', source);
/** As `deployDefinition`, with nothing deployed. */
export const checkDefinition = (source: unknown): Promise<Deployment> => ask('/definitions?dryRun=true', source);

export const composeDefinition = (composition: Composition): Promise<Composed> =>
  write('POST', '/definitions/compose', composition);

/** As a BPMN 2.0 file, with a diagram. */
export const readBpmn = (key: string, version?: number, signal?: AbortSignal): Promise<string> =>
  readXml(version === undefined ? one(key) : `${one(key)}/${version}`, signal);

export const readSettings = (key: string, signal?: AbortSignal): Promise<DefinitionSettings> =>
  read(`${one(key)}/settings`, {}, signal);
export const changeSettings = (key: string, steps: SettingsChange): Promise<DefinitionSettings> =>
  write('PATCH', `${one(key)}/settings`, { steps });
export const readSettingsHistory = (key: string, page?: PageRequest): Promise<Page<SettingsEntry>> =>
  readPage(`${one(key)}/settings/history`, {}, page);

/** What a refused definition breaks; undefined for any other problem. */
export function findingsOf(error: unknown): readonly Finding[] | undefined {
  if (!isProblem(error) || !Array.isArray(error.details.errors)) return undefined;
  return error.details.errors.filter(isRecord).map(({ rule, element, message }) => ({
    rule: String(rule ?? ''),
    element: String(element ?? ''),
    message: String(message ?? ''),
  }));
}
