/** Looking at instances: lists, one in full, its history. Reads committed rows, so it never lags behind an answer. */
import { MillraceError } from '../../kernel/errors.ts';
import { formatInstanceId, type InstanceId } from '../../kernel/ids.ts';
import { plantFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import type { Effect } from '../core/effect.ts';
import type { ProcessState } from '../core/state.ts';
import { type IncidentRow, type InstanceRow, incidentFamily, instanceFamily } from './families.ts';

export type InstanceFilter = {
  readonly definition?: string;
  readonly status?: 'active' | 'completed' | 'cancelled';
  readonly businessKey?: string;
  readonly version?: number;
  /** Whether it is suspended now. */
  readonly suspended?: boolean;
  readonly limit: number;
  /** The last id already seen; the newest come first. */
  readonly before?: number;
};
export type InstanceView = Omit<InstanceRow, 'state'> & { readonly state: ProcessState };
export type HistoryEntry = {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly command: Readonly<Record<string, unknown>>;
  readonly effects: readonly Effect[];
};

const HISTORY_PAGE = 1_000;
/** Rows that are looked at for one page by what the store has no index for. */
export const MAX_LOOKED_AT = 5_000;
const LOOK = 500;

/** `next`: the id behind which the next page begins. */
export type InstancePage = { readonly items: readonly InstanceView[]; readonly next: number | null };

export class Queries {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The newest first. A page of suspended ones may be short, even empty, and have a next: it looks at so many at most. */
  async page(filter: InstanceFilter): Promise<InstancePage> {
    const { suspended, limit } = filter;
    if (suspended === undefined) {
      const found = await this.instances({ ...filter, limit: limit + 1 });
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    }
    // Only an open instance is suspended.
    if (suspended && filter.status !== undefined && filter.status !== 'active') return { items: [], next: null };
    const items: InstanceView[] = [];
    let { before } = filter;
    for (let looked = 0; looked < MAX_LOOKED_AT; looked += LOOK) {
      const part = { ...filter, ...(suspended && { status: 'active' as const }), limit: LOOK };
      const found = await this.instances(before === undefined ? part : { ...part, before });
      for (const instance of found) {
        if (items.length === limit) return { items, next: before ?? null };
        before = instance.id;
        if ((instance.state.suspended !== undefined) === suspended) items.push(instance);
      }
      if (found.length < LOOK) return { items, next: null };
    }
    return { items, next: before ?? null };
  }

  async instances({ definition, status, businessKey, version, ...rest }: InstanceFilter): Promise<InstanceView[]> {
    const { limit, before } = rest;
    const rows = await this.#store.select(instanceFamily, {
      where: {
        ...(definition !== undefined && { definition }),
        ...(status !== undefined && { status }),
        ...(businessKey !== undefined && { businessKey }),
        ...(version !== undefined && { version }),
      },
      order: ['-id'],
      ...(before !== undefined && { after: [before] }),
      limit,
    });
    return rows.map(viewOf);
  }

  /** The eldest numbers first, behind the one that was seen last. */
  async instancesFrom({
    where,
    after,
    limit,
  }: {
    readonly where: { readonly definition?: string; readonly status?: string; readonly businessKey?: string };
    readonly after: number;
    readonly limit: number;
  }): Promise<InstanceView[]> {
    return (await this.#store.select(instanceFamily, { where, order: ['id'], after: [after], limit })).map(viewOf);
  }

  async instance(id: InstanceId): Promise<InstanceView> {
    const row = await this.#store.get(instanceFamily, [id]);
    if (row === undefined) throw new MillraceError('process.unknown-instance', { id: formatInstanceId(id) });
    return viewOf(row);
  }

  /** What happened to an instance, the eldest first; it alone rebuilds the state (`replay`). */
  async history(id: InstanceId): Promise<HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    for (let after: readonly number[] | undefined = [0]; after !== undefined; ) {
      const rows: { id: number; at: number; actor: string; body: string }[] = await this.#store.select(plantFeed, {
        where: { subject: formatInstanceId(id) },
        order: ['id'],
        after,
        limit: HISTORY_PAGE,
      });
      for (const { at, actor, body } of rows) {
        const { seq, command, effects } = JSON.parse(body) as Pick<HistoryEntry, 'seq' | 'command' | 'effects'>;
        entries.push({ seq, at, actor, command, effects });
      }
      const last = rows.length === HISTORY_PAGE ? rows.at(-1) : undefined;
      after = last && [last.id];
    }
    return entries.sort((a, b) => a.seq - b.seq);
  }

  incidents({
    instance,
    definition,
    limit,
    after,
  }: {
    readonly instance?: InstanceId;
    readonly definition?: string;
    readonly limit: number;
    readonly after?: readonly (number | string)[];
  }): Promise<IncidentRow[]> {
    return this.#store.select(incidentFamily, {
      where: { ...(instance !== undefined && { instance }), ...(definition !== undefined && { definition }) },
      order: ['instance', 'token', 'node'],
      ...(after !== undefined && { after }),
      limit,
    });
  }
}

function viewOf(row: InstanceRow): InstanceView {
  return { ...row, state: JSON.parse(row.state) as ProcessState };
}
