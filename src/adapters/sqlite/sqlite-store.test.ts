import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { Metrics } from '../../kernel/metrics.ts';
import { seededRandom } from '../../kernel/random.ts';
import { workerEntry } from '../../kernel/worker-entry.ts';
import { defineFamily, defineLog } from '../../store/family.ts';
import { LOG_START } from '../../store/store.ts';
import { isAbsent, put, type Unit } from '../../store/unit.ts';
import { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { openSqliteStore } from './sqlite-store.ts';

const item = defineFamily({ name: 'item', columns: { id: 'integer', body: 'text' }, key: ['id'] });
const journal = defineLog({ name: 'journal', columns: { item: 'integer' } });
const total = defineFamily({ name: 'total', columns: { name: 'text', items: 'integer' }, key: ['name'] });
const sample = defineFamily({ name: 'sample', area: 'measurements', columns: { id: 'integer' }, key: ['id'] });
const families = [item, journal, total, sample];

const unitOf = (id: number, body = ''): Unit => ({ guards: [isAbsent(item, [id])], writes: [put(item, { id, body })] });

/** A process that commits units and prints the number of each one that it was told is stored. Runs the compiled store. */
const WRITER = `
  const [, directory, families, store, unit] = process.argv;
  const { openSqliteStore } = await import(store);
  const { put, append, add, isAbsent } = await import(unit);
  const [item, journal, total] = JSON.parse(families);
  const clock = { now: Date.now, sleep: () => new Promise(() => {}) };
  const opened = await openSqliteStore({ directory, families: JSON.parse(families), clock });
  let id = await opened.reserveIds(1_000_000);
  const write = async () => {
    for (;;) {
      const own = id++;
      const writes = [put(item, { id: own, body: 'x'.repeat(own % 500) }), append(journal, { item: own }), add(total, ['all'], { items: 1 })];
      const [verdict] = await opened.commit([{ guards: [isAbsent(item, [own])], writes }]);
      if (verdict === 'ok') process.stdout.write(own + '\\n');
    }
  };
  for (let writer = 0; writer < 300; writer++) void write();
`;

describe('sqlite store', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-sqlite-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const open = () => openSqliteStore({ directory, families, clock: systemClock });

  it('counts the units of both files', async () => {
    const metrics = new Metrics();
    const store = await openSqliteStore({ directory, families, clock: systemClock, metrics });
    await store.commit([unitOf(1), { guards: [], writes: [put(sample, { id: 1 })] }]);
    await store.commit([unitOf(1)]);
    await store.close();
    const text = metrics.text();
    expect(text).toContain('millrace_store_units_total{verdict="ok"} 2\n');
    expect(text).toContain('millrace_store_units_total{verdict="conflict"} 1\n');
    expect(text).toContain('millrace_store_batches_total{result="written"} 3\n');
  });

  it('keeps the plant and its measurements in two files, and leaves no logs behind when it is closed', async () => {
    const store = await open();
    await store.commit([unitOf(1), { guards: [], writes: [put(sample, { id: 1 })] }]);
    await store.close();
    await store.close();
    expect(readdirSync(directory).sort()).toEqual(['measurements.db', 'millrace.db']);
  });

  it('fails only the call whose value cannot be stored, however many share the batch', async () => {
    await using store = await open();
    const calls = [unitOf(1), unitOf(2, 'a\0b'), unitOf(3)].map((unit) => store.commit([unit]));
    await expect(calls[1]).rejects.toMatchObject({ code: 'store.invalid-value' });
    expect(await calls[0]).toEqual(['ok']);
    expect(await calls[2]).toEqual(['ok']);
    expect((await store.select(item, { limit: 10 })).map(({ id }) => id)).toEqual([1, 3]);
  });

  it('fails only the call whose row SQLite refuses', async () => {
    await using store = await open();
    const other = new Connection(await loadDriver(), {
      path: join(directory, 'millrace.db'),
      mode: 'write',
      cacheKib: 64,
    });
    other.execute(
      "CREATE TRIGGER poison BEFORE INSERT ON item WHEN new.id = 2 BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    );
    other.close();
    const calls = [1, 2, 3].map((id) => store.commit([unitOf(id)]));
    await expect(calls[1]).rejects.toMatchObject({ code: 'store.write-failed', details: { reason: 'not this one' } });
    expect(await calls[0]).toEqual(['ok']);
    expect(await calls[2]).toEqual(['ok']);
    await expect(store.commit([unitOf(2)])).rejects.toMatchObject({ code: 'store.write-failed' });
  });

  it('refuses a unit of two areas, and families that it was not opened with', async () => {
    await using store = await open();
    const both = { guards: [], writes: [put(item, { id: 1, body: '' }), put(sample, { id: 1 })] };
    await expect(store.commit([both])).rejects.toThrow(TypeError);
    const stranger = defineFamily({ name: 'stranger', columns: { id: 'integer' }, key: ['id'] });
    await expect(store.get(stranger, [1])).rejects.toThrow('the store was opened without stranger');
    await expect(store.tail(item, LOG_START, 1)).rejects.toThrow('item is no log');
    expect(await store.select(item, { limit: 1 })).toEqual([]);
  });

  it('acknowledges nothing that it cannot sync, and trusts that disk no more', async () => {
    const store = await open();
    rmSync(join(directory, 'millrace.db-wal')); // what the owner syncs before its first answer
    const refusal = { code: 'store.write-failed', details: { reason: expect.stringContaining('ENOENT') } };
    await expect(store.commit([unitOf(1)])).rejects.toMatchObject(refusal);
    await expect(store.commit([unitOf(2)])).rejects.toMatchObject(refusal);
    await store.close();
  });

  it('lets a claim go before the commits that wait, and gives every row to one of the claims', async () => {
    await using store = await open();
    await store.commit([unitOf(0, 'new')]);
    const commits = Array.from({ length: 5_000 }, (_, id) => store.commit([unitOf(id + 1, 'new')]));
    let isAllCommitted = false;
    void Promise.all(commits).then(() => {
      isAllCommitted = true;
    });
    const claim = () => store.claim(item, { where: { body: 'new' }, limit: 10_000, set: { body: 'taken' } });
    const first = await claim();
    expect(isAllCommitted).toBe(false);
    expect(first[0]).toEqual({ id: 0, body: 'taken' });
    await Promise.all(commits);
    expect(first.length + (await claim()).length).toBe(5_001);
  });

  it('says why it cannot be opened, and leaves nothing running', async () => {
    await (await open()).close();
    const file = new Connection(await loadDriver(), {
      path: join(directory, 'millrace.db'),
      mode: 'write',
      cacheKib: 64,
    });
    file.execute("UPDATE millrace_meta SET value = 99 WHERE name = 'schema'");
    file.close();
    await expect(open()).rejects.toMatchObject({ code: 'store.newer-schema', details: { found: 99 } });
    expect(readdirSync(directory)).not.toContain('measurements.db-wal');
    const broken = join(directory, 'millrace.db');
    writeFileSync(broken, 'this is not a database, whatever its name says'.repeat(100));
    await expect(open()).rejects.toMatchObject({
      code: 'store.unreachable',
      message: `The store could not be opened (${broken}): file is not a database`,
      details: { file: broken, reason: 'file is not a database' },
    });
  });

  it('has every unit that was acknowledged before a kill, whole, and no half of another', async () => {
    const random = seededRandom(4);
    const acknowledged = new Set<number>();
    for (let round = 0; round < 5; round++) {
      const killAfter = 200 + Math.floor(random() * 4_000);
      const child = startWriter(directory);
      const ended = once(child, 'close');
      let seen = 0;
      for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
        acknowledged.add(Number(line));
        seen += 1;
        if (seen === killAfter) child.kill('SIGKILL');
      }
      await ended;
      expect(seen).toBeGreaterThanOrEqual(killAfter);

      await using store = await open();
      const file = new Connection(await loadDriver(), {
        path: join(directory, 'millrace.db'),
        mode: 'read',
        cacheKib: 64,
      });
      const stored = new Set(file.rows('SELECT id FROM item').map(([id]) => Number(id)));
      expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
      expect(file.rows('SELECT id FROM item EXCEPT SELECT item FROM journal')).toEqual([]);
      expect(file.rows('SELECT count(*), count(DISTINCT item) FROM journal')).toEqual([[stored.size, stored.size]]);
      expect(await store.get(total, ['all'])).toEqual({ name: 'all', items: stored.size });
      expect(file.rows('PRAGMA integrity_check')).toEqual([['ok']]);
      file.close();
    }
  });
});

function startWriter(directory: string): ChildProcess {
  const store = workerEntry(import.meta.url, './sqlite-store.ts').href;
  const unit = workerEntry(import.meta.url, '../../store/unit.ts').href;
  const args = ['--input-type=module', '--eval', WRITER, '--', directory, JSON.stringify(families), store, unit];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}
