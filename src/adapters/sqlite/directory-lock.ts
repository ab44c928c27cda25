/**
 * The lock of a data directory: one live server has it. It is a transaction held open on a database of its own, so the
 * operating system gives it back whenever the process ends, also by `kill -9`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import { type Database, isBusy, loadDriver } from './driver.ts';

/** Throws `config.memory-broker-is-single-process` while another process has the directory, and `store.unreachable`. */
export async function lockDirectory(directory: string): Promise<Service> {
  const { DatabaseSync } = await loadDriver();
  const holderFile = join(directory, 'lock.pid');
  const file = join(directory, 'lock.db');
  let opened: Database | undefined;
  try {
    opened = new DatabaseSync(file, { readOnly: false });
    opened.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    opened?.close();
    if (!isBusy(error))
      throw new MillraceError('store.unreachable', { file, reason: messageOf(error) }, { cause: error });
    const facts = { holder: holderOf(holderFile), data: directory, reason: 'SQLite is for one process' };
    throw new MillraceError('config.memory-broker-is-single-process', facts, { cause: error });
  }
  const database = opened;
  writeFileSync(holderFile, `process ${process.pid}`);
  return service({}, async () => {
    database.exec('ROLLBACK');
    database.close();
  });
}

function holderOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return 'unknown';
  }
}
