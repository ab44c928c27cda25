/** Runs models of tests. */
import { expect } from 'vitest';
import { compileModel, type Evaluation } from '../../src/feel/dmn/decisions.ts';
import { readModel } from '../../src/feel/dmn/reading/read-model.ts';
import { isMillraceError } from '../../src/kernel/errors.ts';
import { dmn } from './models.ts';

export const compiled = (...content: string[]) => compileModel(readModel(dmn(content.join('\n'))));

/** The value of the decision "x", of a model without problems. */
export function answerTo(content: readonly string[], given: Record<string, unknown> = {}, wanted = 'x'): unknown {
  const model = compiled(...content);
  expect(model.problems).toEqual([]);
  return model.evaluate({ decision: wanted, input: given }).value;
}

export const told = (content: readonly string[], given: Record<string, unknown> = {}): Evaluation =>
  compiled(...content).evaluate({ decision: 'x', input: given, trace: true });

export const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return isMillraceError(error) ? error.code : String(error);
  }
  return 'nothing was thrown';
};
