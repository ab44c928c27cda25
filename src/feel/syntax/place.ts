/** Where in an expression something is wrong. Offsets count from 0, as in a string; people count from 1. */
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';

export type TextPlace = { readonly position: number; readonly line: number; readonly column: number };

export function placeIn(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { position: offset + 1, line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** What went wrong while an expression was evaluated, with the place where it did. */
export function locate(error: unknown, expression: string, offset: number): MillraceError {
  const place = placeIn(expression, offset);
  if (isMillraceError(error))
    return new MillraceError(error.code, { ...error.details, ...place }, { cause: error.cause });
  return new MillraceError('feel.evaluation', { expression, problem: messageOf(error), ...place }, { cause: error });
}
