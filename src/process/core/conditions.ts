/** The FEEL expressions of a definition: each text compiled once, a wrong one kept as its error. */
import { compile } from '../../feel/expression.ts';
import { isMillraceError, type MillraceError } from '../../kernel/errors.ts';
import type { Condition, Mapping } from './definition.ts';
import { formulasIn, isFormula } from './formulas.ts';
import type { Element, Outline } from './outline.ts';

export type Conditions = ReadonlyMap<string, Condition | MillraceError>;

export function conditionsOf({ elements, scopes }: Outline): Conditions {
  const texts = [
    ...elements.flatMap(expressionsOf),
    ...scopes.flatMap(({ data }) => data.flatMap(({ value }) => value ?? [])),
  ];
  return new Map([...new Set(texts)].map((text) => [text, read(text)]));
}

/** Fields that hold FEEL, wherever in an element they stand. */
const FIELDS = new Set([
  'correlationKey',
  'condition',
  'completionCondition',
  'collection',
  'cardinality',
  'element',
  'script',
  'businessKey',
  'activate',
  'activation',
  'when',
  'then',
]);
const MAPPINGS = new Set(['input', 'output']);
/** Fields that hold FEEL when their text starts with "=". */
const OPTIONAL = new Set(['timer', 'at', 'every', 'process', 'due', 'followUp']);
/** What is not the element's own, or is no expression whatever it contains. */
const OTHERS = new Set([
  'nodes',
  'boundary',
  'data',
  'bpmn',
  'payload',
  'config',
  'to',
  'replyTo',
  'subject',
  'text',
  'html',
  'form',
  'next',
  'name',
  'documentation',
]);

export function expressionsOf({ source, flows }: Element): readonly string[] {
  const configured = source.type === 'module' ? formulasIn(source.config).map(({ text }) => text) : [];
  const recipients = source.type === 'mail' ? formulasIn([source.to, source.replyTo]).map(({ text }) => text) : [];
  return [...expressionsIn(source, 'node'), ...configured, ...recipients, ...flows.flatMap(({ when }) => when ?? [])];
}

function expressionsIn(value: object, of: string): string[] {
  return Object.entries(value).flatMap(([field, content]): string[] => {
    if (OTHERS.has(field)) return [];
    if (typeof content === 'string') return isExpression({ field, of, content }) ? [formulaOf(content, field)] : [];
    if (typeof content !== 'object' || content === null) return [];
    const isMapping = MAPPINGS.has(field) && of !== 'multiInstance';
    if (isMapping) return Object.values(content as Record<string, string>);
    return expressionsIn(content, Array.isArray(content) ? of : field);
  });
}

function isExpression({
  field,
  of,
  content,
}: {
  readonly field: string;
  readonly of: string;
  readonly content: string;
}): boolean {
  // Only in its output is an element an expression, and there the collection is a name.
  if (of === 'multiInstance' && field === 'element') return false;
  if (of === 'output' && field === 'collection') return false;
  return FIELDS.has(field) || (OPTIONAL.has(field) && isFormula(content));
}

const formulaOf = (text: string, field: string): string => (OPTIONAL.has(field) ? text.slice(1) : text);

/** The compiled expression; a definition is validated before it is compiled, so there is one. */
export function conditionOf(text: string, conditions: Conditions): Condition {
  const condition = conditions.get(text);
  if (condition === undefined || condition instanceof Error) throw new Error(`"${text}" was not validated`);
  return condition;
}

export const mappingOf = (mapping: Readonly<Record<string, string>>, conditions: Conditions): Mapping =>
  Object.entries(mapping).map(([name, text]) => [name, conditionOf(text, conditions)] as const);

function read(text: string): Condition | MillraceError {
  try {
    return compile(text, { clock: true });
  } catch (error) {
    if (isMillraceError(error)) return error;
    throw error;
  }
}
