/** Expressions of a definition, evaluated: a value, or a problem that a person can read. */
import { messageOf } from '../../kernel/errors.ts';
import type { Condition, Mapping } from './definition.ts';
import type { Moment } from './span.ts';
import type { Problem, Variables } from './state.ts';

export type Evaluated<Value> =
  | { readonly value: Value; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: Problem };

export function evaluate(at: Moment, expression: Condition, variables: Variables): Evaluated<unknown> {
  try {
    return { value: expression.evaluate(variables, at) };
  } catch (error) {
    return { problem: failed(messageOf(error)) };
  }
}

/** Anything but true – null too – is false. */
export function holds(at: Moment, condition: Condition, variables: Variables): Evaluated<boolean> {
  const { value, problem } = evaluate(at, condition, variables);
  return problem === undefined ? { value: value === true } : { problem };
}

/** All variables of a mapping, each computed from what was there before the mapping. */
export function mapped(at: Moment, mapping: Mapping, variables: Variables): Evaluated<Variables> {
  const set: Record<string, unknown> = {};
  for (const [name, expression] of mapping) {
    const { value, problem } = evaluate(at, expression, variables);
    if (problem !== undefined) return { problem };
    set[name] = value ?? null;
  }
  return { value: set };
}

/** A text, or a number as one. `what` names the thing in the problem. */
export function textFrom(
  at: Moment,
  { what, expression }: { readonly what: string; readonly expression: Condition },
  variables: Variables,
): Evaluated<string> {
  const { value, problem } = evaluate(at, expression, variables);
  if (problem !== undefined) return { problem };
  if (typeof value === 'string' || typeof value === 'number') return { value: String(value) };
  return {
    problem: failed(`${what} (${expression.text}) is ${JSON.stringify(value)}, and must be a text or a number.`),
  };
}

export const failed = (message: string): Problem => ({ code: 'process.condition-failed', message });
