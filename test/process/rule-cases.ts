/** Small definitions for tests of the rules, and what is said of them. */
import { expect, it } from 'vitest';
import { isMillraceError } from '../../src/kernel/errors.ts';
import { compileDefinition } from '../../src/process/core/compile.ts';
import type { Breach } from '../../src/process/core/rule.ts';
import { builtInModules } from '../../src/process/modules/built-in.ts';
import { byName, facesOf } from '../../src/process/modules/registry.ts';

export type Json = Readonly<Record<string, unknown>>;

const modules = facesOf(byName(builtInModules));

export function breachesOf(definition: unknown): readonly Breach[] {
  try {
    compileDefinition(definition, 1, { modules, decisions: { get: () => undefined } });
  } catch (error) {
    if (!isMillraceError(error, 'process.invalid-definition')) throw error;
    return error.details.errors as Breach[];
  }
  return [];
}
const rulesOf = (definition: Json): string[] =>
  breachesOf({ key: 'k', ...definition }).map(({ rule, element }) => `${element} ${rule}`);

export const task = (id: string, rest: Json = {}): Json => ({ id, type: 'userTask', role: 'r', ...rest });
export const start = (rest: Json): Json => ({ nodes: [{ id: 's', type: 'start', ...rest }] });
export const caught = (rest: Json): Json => ({ nodes: [{ id: 'c', type: 'catch', ...rest }] });
export const thrown = (rest: Json): Json => ({ nodes: [{ id: 't', type: 'throw', ...rest }] });
export const ends = (rest: Json): Json => ({ nodes: [{ id: 'e', type: 'end', ...rest }] });
export const edge = (...boundary: Json[]): Json => ({ nodes: [task('a', { boundary })] });
export const sub = (id: string, nodes: readonly Json[], rest: Json = {}): Json => ({
  id,
  type: 'subProcess',
  nodes,
  ...rest,
});
export const handler = (id: string, begin: Json): Json => ({
  id,
  type: 'eventSubProcess',
  nodes: [{ id: `${id}.start`, type: 'start', ...begin }],
});
export const behind = (events: readonly Json[], gateway: Json = {}): Json => ({
  nodes: [{ id: 'g', type: 'eventGateway', next: events.map(({ id }) => id), ...gateway }, ...events],
});
export const catchOf = (id: string, rest: Json): Json => ({ id, type: 'catch', ...rest });
export const undoing = (next: unknown, ...others: Json[]): Json => ({
  nodes: [task('a', { boundary: [{ id: 'b', compensate: true, next }] }), ...others],
});
export const undo = (rest: Json = {}): Json => task('u', { forCompensation: true, ...rest });

type Case = readonly [title: string, definition: Json, ...breaches: string[]];

/** A test for each: the breaches of the definition, as "element rule". */
export function hold(cases: readonly Case[]): void {
  it.each(cases.map(([title, definition, ...breaches]) => ({ title, definition, breaches })))(
    '$title',
    ({ definition, breaches }) => {
      expect(rulesOf(definition)).toEqual(breaches);
    },
  );
}
