/** A question that a person answers with yes or no before something is changed. */
import { createInterface } from 'node:readline/promises';
import { MillraceError } from '../../kernel/errors.ts';
import type { Shell } from './shell.ts';

/** Throws `cli.usage` where nobody can answer. */
export async function isWanted({ err }: Pick<Shell, 'err'>, question: string): Promise<boolean> {
  if (!err.isTerminal || !process.stdin.isTTY)
    throw new MillraceError('cli.usage', { problem: 'nobody can be asked here; --yes does without' });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
