/** A JSON Schema as people write a message: `{ from: integer, note?: text }`. Schemas come from other programs. */
import { isRecord } from '../api/http.ts';
import { referred } from './schema-reference.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Levels that are shown; what is deeper is an ellipsis. */
const MAX_DEPTH = 8;

export function schemaOutline(schema: unknown): string {
  return isRecord(schema) ? outline(schema, { root: schema, depth: 0, seen: [] }) : ANYTHING;
}

const ANYTHING = 'any JSON';

type Place = { readonly root: Schema; readonly depth: number; readonly seen: readonly string[] };

function outline(schema: unknown, place: Place): string {
  if (!isRecord(schema)) return ANYTHING;
  if (place.depth > MAX_DEPTH) return '…';
  const { $ref, anyOf, oneOf, allOf, type, properties, items } = schema;
  if (typeof $ref === 'string') return referenceOutline($ref, place);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return choices.map((choice) => outline(choice, place)).join(' | ');
  if (isRecord(properties) || type === 'object') return objectOutline(schema, place);
  if (Array.isArray(items)) return `[${items.map((item) => outline(item, place)).join(', ')}]`;
  if (type === 'array') return `[${outline(items, { ...place, depth: place.depth + 1 })}, …]`;
  if (Array.isArray(allOf)) return allOf.map((part) => outline(part, place)).join(' & ');
  return typeOutline(schema);
}

function typeOutline({ type, format, minimum, maximum }: Schema): string {
  const name = Array.isArray(type) ? type.join(' | ') : typeof type === 'string' ? type : ANYTHING;
  return `${name}${typeof format === 'string' ? ` (${format})` : ''}${rangeOutline(minimum, maximum)}`;
}

function rangeOutline(minimum: unknown, maximum: unknown): string {
  if (isBound(minimum) && isBound(maximum)) return ` ${minimum}…${maximum}`;
  if (isBound(minimum)) return ` ≥ ${minimum}`;
  return isBound(maximum) ? ` ≤ ${maximum}` : '';
}

const isBound = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER;

function objectOutline({ properties, required, additionalProperties }: Schema, place: Place): string {
  const inner = { ...place, depth: place.depth + 1 };
  const indent = '  '.repeat(inner.depth);
  const needed = Array.isArray(required) ? required : [];
  const lines = Object.entries(isRecord(properties) ? properties : {}).map(([name, value]) => {
    const about = isRecord(value) && typeof value.description === 'string' ? `   // ${value.description}` : '';
    return `${indent}${name}${needed.includes(name) ? '' : '?'}: ${outline(value, inner)}${about}`;
  });
  if (isRecord(additionalProperties)) lines.push(`${indent}[name]: ${outline(additionalProperties, inner)}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${'  '.repeat(place.depth)}}`;
}

/** Written out where it is first met; inside of itself only its name is left. */
function referenceOutline(reference: string, place: Place): string {
  if (place.seen.includes(reference))
    return reference === '#' ? '(the same again)' : (reference.split('/').at(-1) ?? '');
  return outline(referred(reference, place.root), { ...place, seen: [...place.seen, reference] });
}
