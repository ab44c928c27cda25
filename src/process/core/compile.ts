/** A definition as people write it → the graph that `advance` walks, or an error that names everything wrong with it. */
import { parseDuration } from '../../kernel/duration.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { conditionsOf } from './conditions.ts';
import type { Definition, StartRule } from './definition.ts';
import { graphOf } from './graph.ts';
import { outlineOf, startsOf } from './outline.ts';
import { parseSource } from './parse.ts';
import type { Breach } from './rule.ts';
import type { DefinitionSource } from './source.ts';
import { validate } from './validate.ts';

/** Breaches that one error carries at most; its count tells of the others. */
export const MAX_BREACHES = 1_000;
const BREACHES_IN_SUMMARY = 3;

/** Throws `process.invalid-definition` with every breach of a rule as `errors`: {rule, element, message}. */
export function compileDefinition(source: unknown, version: number): Definition {
  const parsed = parseSource(source);
  if (!('key' in parsed)) throw invalid(parsed);
  const outline = outlineOf(parsed);
  const conditions = conditionsOf(outline.elements);
  const breaches = validate(outline, conditions);
  if (breaches.length > 0) throw invalid(breaches);
  const { key, name = key, start, startMessage } = parsed;
  return {
    key,
    version,
    name,
    starts: outline.scopes
      .filter(({ depth }) => depth === 0)
      .flatMap((scope) => startsOf(scope, outline))
      .map(({ id }) => id),
    nodes: graphOf(outline, conditions),
    ...(start !== undefined && { start: startRuleOf(start) }),
    ...(startMessage !== undefined && { startMessage }),
  };
}

function startRuleOf({ criteria, mode, within }: NonNullable<DefinitionSource['start']>): StartRule {
  const count = { any: 1, all: criteria.length };
  return { criteria, count: typeof mode === 'number' ? mode : count[mode], withinMs: parseDuration(within) };
}

function invalid(breaches: readonly Breach[]): MillraceError {
  const count = breaches.length;
  const first = breaches.slice(0, BREACHES_IN_SUMMARY).map(({ element, message }) => `${element}: ${message}`);
  const summary = [...first, ...(count > first.length ? [`… and ${count - first.length} more.`] : [])].join(' ');
  return new MillraceError('process.invalid-definition', { count, summary, errors: breaches.slice(0, MAX_BREACHES) });
}
