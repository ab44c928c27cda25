/** Deployed decisions: what there is, one of them, asking it, and changing its table. */
import type {
  Decision,
  DecisionQuestion,
  DecisionResult,
  DecisionSummary,
  DecisionTable,
  DecisionTrace,
  TableAnalysis,
  TableTrace,
  ModelProblem as WireProblem,
} from '../../../src/client/wire-decisions.ts';
import type { Deployment } from '../../../src/client/wire-process.ts';
import { ask, isProblem, isRecord, read, readXml, write, writeXml } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type {
  Decision,
  DecisionQuestion,
  DecisionResult,
  DecisionSummary,
  DecisionTable,
  DecisionTrace,
  Deployment,
  TableAnalysis,
  TableTrace,
};

const one = (key: string): string => `/decisions/${encodeURIComponent(key)}`;

/** As far as one answer goes: the first thousand, by key. */
export const listDecisions = (page?: PageRequest): Promise<Page<DecisionSummary>> =>
  readPage('/decisions', { limit: 1_000 }, page);

export const readDecision = (key: string, version?: number, signal?: AbortSignal): Promise<Decision> =>
  read(one(key), { version }, signal);

/** The DMN file in which it stands. */
export const readDmn = (key: string, version: number, signal?: AbortSignal): Promise<string> =>
  readXml(`${one(key)}?version=${version}`, signal);

export const evaluateDecision = (key: string, question: DecisionQuestion): Promise<DecisionResult> =>
  ask(`${one(key)}/evaluate`, question);

export const analyseTable = (key: string, table: DecisionTable): Promise<TableAnalysis> =>
  ask(`${one(key)}/analysis`, { table });

export type TableChange = { readonly table: DecisionTable; readonly basedOn: number };
export const changeTable = (key: string, change: TableChange): Promise<Deployment> =>
  write('PUT', `${one(key)}/table`, change);

/** `basedOn`: the version of the model that was changed, 0 for a new one; refused if another is the newest. */
export const deployDmn = (xml: string, basedOn?: number): Promise<Deployment> =>
  writeXml(`/definitions${basedOn === undefined ? '' : `?basedOn=${basedOn}`}`, xml);

/** What `deployDmn` would answer or throw; nothing is deployed. */
export const checkDmn = (xml: string, basedOn?: number): Promise<Deployment> =>
  ask(`/definitions?dryRun=true${basedOn === undefined ? '' : `&basedOn=${basedOn}`}`, xml);

/** The code of a model that somebody else has changed since. */
export const DECISION_CHANGED = 'decision.changed';
/** The code of a decision whose key stands in another model. */
export const KEY_TAKEN = 'decision.key-taken';

/** Something that is wrong with a model: by which element, and where in the file. */
export type ModelProblem = Pick<WireProblem, 'rule' | 'element' | 'message'> &
  Partial<Pick<WireProblem, 'severity' | 'line' | 'column'>>;

/** What a refused model breaks; undefined for any other problem. */
export function modelProblemsOf(error: unknown): readonly ModelProblem[] | undefined {
  if (!isProblem(error) || !Array.isArray(error.details.errors)) return undefined;
  return error.details.errors.filter(isRecord).map(({ rule, element, message, line, column }) => ({
    rule: String(rule ?? ''),
    element: String(element ?? ''),
    message: String(message ?? ''),
    severity: 'error',
    ...(typeof line === 'number' && { line }),
    ...(typeof column === 'number' && { column }),
  }));
}

/** What may not be meant so in a model that can be deployed. */
export const warningsOf = ({ notes = [] }: Deployment): readonly ModelProblem[] =>
  notes.map(({ rule = '', ...note }) => ({ ...note, rule, severity: 'warning' }));
