/** Asks Python, which has decimals of any number of digits, a calendar and the zones of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('python.py', import.meta.url));
/** Debian's own. */
const PYTHON = '/usr/bin/python3';

export type Question = readonly [kind: 'number' | 'date', name: string, ...operands: (string | number)[]];
export type Answer = string | number | boolean | null;

/** In CI a missing Python is a failure, not a reason to leave a test out. */
export const withoutPython: boolean =
  spawnSync(PYTHON, ['-c', 'import zoneinfo']).status !== 0 && process.env.CI !== 'true';

export function askPython(questions: readonly Question[]): Answer[] {
  const { stdout, stderr, status } = spawnSync(PYTHON, [PROGRAM], {
    input: JSON.stringify(questions),
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Python failed: ${stderr.slice(-2_000)}`);
  return JSON.parse(stdout) as Answer[];
}
