/**
 * One evaluation: the variables it may read, the values its own names have at the moment, and the fuel that is left.
 * Straight-line code costs its size, known in advance; whatever repeats (loops, lists, long texts, calls) pays as it goes.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { Clock, Frame, Note, Value } from '../values/value.ts';

export type { Clock, Frame, Note } from '../values/value.ts';

/** Steps: about one per operation, list element, or sixteen characters. The worst expression found takes 0.15 s for these. */
export const DEFAULT_FUEL = 100_000;
/** How deeply lists and contexts may nest where they are compared, printed or returned. */
export const MAX_VALUE_DEPTH = 100;
/** Functions in functions that are running. */
export const MAX_CALL_DEPTH = 256;
/** Reasons for nulls that one evaluation keeps. */
export const MAX_NOTES = 100;

const CHARACTERS_PER_STEP = 16;

export const NO_CLOCK: Clock = {};

export type FrameOptions = {
  readonly limit?: number;
  readonly clock?: Clock;
  readonly notes?: Note[] | undefined;
};

/** For one evaluation, of one expression or of all that a decision needs. */
export const openFrame = ({ limit = DEFAULT_FUEL, clock = NO_CLOCK, notes }: FrameOptions = {}): Frame => ({
  expression: '',
  context: {},
  locals: [],
  limit,
  clock,
  notes,
  fuel: limit,
  depth: 0,
  calls: 0,
});

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

/** Runs a part with other variables and slots than those of the caller: a function, or another expression of a model. */
export function within(frame: Frame, scene: Scene, run: (frame: Frame) => Value): Value {
  if (frame.calls === MAX_CALL_DEPTH) throw failure(frame, `more than ${MAX_CALL_DEPTH} functions call each other`);
  const { expression, context, locals } = frame;
  frame.calls += 1;
  frame.expression = scene.expression;
  frame.context = scene.context;
  frame.locals = scene.locals;
  const value = run(frame);
  frame.calls -= 1;
  frame.expression = expression;
  frame.context = context;
  frame.locals = locals;
  return value;
}

/** What an expression sees while it runs. */
export type Scene = Pick<Frame, 'expression' | 'context' | 'locals'>;

/** null, and why, if somebody wants to know. */
export function nothing(frame: Frame, offset: number, reason: () => string): null {
  const { notes } = frame;
  if (notes !== undefined && notes.length < MAX_NOTES) {
    notes.push({ expression: frame.expression, offset, reason: reason() });
  }
  return null;
}

export const failure = (frame: Frame, problem: string): MillraceError =>
  new MillraceError('feel.evaluation', { expression: frame.expression, problem });
