import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerEntry } from '../../kernel/worker-entry.ts';
import { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { MAX_LEFT_READERS, Reads } from './reads.ts';
import { ThreadLink } from './thread-link.ts';

/** Counts to this number, row by row, without using the file: about a tenth of a second for a million. */
const COUNT = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT max(i) FROM n';
const SLOW = 2_000_000;

describe('reads', () => {
  let directory: string;
  let path: string;
  let writer: Connection;
  let threads: number;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-reads-'));
    path = join(directory, 'plant.db');
    threads = 0;
    writer = new Connection(await loadDriver(), { path, mode: 'write', cacheKib: 1_024 });
    writer.execute('CREATE TABLE t (id INTEGER PRIMARY KEY)');
  });
  afterEach(() => {
    writer.close();
    rmSync(directory, { recursive: true });
  });
  const open = (limitMs?: number) =>
    new Reads((running) => {
      threads += 1;
      return ThreadLink.open(workerEntry(import.meta.url, './reader-thread.ts'), { path, cacheKib: 1_024, running });
    }, limitMs);

  it('answers many reads of one turn, each with its own rows', async () => {
    const reads = open();
    const sums = Array.from({ length: 1_200 }, (_, i) =>
      reads.read('SELECT ? + ?', [
        [i, 1],
        [i, 2],
      ]),
    );
    expect(await Promise.all(sums)).toEqual(sums.map((_, i) => [[[i + 1]], [[i + 2]]]));
    await reads.close();
    expect(threads).toBe(1);
  });

  it('sees what was written before the read was asked', async () => {
    const reads = open();
    for (let id = 0; id < 50; id++) {
      writer.execute(`INSERT INTO t VALUES (${id})`);
      expect(await reads.read('SELECT count(*) FROM t', [[]])).toEqual([[[id + 1]]]);
    }
    await reads.close();
  });

  it('fails only the read that SQLite refuses', async () => {
    const reads = open();
    const bad = reads.read('SELECT 1 FROM nowhere', [[]]);
    const good = reads.read('SELECT 1', [[]]);
    await expect(bad).rejects.toMatchObject({
      code: 'store.read-failed',
      details: { reason: 'no such table: nowhere' },
    });
    expect(await good).toEqual([[[1]]]);
    await reads.close();
  });

  it('fails only the read that is too slow, and answers those behind it on a new thread', async () => {
    const reads = open(100);
    const before = reads.read('SELECT 1', [[]]);
    const slow = reads.read(COUNT, [[SLOW]]);
    const behind = [2, 3, 4].map((value) => reads.read('SELECT ?', [[value]]));
    await expect(slow).rejects.toMatchObject({ code: 'store.query-too-slow', details: { limitMs: 100 } });
    expect(await before).toEqual([[[1]]]);
    expect(await Promise.all(behind)).toEqual([[[[2]]], [[[3]]], [[[4]]]]);
    await reads.close();
    expect(threads).toBe(2);
  });

  it('lets reads wait rather than start threads without end', async () => {
    const reads = open(100);
    const slow = Array.from({ length: MAX_LEFT_READERS + 1 }, () => reads.read(COUNT, [[SLOW]]));
    const last = reads.read('SELECT 7', [[]]);
    expect((await Promise.allSettled(slow)).every(({ status }) => status === 'rejected')).toBe(true);
    expect(await last).toEqual([[[7]]]);
    await reads.close();
  });

  it('tries a new thread after one that did not start', async () => {
    let isBroken = true;
    const reads = new Reads((running) => {
      const file = isBroken ? join(directory, 'nowhere', 'plant.db') : path;
      return ThreadLink.open(workerEntry(import.meta.url, './reader-thread.ts'), {
        path: file,
        cacheKib: 1_024,
        running,
      });
    });
    await expect(reads.read('SELECT 1', [[]])).rejects.toMatchObject({ code: 'store.read-failed' });
    isBroken = false;
    expect(await reads.read('SELECT 1', [[]])).toEqual([[[1]]]);
    await reads.close();
  });

  it('answers what it has taken before it closes, and takes nothing afterwards', async () => {
    const reads = open();
    const taken = Array.from({ length: 20 }, (_, i) => reads.read('SELECT ?', [[i]]));
    const closing = reads.close();
    await expect(reads.read('SELECT 1', [[]])).rejects.toMatchObject({ code: 'store.closed' });
    expect(await Promise.all(taken)).toHaveLength(20);
    await closing;
    await open().close();
  });
});
