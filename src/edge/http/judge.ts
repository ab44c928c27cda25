/** Judges one item of many, so that a bad one is answered for itself and holds up no other. */
import type { z } from 'zod';
import { isMillraceError } from '../../kernel/errors.ts';
import { plainWords } from '../../kernel/plain-words.ts';
import { invalidRequest } from './problem.ts';

export type Judged<Value> = { readonly value: Value } | { readonly code: string; readonly detail: string };

export function judge<Schema extends z.ZodType>(schema: Schema, given: unknown): Judged<z.output<Schema>> {
  try {
    const parsed = schema.safeParse(given, { error: plainWords });
    if (parsed.success) return { value: parsed.data };
    throw invalidRequest('item', parsed.error);
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return { code: error.code, detail: error.message };
  }
}
