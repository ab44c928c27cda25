/** A CSV file, by the command line: `millrace import monday.csv --device saw-1`. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Client } from '../../src/client/index.ts';
import type { Server } from '../on-a-server.ts';
import { newSaw, readings } from './saw.ts';

const MILLRACE = fileURLToPath(new URL('../../bin/millrace', import.meta.url));

export async function importFile(client: Client, { url, token = '' }: Server): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-import-'));
  try {
    const lines = readings(0, 59).map(({ ts, values }) => `${ts},${values.count},${values.errors}`);
    await writeFile(join(folder, 'monday.csv'), `when,count,errors\n${lines.join('\n')}\n`);
    const words = ['import', 'monday.csv', '--device', await newSaw(client), '--time-column', 'when', '--json'];
    const env = { ...process.env, MILLRACE_URL: url, MILLRACE_TOKEN: token };
    const { stdout } = await promisify(execFile)(MILLRACE, words, { cwd: folder, env });
    return `Imported from a file: ${(JSON.parse(stdout) as { stored: number }).stored} rows.`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
