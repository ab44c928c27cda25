/**
 * JSON Schemas as part of a larger document. What apps say of their bodies comes from other programs, so only keywords of
 * JSON Schema draft-07 with values of their type are kept; references inside of a schema are pointed to where the schema
 * stands in the document, and those that lead elsewhere are left open, so that nobody who reads it fetches anything.
 */

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Levels of a schema that are shown; what is deeper may be anything. */
export const MAX_SCHEMA_DEPTH = 64;

type Place = { readonly root: unknown; readonly at: string; readonly depth: number };
type Keyword = (value: unknown, place: Place) => unknown;

/** The schema as it may stand under `at`, a JSON pointer such as `#/components/schemas/Order`. */
export const payloadSchema = (schema: unknown, at: string): JsonSchema =>
  placed(schema, { root: schema, at, depth: 0 });

function placed(schema: unknown, { root, at, depth }: Place): JsonSchema {
  if (!isObject(schema) || depth > MAX_SCHEMA_DEPTH) return schema === false ? { not: {} } : {};
  const place = { root, at, depth: depth + 1 };
  if (typeof schema.$ref === 'string') return besideReference(schema, referenceIn(schema.$ref, place), place);
  return keptOf(schema, place);
}

function keptOf(schema: JsonSchema, place: Place): JsonSchema {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    const known = KEYWORDS.get(name)?.(value, place);
    if (known !== undefined) kept[name] = known;
  }
  return kept;
}

/** Beside a reference only the parts count that others refer to. A whole schema that means only itself means nothing. */
function besideReference({ $ref, definitions, $defs }: JsonSchema, reference: JsonSchema, place: Place): JsonSchema {
  const parts = keptOf({ definitions, $defs }, place);
  const isLoop = $ref === '#' && place.depth === 1;
  if (Object.keys(parts).length === 0) return isLoop ? {} : reference;
  return isLoop ? parts : { ...parts, allOf: [reference] };
}

/** `#` and `#/definitions/Node` mean the schema itself and a part of it. */
function referenceIn(reference: string, { root, at }: Place): JsonSchema {
  if (reference === '#') return { $ref: at };
  const [, group = '', name = ''] = /^#\/(definitions|\$defs)\/([^/%~]+)$/.exec(reference) ?? [];
  const parts = isObject(root) ? root[group] : undefined;
  return isObject(parts) && Object.hasOwn(parts, name) ? { $ref: `${at}/${group}/${name}` } : {};
}

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text: Keyword = (value) => (typeof value === 'string' ? value : undefined);
const flag: Keyword = (value) => (typeof value === 'boolean' ? value : undefined);
const number: Keyword = (value) => (typeof value === 'number' ? value : undefined);
const size: Keyword = (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined);
const above0: Keyword = (value) => (typeof value === 'number' && value > 0 ? value : undefined);
const data: Keyword = (value) => value;
const list: Keyword = (value) => (Array.isArray(value) ? value : undefined);
const choice: Keyword = (value) => (Array.isArray(value) && value.length > 0 ? value : undefined);
const schema: Keyword = (value, place) =>
  isObject(value) || typeof value === 'boolean' ? placed(value, place) : undefined;
const schemas: Keyword = (value, place) =>
  Array.isArray(value) && value.length > 0 ? value.map((one: unknown) => placed(one, place)) : undefined;
const schemasByName: Keyword = (value, place) =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, placed(one, place)]))
    : undefined;
const names: Keyword = (value) =>
  Array.isArray(value) ? [...new Set(value.filter((name) => typeof name === 'string'))] : undefined;

const TYPES = new Set<unknown>(['null', 'boolean', 'object', 'array', 'number', 'string', 'integer']);
const type: Keyword = (value) => {
  if (!Array.isArray(value)) return TYPES.has(value) ? value : undefined;
  const known = [...new Set(value.filter((one) => TYPES.has(one)))];
  return known.length === 0 ? undefined : known;
};
const pattern: Keyword = (value) => {
  try {
    return typeof value === 'string' ? new RegExp(value, 'u').source && value : undefined;
  } catch {
    return undefined;
  }
};
const dependencies: Keyword = (value, place) =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, Array.isArray(one) ? names(one, place) : placed(one, place)]),
      )
    : undefined;

const KEYWORDS = new Map<string, Keyword>([
  ...each(text, 'title', 'description', 'format', 'contentEncoding', 'contentMediaType'),
  ...each(data, 'default', 'const'),
  ...each(flag, 'readOnly', 'writeOnly', 'deprecated', 'uniqueItems'),
  ...each(number, 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'),
  ...each(size, 'maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties', 'minProperties'),
  ...each(schema, 'contains', 'propertyNames', 'additionalProperties', 'additionalItems', 'if', 'then', 'else', 'not'),
  ...each(schemas, 'allOf', 'anyOf', 'oneOf'),
  ...each(schemasByName, 'properties', 'patternProperties', 'definitions', '$defs'),
  ['type', type],
  ['enum', choice],
  ['examples', list],
  ['required', names],
  ['pattern', pattern],
  ['multipleOf', above0],
  ['dependencies', dependencies],
  ['items', (value, place) => (Array.isArray(value) ? schemas : schema)(value, place)],
]);

function each(keyword: Keyword, ...words: readonly string[]): (readonly [string, Keyword])[] {
  return words.map((word) => [word, keyword]);
}
