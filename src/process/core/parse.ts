/** Unknown JSON → a definition as the schema knows it, or what is wrong with it. */
import { plainWords } from '../../kernel/plain-words.ts';
import type { Breach } from './rule.ts';
import { schemaBreaches } from './schema-breach.ts';
import { type DefinitionSource, definitionSource } from './source.ts';
import { UNSAFE_KEY } from './source-parts.ts';

/** Deeper JSON would exhaust the stack of the schema, so it is counted first, without recursion. */
const MAX_JSON_DEPTH = 300;

export function parseSource(source: unknown): DefinitionSource | readonly Breach[] {
  if (isDeeperThan(MAX_JSON_DEPTH, source)) {
    const message = `The JSON is nested more than ${MAX_JSON_DEPTH} levels deep.`;
    return [{ rule: 'limits.depth', element: 'definition', message }];
  }
  const holders = holdersOfUnsafeKey(source);
  if (holders.length > 0) return holders;
  const current = withoutOldTypes(source);
  const { success, data, error } = definitionSource.safeParse(current, { error: plainWords });
  return success ? data : schemaBreaches(error.issues, current);
}

/** The schema would drop such a key without a word. */
function holdersOfUnsafeKey(source: unknown): Breach[] {
  const breaches: Breach[] = [];
  let level: { readonly value: unknown; readonly element: string }[] = [{ value: source, element: 'definition' }];
  while (level.length > 0) {
    level = level.flatMap(({ value, element: around }) => {
      if (typeof value !== 'object' || value === null) return [];
      const name = 'id' in value ? value.id : 'key' in value ? value.key : undefined;
      const element = typeof name === 'string' ? name.slice(0, 100) : around;
      const message = `"${UNSAFE_KEY}" is no name; objects have it already.`;
      if (Object.hasOwn(value, UNSAFE_KEY)) breaches.push({ rule: 'schema.definition', element, message });
      return Object.values(value).map((inside) => ({ value: inside, element }));
    });
  }
  return breaches;
}

function isDeeperThan(limit: number, source: unknown): boolean {
  let level: unknown[] = [source];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}

/** Definitions of the first release had a type for each catching event; stored ones still do. */
function withoutOldTypes(source: unknown): unknown {
  if (Array.isArray(source)) return source.map(withoutOldTypes);
  if (typeof source !== 'object' || source === null || !('nodes' in source)) return renamed(source);
  const { nodes } = source;
  return { ...renamed(source), nodes: Array.isArray(nodes) ? nodes.map(withoutOldTypes) : nodes };
}

function renamed<Source>(node: Source): Source | Record<string, unknown> {
  if (typeof node !== 'object' || node === null || !('type' in node)) return node;
  if (node.type === 'messageCatch') return { ...node, type: 'catch' };
  if (node.type !== 'timerCatch' || !('after' in node)) return node;
  const { after, ...rest } = node;
  return { ...rest, type: 'catch', timer: after };
}
