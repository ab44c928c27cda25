/**
 * The lock of a data directory: one live server has it. It is a transaction held open on a database of its own, so the
 * operating system gives it back whenever the process ends, also by `kill -9`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import { loadDriver } from './driver.ts';

/** Throws `config.memory-broker-is-single-process` while another process has the directory. */
export async function lockDirectory(directory: string): Promise<Service> {
  mkdirSync(directory, { recursive: true });
  const { DatabaseSync } = await loadDriver();
  const holderFile = join(directory, 'lock.pid');
  const database = new DatabaseSync(join(directory, 'lock.db'), { readOnly: false });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new MillraceError(
      'config.memory-broker-is-single-process',
      { holder: holderOf(holderFile), data: directory },
      { cause: error },
    );
  }
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
