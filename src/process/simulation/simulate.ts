/**
 * Runs past instances by a definition that is not in use yet: reads them and their histories, page by page, and hands them
 * to what decides. Nothing is written, no job is made and nobody is told.
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock, Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import type { Store } from '../../store/store.ts';
import type { Definition } from '../core/definition.ts';
import type { Definitions } from '../engine/definitions.ts';
import { instanceFamily } from '../engine/families.ts';
import type { Queries } from '../engine/queries.ts';
import { type Comparison, compare, medianOf, type Pair } from './compare.ts';
import { type Past, pastOf } from './past.ts';
import { type Answers, rerun } from './rerun.ts';

export const DEFAULT_SIMULATED = 1_000;
export const MAX_SIMULATED = 5_000;
/** Instances looked at to find those that have ended. */
const MAX_LOOKED_AT = 50_000;
const PAGE = 200;
/** After it no more instances are begun; the answer says so. */
export const MAX_SIMULATION_MS = 20_000;

export type DefinitionSimulationRequest = {
  /** A definition as it would be deployed, or one that is: then the newest version, or the one named. */
  readonly proposed: { readonly source: unknown } | { readonly key: string; readonly version?: number | undefined };
  /** Whose instances; default: of the definition with the same key. */
  readonly against?: string | undefined;
  /** Those that started then; `to` is not included. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  /** The newest so many of those that have ended. */
  readonly limit?: number | undefined;
  readonly answers?: Answers | undefined;
  readonly seed?: number | undefined;
};

export type DefinitionSimulation = Comparison & {
  readonly key: string;
  /** Undefined: it is not deployed. */
  readonly version: number | undefined;
  readonly against: string;
  readonly seed: number;
  /** Not run: people changed their course, or not all of their history is kept. */
  readonly skipped: { readonly changedCourse: number; readonly noHistory: number };
  /** Not all that were asked for, because it took too long. */
  readonly isCutShort: boolean;
};

type Parts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly definitions: Definitions;
  readonly queries: Queries;
  readonly timeZone: string;
};

/** Throws `process.invalid-definition`, `process.unknown-definition` or `process.invalid-simulation`. */
export async function simulateDefinition(
  parts: Parts,
  request: DefinitionSimulationRequest,
): Promise<DefinitionSimulation> {
  const { proposed, answers = {}, seed = 1 } = request;
  const isDeployed = 'key' in proposed;
  const definition = isDeployed
    ? await parts.definitions.find(proposed.key, proposed.version)
    : await parts.definitions.compile(proposed.source);
  requireKnown(definition, answers);
  const against = request.against ?? definition.key;
  await parts.definitions.find(against);
  const until = parts.clock.now() + MAX_SIMULATION_MS;
  const { pasts, skipped, isCutShort } = await readPasts(parts, { ...request, against, until });
  const typicalMs = typicalOf(pasts);
  const pairs: Pair[] = [];
  for (const past of pasts) {
    // Others have their turn between two instances.
    await setImmediate();
    if (parts.clock.now() > until) break;
    const random = seededRandom(seed * 2 ** 21 + (past.instance % 2 ** 21));
    pairs.push({ past, rerun: rerun(past, { definition, answers, typicalMs, random, timeZone: parts.timeZone }) });
  }
  return {
    ...compare(pairs, definition),
    key: definition.key,
    version: isDeployed ? definition.version : undefined,
    ...{ against, seed, skipped },
    isCutShort: isCutShort || pairs.length < pasts.length,
  };
}

function requireKnown({ nodes }: Definition, answers: Answers): void {
  const problems = Object.entries(answers).flatMap(([id, shares]) => {
    const node = nodes.get(id);
    if (node === undefined) return [`answers: there is no node "${id}"`];
    const unknown = Object.keys(shares).filter((outcome) => !node.outcomes.includes(outcome));
    return unknown.map((outcome) => `answers.${id}: it cannot end with "${outcome}"`);
  });
  if (problems.length > 0) throw new MillraceError('process.invalid-simulation', { problems: problems.join('; ') });
}

type Reading = Pick<DefinitionSimulationRequest, 'from' | 'to' | 'limit'> & {
  readonly against: string;
  readonly until: Instant;
};
type Read = {
  readonly pasts: Past[];
  readonly skipped: { changedCourse: number; noHistory: number };
  isCutShort: boolean;
};

async function readPasts(parts: Parts, { limit = DEFAULT_SIMULATED, until, ...which }: Reading): Promise<Read> {
  const read: Read = { pasts: [], skipped: { changedCourse: 0, noHistory: 0 }, isCutShort: false };
  const most = Math.min(limit, MAX_SIMULATED);
  for await (const { id, version } of endedInstances(parts.store, which)) {
    const skipped = read.skipped.changedCourse + read.skipped.noHistory;
    if (read.pasts.length + skipped >= most) break;
    if (parts.clock.now() > until) {
      read.isCutShort = true;
      break;
    }
    const definition = await parts.definitions.find(which.against, version);
    const past = pastOf(await parts.queries.history(id), { instance: id, definition });
    if (past === 'changed-course') read.skipped.changedCourse += 1;
    else if (past === 'no-history') read.skipped.noHistory += 1;
    else read.pasts.push(past);
  }
  return read;
}

type Ended = { readonly id: InstanceId; readonly version: number };

/** The newest first. */
async function* endedInstances(
  store: Store,
  { against, from, to }: Omit<Reading, 'limit' | 'until'>,
): AsyncGenerator<Ended> {
  const started = { ...(from !== undefined && { gte: from }), ...(to !== undefined && { lt: to }) };
  const where = { definition: against, ...(Object.keys(started).length > 0 && { startedAt: started }) };
  let after: readonly number[] | undefined;
  for (let looked = 0; looked < MAX_LOOKED_AT; looked += PAGE) {
    const rows: { id: number; version: number; status: string }[] = await store.select(instanceFamily, {
      where,
      order: ['-id'],
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const { id, version, status } of rows) if (status !== 'active') yield { id: id as InstanceId, version };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [last.id];
  }
}

/** How long the work at a node took in the middle of all cases. */
function typicalOf(pasts: readonly Past[]): (node: string) => number {
  const took = new Map<string, number[]>();
  for (const { visits } of pasts) {
    for (const [slot, list] of visits) {
      const node = slot.split('|')[1] ?? '';
      const known = took.get(node) ?? [];
      took.set(node, known);
      for (const { came } of list) known.push(...came.map(({ afterMs }) => afterMs));
    }
  }
  const typical = new Map([...took].map(([node, list]) => [node, medianOf(list) ?? 0]));
  return (node) => typical.get(node) ?? 0;
}
