/** The key by which a message finds the one instance that waits for it. */
import { messageOf } from '../../kernel/errors.ts';
import type { Condition } from './definition.ts';
import { type Run, variablesOf } from './run.ts';
import type { Problem, Token } from './state.ts';

/** Without an expression the business key correlates. A key that is no text or number would match by accident. */
export function correlationKey(run: Run, token: Token, expression: Condition | undefined): string | Problem {
  if (expression === undefined) return run.draft.businessKey ?? '';
  try {
    const key = expression.evaluate(variablesOf(run, token));
    if (typeof key === 'string' || typeof key === 'number') return String(key);
    return failed(`The correlation key of "${token.node}" (${expression.text}) is ${JSON.stringify(key)}.`);
  } catch (error) {
    return failed(messageOf(error));
  }
}

const failed = (message: string): Problem => ({ code: 'process.condition-failed', message });
