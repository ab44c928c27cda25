/** Calling a function that is a value: the operands are fitted to its parameters, and its answer to its type. */

import { describeType, fitTo, nameOf } from '../values/types.ts';
import type { FeelFunction, Value } from '../values/value.ts';
import { type Frame, nothing, spend } from './frame.ts';

/** null, with the reason, if the number of operands or one of their types is another. */
export function apply(callee: FeelFunction, operands: readonly Value[], frame: Frame): Value {
  const { parameters, result } = callee;
  spend(frame, 1);
  if (operands.length !== parameters.length) {
    return nothing(frame, 0, () => `${named(callee)} takes ${parameters.length} operands, not ${operands.length}`);
  }
  const fitted: Value[] = [];
  for (const [place, { name, type }] of parameters.entries()) {
    const operand = operands[place] ?? null;
    const value = fitTo(operand, type, frame);
    if (value === undefined) {
      const reason = (): string =>
        `the operand "${name}" of ${named(callee)} is of type ${describeType(type)}, not ${nameOf(operand)}`;
      return nothing(frame, 0, reason);
    }
    fitted.push(value);
  }
  const answer = callee.invoke(fitted, frame);
  const value = fitTo(answer, result, frame);
  if (value !== undefined) return value;
  return nothing(frame, 0, () => `${named(callee)} answers ${describeType(result)}, not ${nameOf(answer)}`);
}

/** As `apply`, with operands by their names; those that are left out are null (DMN 1.5, 10.3.2.13.5). */
export function applyNamed(callee: FeelFunction, named: ReadonlyMap<string, Value>, frame: Frame): Value {
  const { parameters } = callee;
  const unknown = [...named.keys()].find((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown !== undefined) return nothing(frame, 0, () => `there is no operand "${unknown}"`);
  return apply(
    callee,
    parameters.map(({ name }) => named.get(name) ?? null),
    frame,
  );
}

const named = ({ name }: FeelFunction): string => (name === '' ? 'the function' : `"${name}"`);
