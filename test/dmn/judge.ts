/** Runs the conformance cases of DMN, and says of each whether it passes. */

import { compileModel } from '../../src/feel/dmn/decisions.ts';
import type { DmnModel } from '../../src/feel/dmn/model.ts';
import { readModel } from '../../src/feel/dmn/reading/read-model.ts';
import { openFrame } from '../../src/feel/evaluation/frame.ts';
import { isTemporal } from '../../src/feel/temporal/temporal.ts';
import { formatTemporal } from '../../src/feel/temporal/temporal-text.ts';
import { equals } from '../../src/feel/values/comparison.ts';
import { isNumber } from '../../src/feel/values/number.ts';
import { formatValue } from '../../src/feel/values/text.ts';
import { isContext, isList, own, type Value } from '../../src/feel/values/value.ts';
import { messageOf } from '../../src/kernel/errors.ts';
import type { Suite } from './suite.ts';

export type Verdict = {
  readonly level: string;
  readonly folder: string;
  /** The case and the decision that it asks for. */
  readonly id: string;
  readonly hasPassed: boolean;
  /** What was found and what was expected, where it did not. */
  readonly problem: string;
};

/** At a fixed moment, which the cases ask nothing exact about. */
const CLOCK = { now: Date.UTC(2026, 10, 30, 12), timeZone: 'UTC' };
const FUEL = 10_000_000;

export const judge = (suites: readonly Suite[]): Verdict[] => suites.flatMap(judgeSuite);

function judgeSuite({ level, folder, model, others, cases }: Suite): Verdict[] {
  const known = new Map(others.map(readModel).map((other): [string, DmnModel] => [other.namespace, other]));
  const compiled = compileModel(readModel(model), known);
  return cases.flatMap((each) =>
    each.results.map(({ name, expected }): Verdict => {
      const found = attempt(() => {
        const value = compiled.decide(each.called ?? name, each.input, openFrame({ limit: FUEL, clock: CLOCK }));
        return outputsOf(compiled.model, each.called) > 1 && isContext(value) ? own(value, name) : value;
      });
      const hasPassed = !(found instanceof Failure) && areSame(found, expected);
      const text = found instanceof Failure ? found.message : show(found);
      const problem = hasPassed ? '' : `found ${text}, expected ${show(expected)}`;
      return { level, folder, id: `${each.id} ${name}`, hasPassed, problem };
    }),
  );
}

const outputsOf = ({ services }: DmnModel, called: string | undefined): number =>
  services.find(({ name }) => name === called)?.outputs.length ?? 1;

class Failure extends Error {}

function attempt(run: () => Value): Value | Failure {
  try {
    return run();
  } catch (error) {
    return new Failure(messageOf(error));
  }
}

/** Numbers are compared exactly, up to the digits that a case gives of a result that has no end. */
function areSame(actual: Value, expected: Value): boolean {
  if (isTemporal(expected)) {
    if (!isTemporal(actual) || actual.kind !== expected.kind) return false;
    return 'place' in expected ? formatTemporal(actual) === formatTemporal(expected) : isEqual(actual, expected);
  }
  if (isList(expected)) {
    return (
      isList(actual) &&
      actual.length === expected.length &&
      actual.every((item, index) => areSame(item as Value, expected[index] as Value))
    );
  }
  if (isNumber(expected))
    return isNumber(actual) && (isEqual(actual, expected) || agree(String(actual), String(expected)));
  if (!isContext(expected)) return isEqual(actual, expected);
  return isContext(actual) && Object.keys(expected).every((key) => areSame(own(actual, key), own(expected, key)));
}

/** Cases give the first digits of what has no end, computed with doubles; twelve of them count, or as many as there are. */
const MOST_DIGITS = 12;
const FEWEST_DIGITS = 8;

function agree(actual: string, expected: string): boolean {
  const given = digitsOf(expected);
  if (digitsOf(actual) < 30 || given < FEWEST_DIGITS) return false;
  const tolerance = 10 ** (1 - Math.min(given, MOST_DIGITS));
  return Math.abs(Number(actual) - Number(expected)) <= Math.abs(Number(expected)) * tolerance;
}

const digitsOf = (number: string): number => number.replace(/[^\d]/g, '').replace(/^0+/, '').length;

const isEqual = (left: Value, right: Value): boolean => equals(left, right, openFrame()) === true;

const show = (value: Value): string => formatValue(value, openFrame());
