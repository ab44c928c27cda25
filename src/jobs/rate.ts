/**
 * Rate limits by kind, over all workers of all servers: the generic cell rate algorithm, one row a kind. The row says
 * when the next start would be due if all starts so far had been evenly spaced; up to `limit` may run ahead of it.
 * Source: ITU-T I.371, annex A.
 */
import { defineFamily } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { add, isAbsent, isEqual, put } from '../store/unit.ts';
import type { KindSettings } from './kind.ts';

type Rate = NonNullable<KindSettings['rate']>;

export const rateFamily = defineFamily({
  name: 'job_rate',
  columns: {
    kind: 'text',
    /** In microseconds, so that fast rates keep their spacing. */
    nextAt: 'integer',
  },
  key: ['kind'],
});

export class Rates {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** How many of the wanted starts are allowed now; they count from here on. */
  async reserve(kind: string, { limit, perMs }: Rate, wanted: number): Promise<number> {
    const spacing = spacingOf({ limit, perMs });
    for (let tries = 0; tries < 5; tries++) {
      const row = await this.#store.get(rateFamily, [kind]);
      const now = this.#store.now() * 1_000;
      const nextAt = Math.max(row?.nextAt ?? 0, now);
      const allowed = Math.min(wanted, limit, Math.floor((now + perMs * 1_000 - nextAt) / spacing));
      if (allowed <= 0) return 0;
      const guard =
        row === undefined ? isAbsent(rateFamily, [kind]) : isEqual(rateFamily, [kind], ['nextAt', row.nextAt]);
      const after = put(rateFamily, { kind, nextAt: nextAt + allowed * spacing });
      if ((await this.#store.commit([{ guards: [guard], writes: [after] }]))[0] === 'ok') return allowed;
    }
    return 0;
  }

  async giveBack(kind: string, { limit, perMs }: Rate, unused: number): Promise<void> {
    const spacing = spacingOf({ limit, perMs });
    await this.#store.commit([{ guards: [], writes: [add(rateFamily, [kind], { nextAt: -unused * spacing })] }]);
  }
}

/** Rounded down: rounded up, the last of `limit` starts would not fit. */
const spacingOf = ({ limit, perMs }: Rate): number => Math.max(1, Math.floor((perMs * 1_000) / limit));
