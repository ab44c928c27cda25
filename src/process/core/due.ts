/** When a task is due, or comes up again: a duration from its offer ("2h", "P1D"), a date and time, or "=" and FEEL for one of both. */

import type { Instant } from '../../kernel/clock.ts';
import { type Conditions, conditionOf } from './conditions.ts';
import type { DueTime } from './definition.ts';
import { type Evaluated, evaluate, failed } from './evaluate.ts';
import { isFormula } from './formulas.ts';
import { addSpan, type Moment, parseInstant } from './span.ts';
import type { Variables } from './state.ts';
import { readTimer } from './timer.ts';

export const dueTimeOf = (text: string, conditions: Conditions): DueTime =>
  isFormula(text) ? { expression: conditionOf(text.slice(1), conditions) } : { text };

/** The sentence that says why it cannot be read; undefined: it can. */
export function dueProblem(text: string): string | undefined {
  const reading = readTimer(formOf(text), text);
  return typeof reading === 'string' ? reading : undefined;
}

const formOf = (text: string): 'at' | 'after' => (/^\d{4}-/.test(text) ? 'at' : 'after');

export function timeOf(at: Moment, due: DueTime, variables: Variables): Evaluated<Instant> {
  if ('text' in due) return instantOf(at, due.text);
  const { value, problem } = evaluate(at, due.expression, variables);
  if (problem !== undefined) return { problem };
  if (typeof value === 'string') return instantOf(at, value);
  return {
    problem: failed(`A task is due by ${due.expression.text}: it is ${JSON.stringify(value)}, and must be a text.`),
  };
}

/** A date that is over is kept as it is: the task is overdue from the beginning. */
function instantOf({ now, timeZone }: Moment, text: string): Evaluated<Instant> {
  const reading = readTimer(formOf(text), text);
  if (typeof reading === 'string') return { problem: failed(reading) };
  if (reading.form === 'after') return { value: addSpan(now, reading.span, timeZone) };
  return { value: parseInstant(text, timeZone) ?? now };
}
