/**
 * One thing that BPMN 2.0 can say, what this product makes of it, and the proof. `features.test.ts` runs the proofs,
 * `scripts/bpmn-page.ts` makes docs/reference/bpmn.md of the same list: the page says nothing that was not run.
 */
import { deepEqual, equal, fail, ok } from 'node:assert/strict';
import { isMillraceError } from '../../../src/kernel/errors.ts';
import { compileDefinition } from '../../../src/process/core/compile.ts';
import type { RuleId } from '../../../src/process/core/rule.ts';
import type { ProcessDefinition } from '../../../src/process/define-process.ts';
import { type ProcessRun, type RunOptions, runProcess } from '../../../src/testing/run-process.ts';

type Words = {
  /** As BPMN calls it. */
  readonly element: string;
  readonly attribute?: string;
  /** How the definition says it; code in backticks. */
  readonly json: string;
  /** What the proof shows: a sentence without its subject, which is the element. */
  readonly name: string;
};

export type Feature = Words & { readonly prove: () => void } & (
    | { readonly support: 'yes' | 'kept'; readonly rule?: undefined }
    | { readonly support: 'refused'; readonly rule: RuleId }
  );

export type Area = { readonly title: string; readonly features: readonly Feature[] };

/** It runs. */
export const runs = (words: Words & { readonly prove: () => void }): Feature => ({ ...words, support: 'yes' });

/** It is a mistake, or cannot be done here: a definition with it cannot be deployed. */
export const refused = (
  words: Words & { readonly rule: RuleId; readonly nodes?: readonly Source[]; readonly rest?: Source },
): Feature => {
  const { nodes = [], rest = {}, ...feature } = words;
  return { ...feature, support: 'refused', prove: () => isRefused({ ...rest, nodes }, feature.rule) };
};

type Source = Readonly<Record<string, unknown>>;

/** As JSON, which knows no undefined. */
const definitionOf = (nodes: readonly Source[], rest: Source = {}) =>
  JSON.parse(JSON.stringify({ key: 'p', ...rest, nodes })) as ProcessDefinition;

/** Starts an instance of a definition of these nodes. */
export const run = (
  nodes: readonly Source[],
  { rest, ...options }: RunOptions & { readonly rest?: Source } = {},
): ProcessRun => runProcess(definitionOf(nodes, rest), options);

export const compiled = (nodes: readonly Source[], rest: Source = {}) =>
  compileDefinition(definitionOf(nodes, rest), 1);

type Shape = { readonly id: string; readonly [field: string]: unknown };

/** A step that waits until the proof completes it. */
export const step = (id: string, more: Source = {}): Shape => ({ id, type: 'userTask', role: 'operator', ...more });
export const job = (id: string, more: Source = {}): Shape => ({ id, type: 'job', kind: 'k', ...more });
export const end = (id = 'end', more: Source = {}): Shape => ({ id, type: 'end', ...more });

/** Exactly these nodes have something that waits; without any: the instance has ended. */
export function waits(instance: ProcessRun, ...nodes: readonly string[]): void {
  deepEqual(instance.waitsAt, nodes.toSorted());
  equal(instance.status, nodes.length === 0 ? 'completed' : 'active');
}

export const went = (instance: ProcessRun, ...path: readonly string[]): void => deepEqual(instance.path, path);

/** The variables of the instance have at least these values. */
export function knows(instance: ProcessRun, variables: Source): void {
  const found = Object.fromEntries(Object.keys(variables).map((name) => [name, instance.variables[name]]));
  deepEqual(found, variables);
}

export const isStuck = (instance: ProcessRun, at: string, code: string): void =>
  deepEqual(
    instance.incidents.map((incident) => [incident.at, incident.code]),
    [[at, code]],
  );

export function isRefused(source: Source, rule: RuleId): void {
  try {
    compileDefinition({ key: 'p', ...source }, 1);
  } catch (error) {
    if (!isMillraceError(error, 'process.invalid-definition')) throw error;
    const { errors } = error.details as { readonly errors: readonly { readonly rule: string }[] };
    ok(
      errors.some((breach) => breach.rule === rule),
      `${rule} was expected: ${error.message}`,
    );
    return;
  }
  fail(`${rule} was expected, and the definition was taken`);
}
