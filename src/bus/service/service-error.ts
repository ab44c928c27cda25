/** Failures that travel: a service says them with a code of its own, and its caller catches the same. */
import { errorTable } from '../../kernel/error-table.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import { checkSize } from '../broker-limits.ts';
import { jsonText } from '../envelope.ts';
import { isWrongInput } from '../wrong-input.ts';

/**
 * What a handler throws when it refuses: the caller gets it as it is, a command becomes a dead letter at once. Neither is
 * tried again. Anything else that a handler throws is a surprise: commands are tried again, callers learn only that it failed.
 */
export class ServiceError extends Error {
  readonly code: string;
  readonly data: unknown;

  constructor(code: string, message: string, data?: unknown) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.data = data;
  }
}

/** As it is written into the body of an error reply. */
export type WrittenError = { readonly code: string; readonly message: string; readonly data?: unknown };

/** A refusal, or a message that is wrong: trying again would not help. A service that is away may be back by then. */
export const isFinal = (error: unknown): boolean => error instanceof ServiceError || isWrongInput(error);

/** What the caller is told: nothing of a surprise but that it happened. */
export function writeError(
  error: unknown,
  where: { readonly service: string; readonly operation: string; readonly id: string },
): WrittenError {
  if (error instanceof ServiceError) {
    const { code, message, data } = error;
    return data === undefined ? { code, message } : { code, message, data };
  }
  const known = isMillraceError(error) ? error : new MillraceError('bus.handler-failed', where);
  return { code: known.code, message: known.message, data: known.details };
}

/** The error that a reply tells of: one of our own by its code, any other as the service's. */
export function readError(body: unknown): MillraceError | ServiceError {
  const { code = 'unknown', message = 'the service gave no reason', data } = (body ?? {}) as Partial<WrittenError>;
  if (Object.hasOwn(errorTable, code)) {
    return new MillraceError(code as keyof typeof errorTable, (data ?? {}) as Record<string, unknown>);
  }
  return new ServiceError(String(code), String(message), data);
}

export const errorText = (id: string, error: WrittenError): string => {
  try {
    const text = jsonText(id, error);
    checkSize(id, text);
    return text;
  } catch {
    const { code, message } = error; // its data cannot be said in JSON, or is too large
    return jsonText(id, { code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) });
  }
};

/** Of an error that would otherwise be too large to be told. */
const MAX_MESSAGE_CHARACTERS = 10_000;
