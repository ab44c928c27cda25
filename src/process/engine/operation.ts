/**
 * An operation does one thing to every instance that a filter matches. It is a row, and a job that works on it:
 *
 *   counting   it goes through the instances once to know how many there are.
 *   running    it goes through them again, a chunk at a time. The ids of a chunk are written down before any of them is
 *              touched, together with what became of the chunk before; so whoever goes on after a crash does this chunk
 *              again, and no instance is left out. Each instance notes in its own commit that the operation was here, so
 *              none is done twice.
 *   done, cancelled   what is counted then stays.
 */
import { defineFamily, type RowOf } from '../../store/family.ts';
import type { ProcessState, Variables } from '../core/state.ts';

export const operationFamily = defineFamily({
  name: 'operation',
  columns: {
    /** That of its job. */
    id: 'integer',
    state: 'text',
    /** JSON: what is done, to which instances. */
    request: 'text',
    /** The last instance that was looked at. */
    place: 'integer',
    /** JSON: the instances at work now. */
    chunk: 'text',
    matched: 'integer',
    done: 'integer',
    skipped: 'integer',
    failed: 'integer',
    /** JSON: the failures by their code. */
    problems: 'text',
    createdAt: 'integer',
    createdBy: 'text',
    endedAt: 'integer?',
    stamp: 'integer',
  },
  key: ['id'],
});
export type OperationRow = RowOf<typeof operationFamily>;

export type InstanceChoice = {
  readonly definition?: string;
  readonly version?: number;
  /** Default: active. */
  readonly status?: 'active' | 'completed' | 'cancelled';
  readonly businessKey?: string;
  /** A token stands at this node. */
  readonly atNode?: string;
  readonly hasIncident?: boolean;
  readonly isSuspended?: boolean;
  readonly startedBefore?: number;
  readonly startedAfter?: number;
};

export type Deed =
  | { readonly what: 'suspend' | 'cancel'; readonly reason?: string }
  | { readonly what: 'resume' }
  /** All that is stuck in it. */
  | { readonly what: 'retry'; readonly variables?: Variables }
  | { readonly what: 'variables'; readonly set: Variables; readonly remove?: readonly string[] }
  /** All tokens at the node of that name. */
  | { readonly what: 'move'; readonly from: string; readonly to: string }
  | { readonly what: 'migrate'; readonly version: number; readonly nodes: Readonly<Record<string, string>> };

export type OperationRequest = { readonly deed: Deed; readonly filter: InstanceChoice; readonly dryRun: boolean };

/** Failures of one code: how many, what the first of them said, and some of the instances. */
export type Failures = {
  readonly code: string;
  readonly count: number;
  readonly message: string;
  readonly instances: readonly number[];
};

export type Outcome =
  | { readonly kind: 'done' | 'skipped' }
  | { readonly kind: 'failed'; readonly instance: number; readonly code: string; readonly message: string };

/** Codes that are told, and instances of each. */
const MAX_CODES = 50;
const MAX_EXAMPLES = 10;

/** The counts with those of one more chunk. */
export function counted(before: OperationRow, outcomes: readonly Outcome[]): Partial<OperationRow> {
  const count = (kind: Outcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
  const sums = {
    done: before.done + count('done'),
    skipped: before.skipped + count('skipped'),
    failed: before.failed + count('failed'),
  };
  const problems = new Map((JSON.parse(before.problems) as Failures[]).map((each) => [each.code, each]));
  for (const outcome of outcomes) {
    if (outcome.kind !== 'failed') continue;
    const { code, message, instance } = outcome;
    const known = problems.get(code) ?? { code, count: 0, message, instances: [] };
    if (problems.size >= MAX_CODES && known.count === 0) continue;
    const instances = [...known.instances, instance].slice(0, MAX_EXAMPLES);
    problems.set(code, { ...known, count: known.count + 1, instances });
  }
  return {
    ...sums,
    // Some may match by now that did not when they were counted.
    matched: Math.max(before.matched, sums.done + sums.skipped + sums.failed),
    problems: JSON.stringify([...problems.values()]),
  };
}

type Looked = { readonly version: number; readonly startedAt: number; readonly state: ProcessState };

/** What the store cannot look for by an index of its own. */
export function suits({ version, startedAt, state }: Looked, filter: InstanceChoice): boolean {
  const { atNode, hasIncident, isSuspended, startedBefore, startedAfter } = filter;
  if (filter.version !== undefined && filter.version !== version) return false;
  if (startedBefore !== undefined && startedAt >= startedBefore) return false;
  if (startedAfter !== undefined && startedAt <= startedAfter) return false;
  if (atNode !== undefined && !state.tokens.some(({ node }) => node === atNode)) return false;
  if (isSuspended !== undefined && isSuspended !== (state.suspended !== undefined)) return false;
  if (hasIncident === undefined) return true;
  const isStuck = (state.failures ?? []).length > 0 || state.tokens.some(({ wait }) => wait.for === 'help');
  return isStuck === hasIncident;
}
