/** The FEEL expressions of a definition: each text compiled once, a wrong one kept as its error. */
import { compile } from '../../feel/expression.ts';
import { isMillraceError, type MillraceError } from '../../kernel/errors.ts';
import type { Condition } from './definition.ts';
import type { Element } from './outline.ts';

export type Conditions = ReadonlyMap<string, Condition | MillraceError>;

export function conditionsOf(elements: readonly Element[]): Conditions {
  return new Map(elements.flatMap(expressionsOf).map((text) => [text, read(text)]));
}

export function expressionsOf({ source, flows }: Element): readonly string[] {
  const key = 'correlationKey' in source ? source.correlationKey : undefined;
  return [key, ...flows.map(({ when }) => when)].filter((text) => text !== undefined);
}

function read(text: string): Condition | MillraceError {
  try {
    return compile(text);
  } catch (error) {
    if (isMillraceError(error)) return error;
    throw error;
  }
}
