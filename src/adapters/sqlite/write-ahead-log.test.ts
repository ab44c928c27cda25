import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from './connection.ts';
import { type Driver, loadDriver } from './driver.ts';
import { checkpoint, WriteAheadLog } from './write-ahead-log.ts';

const LIMIT_BYTES = 100_000;

describe('write-ahead log', () => {
  let directory: string;
  let path: string;
  let driver: Driver;
  let writer: Connection;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-log-'));
    path = join(directory, 'plant.db');
    driver = await loadDriver();
    writer = new Connection(driver, { path, mode: 'write', cacheKib: 1_024 });
    writer.execute('CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)');
  });
  afterEach(() => {
    writer.close();
    rmSync(directory, { recursive: true });
  });
  const logBytes = () => statSync(`${path}-wal`).size;
  const write = () => writer.execute(`INSERT INTO t (body) VALUES ('${'x'.repeat(10_000)}')`);

  it('is emptied by the owner when it has reached its limit, and not before', () => {
    const log = new WriteAheadLog(writer, logBytes, LIMIT_BYTES);
    let longest = 0;
    for (let step = 0; step < 100; step++) {
      write();
      longest = Math.max(longest, logBytes());
      log.limit();
    }
    expect(longest).toBeGreaterThanOrEqual(LIMIT_BYTES);
    expect(longest).toBeLessThan(1.5 * LIMIT_BYTES);
    expect(writer.rows('SELECT count(*) FROM t')).toEqual([[100]]);
  });

  it('begins again after a rewind, without growing', () => {
    const log = new WriteAheadLog(writer, logBytes);
    for (let step = 0; step < 10; step++) write();
    const before = logBytes();
    expect(log.rewind()).toBe(true);
    for (let step = 0; step < 5; step++) write();
    expect(logBytes()).toBe(before);
    expect(checkpoint(writer, 'PASSIVE').pages).toBeLessThan(50);
  });

  it('waits for no reader, and is emptied when the reader is gone', () => {
    const log = new WriteAheadLog(writer, logBytes, LIMIT_BYTES);
    const reader = new Connection(driver, { path, mode: 'read', cacheKib: 1_024 });
    write();
    reader.execute('BEGIN');
    expect(reader.rows('SELECT count(*) FROM t')).toEqual([[1]]);
    write();
    expect(log.rewind()).toBe(false);
    expect(log.empty()).toBe(false);
    expect(reader.rows('SELECT count(*) FROM t')).toEqual([[1]]);
    reader.execute('COMMIT');
    expect(log.empty()).toBe(true);
    expect(logBytes()).toBe(0);
    reader.close();
  });
});
