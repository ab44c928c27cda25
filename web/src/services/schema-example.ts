/** A value that a JSON Schema takes, or nearly: what somebody changes who wants to try an operation. */
import { isRecord } from '../api/http.ts';
import { referred } from './schema-reference.ts';

type Schema = Readonly<Record<string, unknown>>;
type Place = { readonly root: Schema; readonly depth: number };

/** A schema that holds itself would give an example without end. */
const MAX_DEPTH = 6;

export function schemaExample(schema: unknown): unknown {
  return isRecord(schema) ? example(schema, { root: schema, depth: 0 }) : null;
}

function example(schema: unknown, place: Place): unknown {
  if (!isRecord(schema) || place.depth > MAX_DEPTH) return null;
  if (typeof schema.$ref === 'string') return example(referred(schema.$ref, place.root), deeper(place));
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  const given = [schema.examples, schema.enum].find((list) => Array.isArray(list) && list.length > 0);
  if (Array.isArray(given)) return given[0];
  const { anyOf, oneOf, allOf } = schema;
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return example(choices[0], place);
  if (Array.isArray(allOf) && !isRecord(schema.properties)) return joined(allOf, place);
  return ofType(schema, place);
}

const deeper = ({ root, depth }: Place): Place => ({ root, depth: depth + 1 });

function ofType(schema: Schema, place: Place): unknown {
  const { properties } = schema;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || isRecord(properties)) return ofObject(schema, place);
  if (type === 'array') return ofList(schema, place);
  if (type === 'string') return ofText(schema);
  if (type === 'number' || type === 'integer') return ofNumber(schema, type === 'integer');
  if (type === 'boolean') return false;
  return null;
}

/** Optional parts are left out where something is required: what is shown is the least that the service takes. */
function ofObject({ properties, required }: Schema, place: Place): Record<string, unknown> {
  const parts = Object.entries(isRecord(properties) ? properties : {});
  const needed = Array.isArray(required) ? parts.filter(([name]) => required.includes(name)) : [];
  const shown = needed.length > 0 ? needed : place.depth > 2 ? [] : parts;
  return Object.fromEntries(shown.map(([name, part]) => [name, example(part, deeper(place))]));
}

/** One item is enough to see the form; none where it would be the same again. */
function ofList({ items, minItems }: Schema, place: Place): unknown[] {
  if (Array.isArray(items)) return items.map((item) => example(item, deeper(place)));
  const isSame = isRecord(items) && typeof items.$ref === 'string';
  const least = isSame || place.depth >= MAX_DEPTH || !isRecord(items) ? 0 : 1;
  const count = typeof minItems === 'number' ? Math.min(minItems, MAX_ITEMS) : 0;
  return Array.from({ length: Math.max(count, least) }, () => example(items, deeper(place)));
}

const MAX_ITEMS = 10;

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T08:00:00Z',
  date: '2026-01-31',
  time: '08:00:00',
  duration: 'PT30S',
  email: 'name@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function ofText({ format, minLength }: Schema): string {
  const known = typeof format === 'string' ? FORMATS[format] : undefined;
  return known ?? 'text'.padEnd(typeof minLength === 'number' ? Math.min(minLength, 100) : 0, '.');
}

function ofNumber({ minimum, exclusiveMinimum, maximum, multipleOf }: Schema, isWhole: boolean): number {
  const step = typeof multipleOf === 'number' ? multipleOf : 1;
  if (typeof exclusiveMinimum === 'number' && exclusiveMinimum > -UNBOUNDED && exclusiveMinimum >= 0)
    return isWhole ? Math.floor(exclusiveMinimum) + step : exclusiveMinimum + step;
  if (typeof minimum === 'number' && minimum > 0) return isWhole ? Math.ceil(minimum / step) * step : minimum;
  if (typeof maximum === 'number' && maximum < 0) return maximum;
  return 0;
}

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

function joined(parts: readonly unknown[], place: Place): unknown {
  const values = parts.map((part) => example(part, place));
  return values.every(isRecord) ? Object.assign({}, ...values) : values[0];
}
