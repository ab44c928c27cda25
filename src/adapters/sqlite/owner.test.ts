import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineFamily, defineLog } from '../../store/family.ts';
import {
  add,
  append,
  type Guard,
  isAbsent,
  isEqual,
  put,
  remove,
  set,
  type Unit,
  type Write,
} from '../../store/unit.ts';
import { planClaim } from './claim-order.ts';
import { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { CONFLICT, FAILED, Owner, TAKEN } from './owner.ts';
import { Packer } from './packing.ts';
import { migrate } from './schema.ts';
import { tableOf } from './table.ts';

const instance = defineFamily({
  name: 'instance',
  columns: { id: 'integer', version: 'integer', state: 'text' },
  key: ['id'],
});
const output = defineFamily({
  name: 'output',
  columns: { line: 'text', shift: 'integer', good: 'integer', bad: 'integer' },
  key: ['line', 'shift'],
});
const journal = defineLog({ name: 'journal', columns: { body: 'text' } });
const families = [instance, output, journal];

const unit = (...writes: Write[]): Unit => ({ guards: [], writes });
const guarded = (guards: Guard[], ...writes: Write[]): Unit => ({ guards, writes });
const at = (version: number) => isEqual(instance, [1], ['version', version]);

describe('owner', () => {
  let directory: string;
  let connection: Connection;
  let owner: Owner;
  let packer: Packer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-owner-'));
    connection = new Connection(await loadDriver(), {
      path: join(directory, 'plant.db'),
      mode: 'write',
      cacheKib: 1_024,
    });
    const tables = families.map(tableOf);
    migrate(connection, tables);
    owner = new Owner(connection, tables);
    packer = new Packer(new Map(tables.map((table) => [table.family.name, table])));
  });

  afterEach(() => {
    connection.close();
    rmSync(directory, { recursive: true });
  });

  const commit = (...units: Unit[]) => {
    const builder = packer.open();
    packer.add(builder, units);
    const { verdicts, reasons } = owner.commit(packer.finish(builder).batch);
    return { verdicts: [...verdicts], reasons };
  };
  const rows = (sql: string) => connection.rows(sql);
  const changes = () => Number(rows('SELECT total_changes()')[0]?.[0]);

  it('lets every unit of a batch see what the units before it changed', () => {
    const { verdicts } = commit(
      guarded([isAbsent(instance, [1])], put(instance, { id: 1, version: 1, state: 'a' })),
      guarded([isAbsent(instance, [1])], put(instance, { id: 1, version: 9, state: 'late' })),
      guarded([at(1)], set(instance, [1], { version: 2 })),
      guarded([at(1)], set(instance, [1], { version: 9 })),
      guarded([at(2)], set(instance, [1], { state: 'b' })),
      guarded([at(2), isEqual(instance, [1], ['state', 'b'])], set(instance, [1], { version: 3 })),
    );
    expect(verdicts).toEqual([TAKEN, CONFLICT, TAKEN, CONFLICT, TAKEN, TAKEN]);
    expect(rows('SELECT * FROM instance')).toEqual([[1, 3, 'b']]);
  });

  it('looks at the file for a row of which a batch has changed other columns', () => {
    commit(unit(put(instance, { id: 1, version: 1, state: 'a' })));
    const { verdicts } = commit(
      unit(set(instance, [1], { state: 'b' }), set(instance, [2], { state: 'nowhere' })),
      guarded([at(1)]),
      guarded([at(2)]),
      guarded([isEqual(instance, [2], ['state', 'nowhere'])]),
      guarded([isAbsent(instance, [2])]),
    );
    expect(verdicts).toEqual([TAKEN, TAKEN, CONFLICT, CONFLICT, TAKEN]);
  });

  it('remembers what it wrote for the next guards, and forgets it when that is undone', () => {
    commit(unit(put(instance, { id: 1, version: 1, state: 'a' })));
    expect(commit(guarded([at(1)], set(instance, [1], { version: 2 }))).verdicts).toEqual([TAKEN]);
    connection.execute(
      "CREATE TRIGGER poison BEFORE UPDATE ON instance WHEN new.state = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    expect(() => commit(guarded([at(2)], set(instance, [1], { version: 3, state: 'bad' })))).toThrow('no');
    expect(commit(guarded([at(3)]), guarded([at(2)])).verdicts).toEqual([CONFLICT, TAKEN]);
    const two = [
      guarded([at(2)], set(instance, [1], { version: 3 })),
      guarded([at(3)], set(instance, [1], { state: 'bad' })),
    ];
    expect(commit(...two).verdicts).toEqual([TAKEN, FAILED]);
    expect(commit(guarded([at(2)]), guarded([at(3)])).verdicts).toEqual([CONFLICT, TAKEN]);
    expect(commit(unit(remove(instance, [1])), guarded([at(3)])).verdicts).toEqual([TAKEN, CONFLICT]);
    expect(commit(guarded([at(3)], set(instance, [1], { version: 4 })), guarded([at(4)])).verdicts).toEqual([
      CONFLICT,
      CONFLICT,
    ]);
  });

  it('knows that a number above all others is absent, also after the highest was undone or removed', () => {
    const absent = (id: number) => guarded([isAbsent(instance, [id])], put(instance, { id, version: 1, state: 'a' }));
    expect(commit(absent(7), absent(7), absent(5)).verdicts).toEqual([TAKEN, CONFLICT, TAKEN]);
    connection.execute(
      "CREATE TRIGGER poison BEFORE INSERT ON instance WHEN new.id = 9 BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    expect(() => commit(absent(9))).toThrow('no');
    connection.execute('DROP TRIGGER poison');
    expect(commit(absent(9), absent(8), absent(5)).verdicts).toEqual([TAKEN, TAKEN, CONFLICT]);
    expect(commit(unit(remove(instance, [9])), absent(9)).verdicts).toEqual([TAKEN, TAKEN]);
    expect(commit(unit(add(instance, [12], { version: 1 }))).verdicts).toEqual([TAKEN]);
    expect(commit(absent(12)).verdicts).toEqual([CONFLICT]);
  });

  it('writes a row once, however many units of a batch change it', () => {
    commit(unit(put(instance, { id: 1, version: 0, state: 'a' })));
    const before = changes();
    const steps = Array.from({ length: 50 }, (_, version) =>
      guarded([at(version)], set(instance, [1], { version: version + 1 })),
    );
    expect(commit(...steps).verdicts).toEqual(steps.map(() => TAKEN));
    expect(changes() - before).toBe(1);
    expect(rows('SELECT version FROM instance')).toEqual([[50]]);
  });

  it('merges sets of different columns of one row', () => {
    commit(unit(put(instance, { id: 1, version: 0, state: 'a' })));
    const before = changes();
    commit(
      unit(set(instance, [1], { version: 1 })),
      unit(set(instance, [1], { state: 'b' })),
      unit(set(instance, [1], { version: 2 })),
    );
    expect(changes() - before).toBe(1);
    expect(rows('SELECT * FROM instance')).toEqual([[1, 2, 'b']]);
  });

  it('takes a set of no columns and an addition of no amounts for what they say', () => {
    expect(commit(unit(set(instance, [1], {}), add(output, ['x', 1], {}))).verdicts).toEqual([TAKEN]);
    expect(rows('SELECT * FROM instance')).toEqual([]);
    expect(rows('SELECT * FROM output')).toEqual([['x', 1, 0, 0]]);
  });

  it('adds up what many units add to one row, and writes it once', () => {
    commit(unit(put(output, { line: 'old', shift: 1, good: 10, bad: 0 })));
    const before = changes();
    const adders = Array.from({ length: 100 }, (_, place) =>
      unit(add(output, [place % 2 === 0 ? 'old' : 'new', 1], place % 4 < 2 ? { good: 1 } : { bad: 2 })),
    );
    commit(...adders);
    expect(changes() - before).toBe(2);
    expect(rows('SELECT * FROM output ORDER BY line')).toEqual([
      ['new', 1, 25, 50],
      ['old', 1, 35, 50],
    ]);
  });

  it('writes batches of any size, up to more rows than one statement takes', () => {
    for (const count of [1, 2, 31, 32, 33, 63, 100]) {
      const ids = Array.from({ length: count }, (_, id) => id);
      commit(
        ...ids.map((id) => unit(put(instance, { id, version: 0, state: '' }), append(journal, { body: `${count}` }))),
      );
      commit(
        ...ids.map((id) => guarded([isEqual(instance, [id], ['version', 0])], set(instance, [id], { version: count }))),
      );
      expect(rows(`SELECT count(*) FROM instance WHERE version = ${count}`)).toEqual([[count]]);
      expect(rows(`SELECT count(*) FROM journal WHERE body = '${count}'`)).toEqual([[count]]);
      commit(...ids.map((id) => unit(remove(instance, [id]), add(output, ['x', id], { good: 1 }))));
      expect(rows('SELECT count(*) FROM instance')).toEqual([[0]]);
      commit(...ids.map((id) => unit(remove(output, ['x', id]))));
      expect(rows('SELECT count(*) FROM output')).toEqual([[0]]);
    }
  });

  it('fails only the unit whose row SQLite refuses, and takes the others in their order', () => {
    const poison = "WHEN new.body = 'poison' BEGIN SELECT RAISE(ABORT, 'no poison here'); END";
    connection.execute(`CREATE TRIGGER poison BEFORE INSERT ON journal ${poison}`);
    const { verdicts, reasons } = commit(
      unit(put(instance, { id: 1, version: 1, state: 'a' }), append(journal, { body: 'first' })),
      unit(put(instance, { id: 2, version: 1, state: 'lost' }), append(journal, { body: 'poison' })),
      guarded([isAbsent(instance, [2])], put(instance, { id: 2, version: 7, state: 'b' })),
      guarded([at(9)], append(journal, { body: 'poison' })),
      guarded([at(1)], set(instance, [1], { version: 2 }), append(journal, { body: 'last' })),
    );
    expect(verdicts).toEqual([TAKEN, FAILED, TAKEN, CONFLICT, TAKEN]);
    expect(reasons).toEqual(['no poison here']);
    expect(rows('SELECT * FROM instance')).toEqual([
      [1, 2, 'a'],
      [2, 7, 'b'],
    ]);
    expect(rows('SELECT body FROM journal ORDER BY id')).toEqual([['first'], ['last']]);
  });

  it('finds the next unit when one fails in the middle', () => {
    connection.execute(
      "CREATE TRIGGER poison BEFORE INSERT ON output BEGIN SELECT RAISE(ABORT, 'no output here'); END",
    );
    const { verdicts } = commit(
      unit(append(journal, { body: 'first' })),
      unit(add(output, ['x', 1], { good: 1 }), set(output, ['x', 1], { bad: 1 }), append(journal, { body: 'lost' })),
      unit(append(journal, { body: 'last' })),
    );
    expect(verdicts).toEqual([TAKEN, FAILED, TAKEN]);
    expect(rows('SELECT body FROM journal ORDER BY id')).toEqual([['first'], ['last']]);
  });

  it('throws for a unit that is refused and alone, and goes on with the next batch', () => {
    connection.execute(
      "CREATE TRIGGER poison BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'no journal here'); END",
    );
    expect(() =>
      commit(unit(put(instance, { id: 1, version: 1, state: 'a' }), append(journal, { body: 'x' }))),
    ).toThrow('no journal here');
    expect(rows('SELECT * FROM instance')).toEqual([]);
    expect(commit(unit(put(instance, { id: 1, version: 2, state: 'b' }))).verdicts).toEqual([TAKEN]);
    expect(rows('SELECT * FROM instance')).toEqual([[1, 2, 'b']]);
  });

  it('claims rows in order and answers them as they are afterwards', () => {
    commit(...[3, 1, 2].map((id) => unit(put(instance, { id, version: id * 10, state: 'ready' }))));
    const claim = { where: { state: 'ready' }, order: ['-version' as const], limit: 2 };
    const { order, rowsOf } = planClaim(tableOf(instance, 0), {
      ...claim,
      set: { state: 'leased' },
      add: { version: 1 },
    });
    expect(rowsOf(owner.claim(order))).toEqual([
      { id: 3, version: 31, state: 'leased' },
      { id: 2, version: 21, state: 'leased' },
    ]);
    const look = planClaim(tableOf(instance, 0), { ...claim, set: {} });
    expect(look.rowsOf(owner.claim(look.order))).toEqual([{ id: 1, version: 10, state: 'ready' }]);
    expect(rows('SELECT * FROM instance ORDER BY id')).toEqual([
      [1, 10, 'ready'],
      [2, 21, 'leased'],
      [3, 31, 'leased'],
    ]);
  });

  it('compares an epoch that a claim raised with what it is afterwards', () => {
    commit(...[1, 2].map((id) => unit(put(instance, { id, version: 4, state: 'ready' }))));
    const claim = { where: { state: 'ready' }, limit: 9, set: { state: 'leased' }, add: { version: 1 } };
    owner.claim(planClaim(tableOf(instance, 0), claim).order);
    const { verdicts } = commit(
      guarded([isEqual(instance, [1], ['version', 4])], set(instance, [1], { state: 'late' })),
      guarded([isEqual(instance, [2], ['version', 5])], set(instance, [2], { state: 'done' })),
    );
    expect(verdicts).toEqual([CONFLICT, TAKEN]);
    expect(rows('SELECT id, state FROM instance ORDER BY id')).toEqual([
      [1, 'leased'],
      [2, 'done'],
    ]);
  });

  it('sets what all rows get and what each gets, whatever they share', () => {
    const ids = Array.from({ length: 100 }, (_, id) => id);
    commit(...ids.map((id) => unit(put(instance, { id, version: 0, state: '' }))));
    const shapes = [
      (id: number) => ({ version: 1, state: id < 0 ? '' : 'same' }),
      (id: number) => ({ version: id, state: 'a' }),
      (id: number) => ({ version: 2, state: `s${id}` }),
      (id: number) => ({ version: id, state: `s${id}` }),
    ];
    for (const shape of shapes) {
      for (const some of [ids, ids.slice(0, 9), ids.slice(0, 3), ids.slice(5, 6)]) {
        commit(...ids.map((id) => unit(set(instance, [id], { version: -1, state: '-' }))));
        commit(...some.map((id) => unit(set(instance, [id], shape(id)))));
        const expected = ids.map((id) => (some.includes(id) ? { id, ...shape(id) } : { id, version: -1, state: '-' }));
        expect(rows('SELECT id, version, state FROM instance ORDER BY id')).toEqual(
          expected.map(({ id, version, state }) => [id, version, state]),
        );
      }
    }
  });

  it('forgets a claim that SQLite refuses', () => {
    commit(unit(put(instance, { id: 1, version: 1, state: 'ready' })));
    connection.execute(
      "CREATE TRIGGER poison BEFORE UPDATE ON instance BEGIN SELECT RAISE(ABORT, 'no claim here'); END",
    );
    const { order } = planClaim(tableOf(instance, 0), { limit: 1, set: { state: 'leased' } });
    expect(() => owner.claim(order)).toThrow('no claim here');
    expect(commit(guarded([isEqual(instance, [1], ['state', 'ready'])])).verdicts).toEqual([TAKEN]);
  });
});
