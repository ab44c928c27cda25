/** Log lines of jobs: what a handler says while it works. Capped per job, so that a chatty handler fills no disk. */
import { defineFamily, type RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { put, type Write } from '../store/unit.ts';
import type { JobLine } from './desk.ts';
import { errorText } from './error-text.ts';
import type { JobRow } from './job.ts';

/** Lines a job keeps; later ones are dropped, and the last one says so. */
export const MAX_LINES = 200;

export const lineFamily = defineFamily({
  name: 'job_line',
  columns: { job: 'integer', seq: 'integer', at: 'integer', attempt: 'integer', level: 'text', text: 'text' },
  key: ['job', 'seq'],
});
export type LineRow = RowOf<typeof lineFamily>;

export class JobLines {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async append(additions: readonly { readonly row: JobRow; readonly lines: readonly JobLine[] }[]): Promise<void> {
    const writes: Write[] = [];
    const at = this.#store.now();
    for (const { row, lines } of additions) {
      if (lines.length === 0) continue;
      const [last] = await this.#store.select(lineFamily, { where: { job: row.id }, order: ['-seq'], limit: 1 });
      let seq = last === undefined ? 0 : last.seq + 1;
      for (const { level, text } of lines) {
        if (seq >= MAX_LINES) break;
        const isLast = seq === MAX_LINES - 1;
        const shown = isLast ? `More lines were dropped: a job keeps ${MAX_LINES}.` : errorText(text);
        writes.push(put(lineFamily, { job: row.id, seq: seq++, at, attempt: row.attempt + 1, level, text: shown }));
      }
    }
    if (writes.length > 0) await this.#store.commit([{ guards: [], writes }]);
  }

  list(job: number): Promise<LineRow[]> {
    return this.#store.select(lineFamily, { where: { job }, order: ['seq'], limit: MAX_LINES });
  }
}
