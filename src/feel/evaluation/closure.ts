/** What syntax is compiled to: a function per operation, so that evaluating walks no tree. */

import type { Syntax } from '../syntax/syntax.ts';
import type { Value } from '../values/value.ts';
import type { Frame } from './frame.ts';

export type Closure = (frame: Frame) => Value;

/**
 * The names of the expression itself, innermost first; each has a slot in the frame. A scope without a name stands for
 * the entries of the element that a filter looks at: only at run time is it known which names they shadow.
 */
export type Scope =
  | { readonly name?: string; readonly slot: number; readonly outer: Scope; isRead?: boolean }
  | undefined;

export type Builder = {
  /** Slots given out so far. */
  slots: number;
  /** Operations compiled so far: what one run through them costs. */
  steps: number;
  /** Names that may be read from the context. */
  readonly variables: Set<string>;
  /** Those of them that are read outside of filters, and where first. */
  readonly outside: Map<string, number>;
  /** The slots of functions that are entries of contexts, by which they see themselves. */
  readonly entries: Map<Syntax, number>;
  /** Where a part begins in the text. */
  readonly offsetOf: (syntax: Syntax) => number;
  readonly build: (syntax: Syntax, scope: Scope) => Closure;
};
