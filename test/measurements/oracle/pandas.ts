/** Debian's pandas and NumPy: they say what a statistic is, without a line of the product. */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Debian's own; another one in the PATH does not know Debian's packages. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('./statistics.py', import.meta.url));
const MAX_ANSWER_BYTES = 50_000_000;

/** In CI a missing pandas is a failure, not a reason to leave a test out. */
export const withoutPandas: boolean =
  spawnSync(PYTHON, ['-c', 'import pandas']).status !== 0 && process.env.CI !== 'true';
export const PANDAS_IS_MISSING = 'python3-pandas is not installed: statistics are not held against it';

export type Series = {
  readonly at: readonly number[];
  /** Null: there is no value. */
  readonly values: readonly (number | null)[];
};
export type Question = Series & {
  readonly windowRows: number;
  readonly alpha: number;
  readonly shares: readonly number[];
  readonly windowMs: number;
  readonly bucketMs: number;
  readonly maxGapMs: number;
};
/** Null: not a number. */
export type Answers = Readonly<Record<string, readonly (number | null)[]>>;

export function askPandas(question: Question): Promise<Answers> {
  return new Promise((resolve, reject) => {
    const child = execFile(PYTHON, [SCRIPT], { maxBuffer: MAX_ANSWER_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Answers);
      else reject(new Error(stderr, { cause: error }));
    });
    child.stdin?.end(JSON.stringify(question));
  });
}
