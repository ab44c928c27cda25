/**
 * Retention: forgets instances that ended long ago, and the eldest ended ones of a definition whose history takes too many
 * bytes; with each its history. It walks all instances by their ids, a bite at a time, and comes back to the beginning; so
 * no index is needed for it, and dropping history never blocks the engine. An instance with something that is still to be
 * tried again is kept. What else belonged to it goes by a walk of its own (`Traces`).
 */
import { readKeptBytes, statisticFamily } from '../../jobs/statistics.ts';
import { formatInstanceId, type InstanceId } from '../../kernel/ids.ts';
import { plantFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { add, type Guard, isEqual, remove, type Unit, type Write } from '../../store/unit.ts';
import type { ProcessState } from '../core/state.ts';
import { subjectOfActivities, subjectOfInstances } from './counted.ts';
import { type InstanceRow, instanceFamily } from './families.ts';

/** Instances that one bite looks at, and entries of their histories that it forgets at most. */
export const RETENTION_BATCH = 200;
export const RETENTION_ENTRIES = 2_000;
const MINUTE_MS = 60_000;

export type RetentionParts = {
  readonly store: Store;
  /** An ended instance is kept so long. */
  readonly keepMs: number;
  /** And its history only as long as those of its definition take no more than this. */
  readonly keepBytes: number;
};

type Entry = { readonly id: number; readonly subject: string; readonly body: string };

export class Retention {
  readonly #parts: RetentionParts;
  #after = -1;
  /** By definition: bytes that are to go. Counted anew for each walk. */
  #excess = new Map<string, number>();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** One bite; answers whether the walk is not at its end yet. */
  async round(): Promise<boolean> {
    const { store, keepMs, keepBytes } = this.#parts;
    if (this.#after === -1) {
      const taken = await historyBytes(store);
      this.#excess = new Map(Array.from(taken, ([definition, bytes]) => [definition, bytes - keepBytes]));
    }
    const rows = await store.select(instanceFamily, {
      order: ['id'],
      after: [this.#after],
      limit: RETENTION_BATCH,
    });
    const oldest = store.now() - keepMs;
    const candidates = rows.filter(
      (row) => isOver(row) && ((row.endedAt ?? 0) < oldest || (this.#excess.get(row.definition) ?? 0) > 0),
    );
    const isDone = candidates.length === 0 || (await this.#forget(candidates, oldest));
    // Whose history takes more than one bite is looked at again.
    if (isDone) this.#after = rows.length < RETENTION_BATCH ? -1 : (rows.at(-1)?.id ?? -1);
    return !isDone || this.#after >= 0;
  }

  /** Answers whether nothing of them was left for the next bite. */
  async #forget(candidates: readonly InstanceRow[], oldest: number): Promise<boolean> {
    const { store } = this.#parts;
    const entries: Entry[] = await store.select(plantFeed, {
      where: { subject: { in: candidates.map(({ id }) => formatInstanceId(id as InstanceId)) } },
      order: ['subject', 'id'],
      limit: RETENTION_ENTRIES,
    });
    const isWhole = entries.length < RETENTION_ENTRIES;
    const lastSubject = entries.at(-1)?.subject;
    const bySubject = new Map<string, Entry[]>(entries.map(({ subject }) => [subject, []]));
    for (const entry of entries) bySubject.get(entry.subject)?.push(entry);
    const units: Unit[] = [];
    for (const row of candidates) {
      const subject = formatInstanceId(row.id as InstanceId);
      const excess = this.#excess.get(row.definition) ?? 0;
      if ((row.endedAt ?? 0) >= oldest && excess <= 0) continue;
      const own = bySubject.get(subject) ?? [];
      // The answer is in the order of subjects and may end in the midst of one, or before it: those keep their row.
      const isAll = isWhole || (own.length > 0 && subject !== lastSubject);
      if (own.length === 0 && !isAll) continue;
      const bytes = own.reduce((sum, { body }) => sum + body.length, 0);
      this.#excess.set(row.definition, excess - bytes);
      units.push(forgotten(row, { entries: own, bytes, isAll, now: store.now() }));
    }
    await store.commit(units);
    return isWhole;
  }
}

/** A change meanwhile, such as a job beside it that is tried again, keeps an instance. */
function forgotten(
  { id, definition, stamp }: InstanceRow,
  {
    entries,
    bytes,
    isAll,
    now,
  }: { readonly entries: readonly Entry[]; readonly bytes: number; readonly isAll: boolean; readonly now: number },
): Unit {
  const guards: Guard[] = [isEqual(instanceFamily, [id], ['stamp', stamp])];
  const writes: Write[] = entries.map((entry) => remove(plantFeed, [entry.id]));
  if (isAll) writes.push(remove(instanceFamily, [id]));
  if (bytes > 0)
    writes.push(
      add(statisticFamily, [subjectOfInstances(definition), Math.floor(now / MINUTE_MS)], { keptBytes: -bytes }),
    );
  return { guards, writes };
}

/** It has ended, and nothing of it waits to be tried again. */
function isOver({ status, state }: InstanceRow): boolean {
  return status !== 'active' && ((JSON.parse(state) as ProcessState).failures ?? []).length === 0;
}

/** What the histories of each definition take, counted with its activities and else of its instances. */
export async function historyBytes(store: Store): Promise<ReadonlyMap<string, number>> {
  const taken = new Map<string, number>();
  for (const prefix of [subjectOfInstances(''), subjectOfActivities('')]) {
    for (const [subject, bytes] of await readKeptBytes(store, prefix)) {
      const [definition = ''] = subject.slice(prefix.length).split('/');
      taken.set(definition, (taken.get(definition) ?? 0) + bytes);
    }
  }
  return taken;
}
