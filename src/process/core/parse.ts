/** Unknown JSON → a definition as the schema knows it, or what is wrong with it. */
import { plainWords } from '../../kernel/plain-words.ts';
import type { Breach } from './rule.ts';
import { schemaBreaches } from './schema-breach.ts';
import { type DefinitionSource, definitionSource } from './source.ts';

/** Deeper JSON would exhaust the stack of the schema, so it is counted first, without recursion. */
const MAX_JSON_DEPTH = 100;

export function parseSource(source: unknown): DefinitionSource | readonly Breach[] {
  if (isDeeperThan(MAX_JSON_DEPTH, source)) {
    const message = `The JSON is nested more than ${MAX_JSON_DEPTH} levels deep.`;
    return [{ rule: 'limits.depth', element: 'definition', message }];
  }
  const { success, data, error } = definitionSource.safeParse(source, { error: plainWords });
  return success ? data : schemaBreaches(error.issues, source);
}

function isDeeperThan(limit: number, source: unknown): boolean {
  let level: unknown[] = [source];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}
