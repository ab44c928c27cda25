/**
 * The gate lets blocked jobs in: those of a key when the key has room, in order; the keys of a fair kind in turns, one job
 * each; and a parent when its last child has ended. It looks at what has changed since it looked last, and goes through
 * everything that is blocked little by little, so that nothing stays behind whoever crashed where. Several gates on one
 * store do no harm: each step is guarded by the count it has seen.
 */
import type { NextId } from '../kernel/ids.ts';
import type { Store } from '../store/store.ts';
import { type Guard, isAbsent, isEqual, put, remove, type Unit } from '../store/unit.ts';
import { flowFamily } from './flow.ts';
import { type JobRow, jobFamily } from './job.ts';
import { eventOf } from './job-event.ts';
import type { Jobs } from './jobs.ts';
import type { Kind } from './kind.ts';
import { ALL_KEYS, placeFamily, UNDER_ALL_KEYS, UNDER_KEY } from './place.ts';
import type { JobChange } from './settle.ts';

/** Jobs that one step lets in, and keys or flows that one round looks at. */
export const GATE_BATCH = 100;
/** Sorts behind every rank. */
const HIGHEST = Number.MAX_SAFE_INTEGER;

type GateParts = { readonly store: Store; readonly nextId: NextId; readonly jobs: Jobs };

