import { describe, expect, it } from 'vitest';
import { defineFamily } from './family.ts';
import { EAGER_UNITS, GroupCommit } from './group-commit.ts';
import { MAX_BATCH_UNITS } from './store.ts';
import { put, type Unit } from './unit.ts';

const item = defineFamily({ name: 'item', columns: { id: 'integer' }, key: ['id'] });
const unit = (id: number): Unit => ({ guards: [], writes: [put(item, { id })] });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A writer whose batches are stored when the test says so. */
function openWriter(batchesInFlight: number) {
  const written: { size: number; store: () => void }[] = [];
  const group = new GroupCommit<Unit[]>(
    {
      open: () => [],
      add: (batch, units) => {
        if (units.some(({ writes }) => writes.length === 0)) throw new TypeError('nothing to write');
        batch.push(...units);
      },
      write: (batch) =>
        new Promise((resolve) => {
          written.push({ size: batch.length, store: () => resolve(batch.map(() => 'ok')) });
        }),
    },
    { batchesInFlight },
  );
  const sizes = () => written.map(({ size }) => size);
  return { group, written, sizes };
}

describe('group commit', () => {
  it('puts what is committed in one turn into one batch', async () => {
    const { group, written, sizes } = openWriter(1);
    const calls = [1, 2, 3].map((id) => group.commit([unit(id)]));
    expect(sizes()).toEqual([]);
    await turn();
    expect(sizes()).toEqual([3]);
    written[0]?.store();
    expect(await Promise.all(calls)).toEqual([['ok'], ['ok'], ['ok']]);
  });

  it('hands a batch with enough units over before the turn is over', async () => {
    const { group, sizes } = openWriter(2);
    for (let id = 0; id < EAGER_UNITS + 1; id++) void group.commit([unit(id)]);
    expect(sizes()).toEqual([EAGER_UNITS]);
    await turn();
    expect(sizes()).toEqual([EAGER_UNITS, 1]);
  });

  it('has no more batches under way than it may, and none larger than it may, whatever waits', async () => {
    const { group, written, sizes } = openWriter(1);
    const calls = Array.from({ length: EAGER_UNITS + 2 * MAX_BATCH_UNITS }, (_, id) => group.commit([unit(id)]));
    await turn();
    expect(sizes()).toEqual([EAGER_UNITS]);
    expect(group.waiting).toBe(2 * MAX_BATCH_UNITS);
    for (let at = 0; at < 3; at++) {
      written[at]?.store();
      await turn();
      await turn();
    }
    expect(sizes()).toEqual([EAGER_UNITS, MAX_BATCH_UNITS, MAX_BATCH_UNITS]);
    expect(await Promise.all(calls)).toHaveLength(calls.length);
  });

  it('refuses the call that cannot be stored at once, and goes on with the others', async () => {
    const { group, written, sizes } = openWriter(1);
    const good = group.commit([unit(1)]);
    await expect(group.commit([unit(2), { guards: [], writes: [] }])).rejects.toThrow('nothing to write');
    await turn();
    expect(sizes()).toEqual([1]);
    written[0]?.store();
    expect(await good).toEqual(['ok']);
    await group.close();
  });

  it('tells when everything so far has been handed over, and no sooner', async () => {
    const { group, written } = openWriter(1);
    let isHandedOver = false;
    void group.commit([unit(1)]);
    await turn();
    void group.commit([unit(2)]);
    void group.handedOver().then(() => {
      isHandedOver = true;
    });
    await turn();
    expect(isHandedOver).toBe(false);
    written[0]?.store();
    await turn();
    await turn();
    expect(isHandedOver).toBe(true);
  });
});
