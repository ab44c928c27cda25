/** Reads by key that come together: one statement, the right rows for each, and nobody pays for another's mistake. */
import { expect, it } from 'vitest';
import { machine } from '../../testing/store-conformance/parts.ts';
import { KeyReads } from './key-reads.ts';
import { tableOf } from './table.ts';

const table = tableOf(machine, 'millrace');

/** Statements wait until they are let go; the key 13 makes one fail. */
function slowTable() {
  const asked: (readonly number[])[] = [];
  const held: (() => void)[] = [];
  const reads = new KeyReads(table, async (_, keys) => {
    const ids = keys.map(([id]) => Number(id));
    asked.push(ids);
    await new Promise<void>((resolve) => held.push(resolve));
    if (ids.includes(13)) throw new Error('no such key');
    return ids.map((id) => (id === 404 ? undefined : { id }));
  });
  const letGo = async () => {
    await turn();
    for (const go of held.splice(0)) go();
    await turn();
  };
  return { asked, letGo, reads };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));
const rowsOf = (...ids: number[]) => ids.map((id) => ({ id }));

it('those of one turn are one statement, and each caller gets its own rows', async () => {
  const { reads, asked, letGo } = slowTable();
  const both = Promise.all([reads.rows([[1], [404]]), reads.rows([[2]]), reads.rows([])]);
  await letGo();
  expect(await both).toEqual([[{ id: 1 }, undefined], rowsOf(2), []]);
  expect(asked).toEqual([[1, 404, 2]]);
});

it('those that come while two are under way wait for the next, together', async () => {
  const { reads, asked, letGo } = slowTable();
  const all: Promise<unknown>[] = [];
  for (const id of [1, 2, 3, 4]) {
    all.push(reads.rows([[id]]));
    await turn();
  }
  expect(asked).toEqual([[1], [2]]);
  await letGo();
  await letGo();
  expect(asked).toEqual([[1], [2], [3, 4]]);
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4].map((id) => rowsOf(id)));
});

it('when a statement fails each caller is answered alone', async () => {
  const { reads, letGo } = slowTable();
  const [good, bad] = [reads.rows([[1]]), reads.rows([[13]])];
  const failed = expect(bad).rejects.toThrow('no such key');
  await letGo();
  await letGo();
  expect(await good).toEqual(rowsOf(1));
  await failed;
});

it('a statement has 2,000 keys at most, unless one caller asks for more', async () => {
  const { reads, asked, letGo } = slowTable();
  const keys = (count: number) => Array.from({ length: count }, (_, id) => [id + 1_000]);
  const all = [reads.rows(keys(1_500)), reads.rows(keys(600)), reads.rows(keys(3_000))];
  await letGo();
  await letGo();
  await Promise.all(all);
  expect(asked.map(({ length }) => length)).toEqual([1_500, 600, 3_000]);
});

it('its end comes when everybody has been answered', async () => {
  const { reads, letGo } = slowTable();
  const answered: string[] = [];
  for (const id of [1, 2, 3]) {
    void reads.rows([[id]]).then(() => answered.push(`row ${id}`));
    await turn();
  }
  const end = reads.end().then(() => answered.push('end'));
  await letGo();
  await letGo();
  await end;
  expect(answered).toEqual(['row 1', 'row 2', 'row 3', 'end']);
});
