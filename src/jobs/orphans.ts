/**
 * Takes back the questions that nobody needs an answer to any more. Whoever cancels, replays or answers a held job ends its
 * question in the same commit; but an owner withdraws its job without looking at it (owned.ts), and does not know of one.
 * So each question is noted here as long as its job may be held, and the keeper looks after the few that there are.
 */
import type { NextId } from '../kernel/ids.ts';
import { defineFamily, type RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { isEqual, remove, set, type Unit } from '../store/unit.ts';
import { jobFamily } from './job.ts';
import { withdrawn } from './question.ts';

export const heldFamily = defineFamily({
  name: 'job_held',
  columns: { job: 'integer', question: 'integer' },
  key: ['job', 'question'],
});
type HeldRow = RowOf<typeof heldFamily>;

/** Questions that one round looks at. */
export const ORPHANS_BATCH = 100;

export class Orphans {
  readonly #store: Store;
  readonly #nextId: NextId;
  readonly #batch: number;
  /** Where the last round ended. */
  #after: readonly number[] | undefined;

  constructor({ store, nextId }: { readonly store: Store; readonly nextId: NextId }, batch: number = ORPHANS_BATCH) {
    this.#store = store;
    this.#nextId = nextId;
    this.#batch = batch;
  }

  async round(): Promise<void> {
    const held: HeldRow[] = await this.#store.select(heldFamily, {
      order: ['job', 'question'],
      ...(this.#after !== undefined && { after: this.#after }),
      limit: this.#batch,
    });
    const last = held.length === this.#batch ? held.at(-1) : undefined;
    this.#after = last && [last.job, last.question];
    const jobs = await this.#store.getMany(
      jobFamily,
      held.map(({ job }) => [job]),
    );
    const now = this.#store.now();
    const units = held.flatMap(({ job, question }, place): Unit[] => {
      const row = jobs[place];
      const noted = remove(heldFamily, [job, question]);
      if (row === undefined || row.question !== question) return [{ guards: [], writes: [noted] }];
      if (row.state === 'unknown') return [];
      const unasked = set(jobFamily, [job], { question: null });
      return [
        {
          guards: [isEqual(jobFamily, [job], ['epoch', row.epoch]), isEqual(jobFamily, [job], ['question', question])],
          writes: [unasked, withdrawn(question, now, this.#nextId()), noted],
        },
      ];
    });
    await this.#store.commit(units);
  }
}
