/**
 * Looking for jobs. A page looks at so many rows at most, whatever it finds: it goes along an index where the state has
 * one, along the children of a parent, or back from the newest job; what else was asked for is looked at row by row.
 * So a page may hold fewer jobs than asked for and still have a next one.
 */
import type { Store } from '../store/store.ts';
import { childFamily } from './flow.ts';
import { type JobRow, type JobState, jobFamily } from './job.ts';

export type JobFilter = {
  readonly kind?: string;
  readonly state?: JobState;
  readonly key?: string;
  readonly parent?: number;
  readonly worker?: string;
  /** Ended, or made, before. */
  readonly before?: number;
};
export type Place = readonly (string | number)[];
export type JobPage = { readonly rows: readonly JobRow[]; readonly next: Place | null };

/** Rows that one page looks at, and those it reads at a time: a row may carry a megabyte. */
export const MAX_LOOKED_AT = 2_000;
const STEP = 100;

type Walk = {
  readonly read: (after: Place | undefined, limit: number) => Promise<readonly JobRow[]>;
  readonly place: (row: JobRow) => Place;
};

export async function searchJobs(
  store: Store,
  filter: JobFilter,
  { limit, after }: { readonly limit: number; readonly after?: Place | undefined },
): Promise<JobPage> {
  const { read, place } = walkOf(store, filter);
  const rows: JobRow[] = [];
  let last = after;
  for (let looked = 0; looked < MAX_LOOKED_AT; ) {
    const step = await read(last, STEP);
    for (const row of step) {
      last = place(row);
      if (!fits(row, filter)) continue;
      rows.push(row);
      if (rows.length === limit) return { rows, next: last };
    }
    if (step.length < STEP) return { rows, next: null };
    looked += step.length;
  }
  return { rows, next: last ?? null };
}

/** How many values a place of such a list has: a cursor of another list is none of this. */
export const placeLength = (filter: JobFilter): number => orderOf(filter)?.length ?? 1;

function walkOf(store: Store, filter: JobFilter): Walk {
  const { kind, state, parent } = filter;
  if (parent !== undefined) return childrenOf(store, parent);
  const order = orderOf(filter) ?? ['-id'];
  const isIndexed = orderOf(filter) !== undefined;
  const where = isIndexed
    ? { state: state as JobState, ...(kind !== undefined && KINDS_FIRST.has(state) && { kind }), ...keyOf(filter) }
    : {};
  return {
    read: (after, limit) =>
      store.select(jobFamily, { where, order: [...order], ...(after !== undefined && { after }), limit }),
    place: (row) => order.map((column) => row[column.replace(/^-/, '') as keyof JobRow] as string | number),
  };
}

type Order = readonly ((keyof JobRow & string) | `-${keyof JobRow & string}`)[];

/** States whose index begins with the kind. */
const KINDS_FIRST: ReadonlySet<JobState | undefined> = new Set(['ready', 'blocked']);
const ORDERS: { readonly [S in JobState]?: Order } = {
  ready: ['kind', 'rank', 'id'],
  scheduled: ['dueAt', 'id'],
  leased: ['leaseUntil', 'id'],
  dead: ['-settledAt', '-id'],
  quarantined: ['-settledAt', '-id'],
  unknown: ['dueAt', 'id'],
};

/** Undefined where no index helps. Jobs that are blocked without a key wait for children, and those have no index. */
function orderOf({ state, key, parent }: JobFilter): Order | undefined {
  if (state === undefined || parent !== undefined) return undefined;
  if (state === 'blocked') return key === undefined ? undefined : ['kind', 'key', 'rank', 'id'];
  return ORDERS[state];
}

const keyOf = ({ state, key }: JobFilter) => (state === 'blocked' && key !== undefined ? { key } : {});

function childrenOf(store: Store, parent: number): Walk {
  return {
    read: async (after, limit) => {
      const children = await store.select(childFamily, {
        where: { parent },
        order: ['parent', 'child'],
        ...(after !== undefined && { after: [parent, ...after] }),
        limit,
      });
      const rows = await store.getMany(
        jobFamily,
        children.map(({ child }) => [child]),
      );
      return rows.map((row, place) => row ?? missing(children[place]?.child ?? 0));
    },
    place: ({ id }) => [id],
  };
}

/** A child that is kept no longer: it is gone past, and the walk goes on behind it. */
const missing = (id: number): JobRow => ({ id, state: 'cancelled', parent: null }) as JobRow;

const fits = (row: JobRow, { kind, state, key, parent, worker, before }: JobFilter): boolean =>
  (kind === undefined || row.kind === kind) &&
  (state === undefined || row.state === state) &&
  (key === undefined || row.key === key) &&
  (parent === undefined || row.parent === parent) &&
  (worker === undefined || row.worker === worker) &&
  (before === undefined || (row.settledAt ?? row.createdAt) < before);
