/**
 * A POST with an `Idempotency-Key` is done once, however often it comes: the first answer is given to every repeat.
 *
 *   absent    the first call writes a pending record, guarded by "not there", before anything else happens.
 *   pending   that call is under way. A repeat gets 409 `request.in-progress`. After PENDING_MS the call is taken for dead
 *             (its process crashed between the record and the answer) and a repeat may take the record over and try again;
 *             a task that was completed meanwhile then answers 409 `task.already-done`, as its own guard sees to it.
 *   done      the answer is kept for KEPT_MS and given to each repeat with the same body; another body gets 422.
 *
 * A call that failed is forgotten: it changed nothing, so that the same key may be used for the next try.
 */
import { createHash } from 'node:crypto';
import { MillraceError } from '../../kernel/errors.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import type { Store } from '../../store/store.ts';
import { isAbsent, isEqual, put, remove, set } from '../../store/unit.ts';

export const KEPT_MS = 24 * 3_600_000;
export const PENDING_MS = 60_000;
/** Records that are over are removed by whoever writes new ones: so many at a time, each so many calls. */
const SWEEP_EVERY = 64;
const SWEEP_BATCH = 256;

export const idempotencyFamily = defineFamily({
  name: 'idempotency',
  columns: {
    key: 'text',
    actor: 'text',
    /** Method and address. */
    route: 'text',
    bodyHash: 'text',
    /** pending or done. */
    state: 'text',
    /** Changes when the record is taken over, so that who was taken for dead cannot finish it. */
    stamp: 'integer',
    /** JSON. */
    answer: 'text?',
    at: 'integer',
  },
  key: ['key', 'actor', 'route'],
  indexes: [{ columns: ['at'] }],
});
type Row = RowOf<typeof idempotencyFamily>;

export type OnceRequest = {
  readonly key: string;
  readonly actor: string;
  readonly route: string;
  readonly body: unknown;
};
export type Once = { readonly value: unknown; readonly isRepeat: boolean };

export class Idempotency {
  readonly #store: Store;
  #calls = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Runs `run` unless this request was answered before. Throws `request.idempotency-mismatch` and `request.in-progress`. */
  async once(request: OnceRequest, run: () => Promise<unknown>): Promise<Once> {
    await this.#sweep();
    const bodyHash = createHash('sha256')
      .update(JSON.stringify(request.body ?? null))
      .digest('base64url');
    const begun = await this.#begin(request, bodyHash);
    if ('answer' in begun)
      return { value: begun.answer === null ? undefined : JSON.parse(begun.answer), isRepeat: true };
    const key = [request.key, request.actor, request.route];
    const guards = [isEqual(idempotencyFamily, key, ['stamp', begun.stamp])];
    try {
      const value = await run();
      const answer = value === undefined ? null : JSON.stringify(value);
      await this.#store.commit([{ guards, writes: [set(idempotencyFamily, key, { state: 'done', answer })] }]);
      return { value, isRepeat: false };
    } catch (error) {
      await this.#store.commit([{ guards, writes: [remove(idempotencyFamily, key)] }]).catch(() => []); // then it runs out by itself
      throw error;
    }
  }

  async #begin(
    { key, actor, route }: OnceRequest,
    bodyHash: string,
  ): Promise<{ readonly stamp: number } | { readonly answer: string | null }> {
    const place = [key, actor, route];
    const now = this.#store.now();
    const pending = { key, actor, route, bodyHash, state: 'pending', answer: null, at: now };
    const [first] = await this.#store.commit([
      { guards: [isAbsent(idempotencyFamily, place)], writes: [put(idempotencyFamily, { ...pending, stamp: 1 })] },
    ]);
    if (first === 'ok') return { stamp: 1 };
    const row = await this.#store.get(idempotencyFamily, place);
    if (row === undefined) throw new MillraceError('request.in-progress', { key });
    if (!isOver(row, now)) {
      if (row.bodyHash !== bodyHash) throw new MillraceError('request.idempotency-mismatch', { key });
      if (row.state === 'done') return { answer: row.answer };
      throw new MillraceError('request.in-progress', { key });
    }
    const stamp = row.stamp + 1;
    const [taken] = await this.#store.commit([
      {
        guards: [isEqual(idempotencyFamily, place, ['stamp', row.stamp])],
        writes: [put(idempotencyFamily, { ...pending, stamp })],
      },
    ]);
    if (taken === 'conflict') throw new MillraceError('request.in-progress', { key });
    return { stamp };
  }

  async #sweep(): Promise<void> {
    this.#calls += 1;
    if (this.#calls % SWEEP_EVERY !== 0) return;
    const over = await this.#store.select(idempotencyFamily, {
      where: { at: { lt: this.#store.now() - KEPT_MS } },
      order: ['at'],
      limit: SWEEP_BATCH,
    });
    await this.#store.commit(
      over.map(({ key, actor, route, stamp }) => ({
        guards: [isEqual(idempotencyFamily, [key, actor, route], ['stamp', stamp])],
        writes: [remove(idempotencyFamily, [key, actor, route])],
      })),
    );
  }
}

const isOver = ({ state, at }: Row, now: number): boolean => now - at >= (state === 'done' ? KEPT_MS : PENDING_MS);
