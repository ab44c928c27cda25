/**
 * One evaluation: the variables it may read, the values its own names have at the moment, and the fuel that is left.
 * Straight-line code costs its size, known in advance; whatever repeats (loops, lists, long texts) pays as it goes.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { Context, Value } from '../values/value.ts';

/** Steps: about one per operation, list element, or sixteen characters. The worst expression found takes 0.15 s for these. */
export const DEFAULT_FUEL = 100_000;
/** How deeply lists and contexts may nest where they are compared, printed or returned. */
export const MAX_VALUE_DEPTH = 100;

const CHARACTERS_PER_STEP = 16;

export type Frame = {
  readonly expression: string;
  readonly context: Context;
  readonly locals: Value[];
  readonly limit: number;
  readonly clock: Clock;
  fuel: number;
  depth: number;
  /** Where in the text it failed: the innermost call, loop or filter. */
  failedAt?: number;
};

/** What `now()` and `today()` answer. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** IANA name; UTC if there is none. */
  readonly timeZone?: string;
};

export const NO_CLOCK: Clock = {};

export function spend(frame: Frame, steps: number): void {
  frame.fuel -= steps;
  if (frame.fuel < 0) {
    throw new MillraceError('feel.too-expensive', { expression: frame.expression, limit: frame.limit });
  }
}

export function spendOnText(frame: Frame, length: number): void {
  if (length >= CHARACTERS_PER_STEP) spend(frame, Math.floor(length / CHARACTERS_PER_STEP));
}

/** Going into a list or context. A frame that has thrown is never used again, so leaving needs no `finally`. */
export function descend(frame: Frame): void {
  frame.depth += 1;
  if (frame.depth > MAX_VALUE_DEPTH) throw failure(frame, `a value is nested deeper than ${MAX_VALUE_DEPTH} levels`);
}

export function ascend(frame: Frame): void {
  frame.depth -= 1;
}

export const failure = (frame: Frame, problem: string): MillraceError =>
  new MillraceError('feel.evaluation', { expression: frame.expression, problem });

/** For what is computed once, at compile time. */
export const constantFrame = (): Frame => ({
  expression: '',
  context: {},
  locals: [],
  clock: NO_CLOCK,
  limit: DEFAULT_FUEL,
  fuel: DEFAULT_FUEL,
  depth: 0,
});