export class Gate {
  readonly #parts: GateParts;
  /** Where the walk through all blocked jobs goes on: the last kind and key seen. */
  #place: readonly [kind: string, key: string] = ['', ''];
  /** Of kinds whose keys take turns: the key that was let in last. */
  readonly #turns = new Map<string, string>();

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Lets in what may come in; answers whether it was busy enough that the next round should follow at once. */
  async round(): Promise<boolean> {
    const parents = await this.#admitParents();
    const byKind = new Map<string, string[]>();
    for (const [kind, key] of await this.#nextKeys()) byKind.set(kind, [...(byKind.get(kind) ?? []), key]);
    const admitted = await Promise.all(
      Array.from(byKind, ([name, keys]) => {
        const kind = this.#parts.jobs.kinds.of(name);
        return kind.fairWindow === null ? this.#admitInOrder(kind, keys) : this.#admitInTurns(kind, kind.fairWindow);
      }),
    );
    return parents === GATE_BATCH || admitted.some((count) => count > 0);
  }

  /** The next kinds and keys that have blocked jobs, going round. */
  async #nextKeys(): Promise<(readonly [string, string])[]> {
    const keys: (readonly [string, string])[] = [];
    let [kind, key] = this.#place;
    while (keys.length < GATE_BATCH) {
      const [next] = await this.#parts.store.select(jobFamily, {
        where: { state: 'blocked', key: { gt: '' } },
        order: ['kind', 'key', 'rank', 'id'],
        after: [kind, key, HIGHEST, HIGHEST],
        limit: 1,
      });
      if (next === undefined) {
        this.#place = ['', ''];
        return keys;
      }
      kind = next.kind;
      key = next.key ?? '';
      keys.push([kind, key]);
    }
    this.#place = [kind, key];
    return keys;
  }

  /** Lets jobs of each key in as far as it has room; answers how many. */
  async #admitInOrder(kind: Kind, keys: readonly string[]): Promise<number> {
    const { store } = this.#parts;
    const places = await store.getMany(
      placeFamily,
      keys.map((key) => [kind.name, key]),
    );
    const admissions = await Promise.all(
      keys.map(async (key, at) => {
        const seen = places[at]?.used;
        const rows = await this.#blocked(kind, key, Math.min(kind.keyLimit - (seen ?? 0), GATE_BATCH));
        return {
          rows,
          unit: joined([placeTaken([kind.name, key], seen, rows.length), ...rows.map((row) => this.#admission(row))]),
        };
      }),
    );
    const wanted = admissions.filter(({ rows }) => rows.length > 0);
    const verdicts = await store.commit(wanted.map(({ unit }) => unit));
    const admitted = wanted.filter((_, at) => verdicts[at] === 'ok').flatMap(({ rows }) => rows);
    this.#tell(admitted);
    return admitted.length;
  }

  /** One job of each key, as far as the window has room, in one commit; answers how many. */
  async #admitInTurns(kind: Kind, window: number): Promise<number> {
    const { store } = this.#parts;
    const all = (await store.get(placeFamily, [kind.name, ALL_KEYS]))?.used;
    const chosen = await this.#keysInTurn(kind.name, Math.min(window - (all ?? 0), GATE_BATCH));
    const last = chosen.at(-1);
    if (last === undefined) return 0;
    const places = await store.getMany(
      placeFamily,
      chosen.map((key) => [kind.name, key]),
    );
    const rows = (await Promise.all(chosen.map((key) => this.#blocked(kind, key, 1)))).flat();
    if (rows.length === 0) return 0;
    const units = [
      placeTaken([kind.name, ALL_KEYS], all, rows.length),
      ...rows.map((row) => placeTaken([kind.name, row.key ?? ''], places[chosen.indexOf(row.key ?? '')]?.used, 1)),
      // Whoever was let in first is claimed first, whatever its age: else the eldest key would still come first.
      ...rows.map((row) => this.#admission(row, { ...ADMITTED_IN_TURN, rank: this.#parts.nextId() })),
    ];
    const [verdict] = await store.commit([joined(units)]);
    if (verdict !== 'ok') return 0;
    this.#turns.set(kind.name, last);
    this.#tell(rows);
    return rows.length;
  }

  /** The keys of a kind whose turn it is: those behind the last one that was let in, going round. */
  async #keysInTurn(kind: string, count: number): Promise<string[]> {
    const keys: string[] = [];
    let after = this.#turns.get(kind) ?? '';
    for (let isRound = after === ''; keys.length < count; ) {
      const [next] = await this.#parts.store.select(jobFamily, {
        where: { state: 'blocked', kind, key: { gt: '' } },
        order: ['kind', 'key', 'rank', 'id'],
        after: [kind, after, HIGHEST, HIGHEST],
        limit: 1,
      });
      if (next === undefined && isRound) return keys;
      if (next === undefined) {
        isRound = true;
        after = '';
        continue;
      }
      after = next.key ?? '';
      if (keys.includes(after)) return keys;
      keys.push(after);
    }
    return keys;
  }

  #blocked({ name }: Kind, key: string, limit: number): Promise<JobRow[]> {
    if (limit <= 0) return Promise.resolve([]);
    return this.#parts.store.select(jobFamily, {
      where: { state: 'blocked', kind: name, key },
      order: ['kind', 'key', 'rank', 'id'],
      limit,
    });
  }

  #admission(row: JobRow, change: JobChange = ADMITTED): Unit {
    const { store, jobs } = this.#parts;
    return jobs.changes.unitOf(row, { change, verb: 'admit', now: store.now(), actor: 'system' });
  }

  #tell(rows: readonly JobRow[]): void {
    const { store, jobs } = this.#parts;
    jobs.watch.tell(() => rows.map((row) => eventOf(row, ADMITTED, { verb: 'admit', now: store.now() })));
  }

  /** Parents whose children have all ended; answers how many flows it looked at. */
  async #admitParents(): Promise<number> {
    const { store, jobs } = this.#parts;
    const flows = await store.select(flowFamily, {
      where: { pending: { lte: 0 } },
      order: ['pending', 'parent'],
      limit: GATE_BATCH,
    });
    if (flows.length === 0) return 0;
    const parents = await store.getMany(
      jobFamily,
      flows.map(({ parent }) => [parent]),
    );
    await Promise.all(
      flows.map(async (flow, place) => {
        const row = parents[place];
        const gone = remove(flowFamily, [flow.parent]);
        if (row === undefined || row.state !== 'blocked') return store.commit([{ guards: [], writes: [gone] }]);
        const now = store.now();
        const isDead = flow.failsWithChild === 1 && flow.failed > 0;
        const change: JobChange = isDead
          ? { state: 'dead', error: `${flow.failed} of its ${flow.children} children failed.`, settledAt: now }
          : { state: 'ready' };
        const decided = { change, verb: 'admit' as const, now, actor: 'system' };
        return jobs.changes.apply(row, { ...decided, with: [gone] });
      }),
    );
    return flows.length;
  }
}

const ADMITTED: JobChange = { state: 'ready', hasPlace: UNDER_KEY };
const ADMITTED_IN_TURN: JobChange = { state: 'ready', hasPlace: UNDER_ALL_KEYS };

/** So many more at work under a key; guarded by how many there were, undefined: no row. */
function placeTaken([kind, key]: readonly [string, string], seen: number | undefined, more: number): Unit {
  const guard: Guard =
    seen === undefined ? isAbsent(placeFamily, [kind, key]) : isEqual(placeFamily, [kind, key], ['used', seen]);
  return { guards: [guard], writes: [put(placeFamily, { kind, key, used: (seen ?? 0) + more })] };
}

const joined = (units: readonly Unit[]): Unit => ({
  guards: units.flatMap(({ guards }) => guards),
  writes: units.flatMap(({ writes }) => writes),
});
