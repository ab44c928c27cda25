import { describe, expect, it } from 'vitest';
import { Metrics } from '../kernel/metrics.ts';
import { defineFamily } from './family.ts';
import { EAGER_UNITS, GroupCommit, type UnitResult, unitLists } from './group-commit.ts';
import { storeMetrics } from './metrics.ts';
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
});

describe('the metrics of a store', () => {
  it('count batches, and units by what became of them, and those that wait for the next batch', async () => {
    const metrics = new Metrics();
    const answers: (() => readonly UnitResult[])[] = [
      () => ['ok', 'ok', 'conflict', new Error('a number is too large')],
      () => {
        throw new Error('the disk is full');
      },
    ];
    const write = async (): Promise<readonly UnitResult[]> => answers.shift()?.() ?? [];
    const group = new GroupCommit(unitLists(write), { batchesInFlight: 1, metrics: storeMetrics(metrics) });
    const calls = [1, 2, 3, 4].map((id) => group.commit([unit(id)]));
    expect(linesOf(metrics, 'millrace_store_waiting_units')).toEqual(['millrace_store_waiting_units 4']);
    await Promise.allSettled(calls);
    await Promise.allSettled([group.commit([unit(5), unit(6)])]);
    expect(linesOf(metrics, 'millrace_store_units')).toEqual([
      'millrace_store_units_total{verdict="ok"} 2',
      'millrace_store_units_total{verdict="conflict"} 1',
      'millrace_store_units_total{verdict="failed"} 3',
    ]);
    expect(linesOf(metrics, 'millrace_store_batches')).toEqual([
      'millrace_store_batches_total{result="written"} 1',
      'millrace_store_batches_total{result="failed"} 1',
    ]);
    expect(linesOf(metrics, 'millrace_store_batch_seconds_count')).toEqual(['millrace_store_batch_seconds_count 2']);
    expect(linesOf(metrics, 'millrace_store_waiting_units')).toEqual(['millrace_store_waiting_units 0']);
  });
});

const linesOf = (metrics: Metrics, prefix: string): string[] =>
  metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith(prefix));
