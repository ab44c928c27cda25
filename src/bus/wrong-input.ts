/** Errors that say that a message itself is wrong. Trying again would not help; anything else may be over by then. */
import { MillraceError } from '../kernel/errors.ts';

const WRONG_INPUT = [400, 413, 422];

export const isWrongInput = (error: unknown): boolean =>
  error instanceof MillraceError && WRONG_INPUT.includes(error.status);
