/** What somebody has filled in: texts on the page, variables of the right types for the server, and what is wrong before it is sent. */
import { isRecord } from '../api/http.ts';
import type { FormProblem } from '../api/tasks.ts';
import { type FormField, keyOf, placeOf, type SimpleField, simpleFieldsOf } from './form-fields.ts';

/** By the key of the field. */
export type Draft = ReadonlyMap<string, string>;
type Reason = 'missing' | 'notNumber' | 'notWhole' | 'tooSmall' | 'tooLarge' | 'notJson';
export type Fault = { readonly field: SimpleField; readonly reason: Reason; readonly limit?: number };

export const draftOf = (fields: readonly FormField[]): Draft =>
  new Map(simpleFieldsOf(fields).map((field) => [keyOf(field), field.initial]));

export type Answers = { readonly variables: Readonly<Record<string, unknown>>; readonly faults: readonly Fault[] };

/** Optional fields that are empty are left out. */
export function answersOf(fields: readonly FormField[], draft: Draft): Answers {
  const read = fields.map((field) => ({ field, ...readField(field, draft) }));
  const entries = read.flatMap(({ field, value }): [string, unknown][] => {
    const name = field.path.at(-1);
    if (name === undefined) return isRecord(value) ? Object.entries(value) : [];
    return value === undefined ? [] : [[name, value]];
  });
  return { variables: Object.fromEntries(entries), faults: read.flatMap(({ faults }) => faults) };
}

/** The field that a problem belongs to: the one at its place, or the one around it. */
export function fieldAt(fields: readonly FormField[], { path }: FormProblem): SimpleField | undefined {
  return simpleFieldsOf(fields)
    .filter((field) => path === placeOf(field) || path.startsWith(`${placeOf(field)}.`))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
}

/** An undefined value is left out. */
type Read = { readonly value?: unknown; readonly faults: readonly Fault[] };

function readField(field: FormField, draft: Draft): Read {
  if (field.kind !== 'group') return readSimple(field, draft.get(keyOf(field)) ?? '');
  const isEmpty = field.fields.every((inner) => (draft.get(keyOf(inner)) ?? '').trim() === '');
  if (isEmpty && !field.isRequired) return { faults: [] };
  const { variables, faults } = answersOf(field.fields, draft);
  return { value: variables, faults };
}

function readSimple(field: SimpleField, text: string): Read {
  if (text.trim() === '') return readEmpty(field);
  switch (field.kind) {
    case 'number':
      return readNumber(field, Number(text));
    case 'boolean':
      return { value: text === 'true', faults: [] };
    case 'choice':
      return { value: JSON.parse(text), faults: [] };
    case 'json':
      return readJson(field, text);
    case 'text':
    case 'date':
      return { value: text, faults: [] };
    default:
      return field satisfies never;
  }
}

/** A box that nobody ticked says no, where an answer is asked for. */
function readEmpty(field: SimpleField): Read {
  if (!field.isRequired) return { faults: [] };
  if (field.kind === 'boolean') return { value: false, faults: [] };
  return field.mayBeNull ? { value: null, faults: [] } : { faults: [{ field, reason: 'missing' }] };
}

function readNumber(field: Extract<SimpleField, { kind: 'number' }>, value: number): Read {
  const { isWhole, minimum, maximum } = field;
  if (!Number.isFinite(value)) return { faults: [{ field, reason: 'notNumber' }] };
  if (isWhole && !Number.isInteger(value)) return { faults: [{ field, reason: 'notWhole' }] };
  if (minimum !== undefined && value < minimum) return { faults: [{ field, reason: 'tooSmall', limit: minimum }] };
  if (maximum !== undefined && value > maximum) return { faults: [{ field, reason: 'tooLarge', limit: maximum }] };
  return { value, faults: [] };
}

function readJson(field: SimpleField, text: string): Read {
  try {
    const value: unknown = JSON.parse(text);
    // A whole form is an object with its variables.
    return field.path.length > 0 || isRecord(value)
      ? { value, faults: [] }
      : { faults: [{ field, reason: 'notJson' }] };
  } catch {
    return { faults: [{ field, reason: 'notJson' }] };
  }
}
