/**
 * Every error a user can meet has a stable code, a sentence, and what to do about it.
 * The sentences live in one table (error-table.ts); code that fails names the code and the facts.
 */
import { type ErrorCode, errorTable } from './error-table.ts';

export type ErrorDetails = Readonly<Record<string, unknown>>;

export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { readonly cause?: unknown }) {
    super(fill(errorTable[code].message, details), options);
    this.name = 'MillraceError';
    this.code = code;
    this.details = details;
  }

  /** The HTTP status that the edge answers with. */
  get status(): number {
    return errorTable[this.code].status;
  }

  /** What the reader of the error can do about it. */
  get action(): string {
    return fill(errorTable[this.code].action, this.details);
  }
}

/** Whether an unknown thrown value is ours and, when a code is given, carries that code. */
export function isMillraceError(error: unknown, code?: ErrorCode): error is MillraceError {
  return error instanceof MillraceError && (code === undefined || error.code === code);
}

/** The message of anything that was thrown, for logs and stored failures. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a detail says is not looked at for places or optional parts. */
function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\[([^[\]]*)\]|\{(\w+)\}/g, (_, part: string | undefined, name: string) => {
    if (part === undefined) return show(details[name]);
    return isKnown(part, details) ? fill(part, details) : '';
  });
}

const isKnown = (part: string, details: ErrorDetails): boolean =>
  [...part.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => (details[name] ?? null) !== null);

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(show).join(', ');
  if (value === undefined) return '?';
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // an error must never fail at being made
  }
}
