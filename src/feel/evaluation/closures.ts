/** Syntax → closures, and what an evaluation of them needs: how many slots, how many steps, which variables. */

import type { Parsed } from '../syntax/parse.ts';
import type { Syntax, SyntaxOf } from '../syntax/syntax.ts';
import { isInstance } from '../values/types.ts';
import type { Value } from '../values/value.ts';
import { buildCall, buildFunction, buildInvocation } from './calls.ts';
import type { Builder, Closure, Scope } from './closure.ts';
import { nothing } from './frame.ts';
import { buildFilter, buildLoop } from './loops.ts';
import {
  buildAnd,
  buildArithmetic,
  buildBetween,
  buildComparison,
  buildMembership,
  buildNegation,
  buildOr,
  buildRange,
  buildTests,
} from './operations.ts';
import { buildPath, buildPresence, buildVariable } from './references.ts';

type Program = {
  readonly run: Closure;
  readonly slots: number;
  /** What running it once costs; loops pay for their further rounds themselves. */
  readonly steps: number;
  readonly variables: readonly string[];
  /** Those of them that are read outside of filters, and where first. */
  readonly outside: ReadonlyMap<string, number>;
};

/** `scope` holds names that the caller puts into the first slots. */
export function buildProgram({ syntax, offsets }: Parsed, scope?: Scope): Program {
  const builder: Builder = {
    slots: scope === undefined ? 0 : scope.slot + 1,
    steps: 0,
    variables: new Set(),
    outside: new Map(),
    entries: new Map(),
    offsetOf: (part) => offsets.get(part) ?? 0,
    build: (part, inner) => {
      builder.steps += 1;
      const build = builders[part.kind] as Build<Syntax>;
      const closure = build(part, inner, builder);
      return FALLIBLE.has(part.kind) ? located(closure, builder.offsetOf(part)) : closure;
    },
  };
  const run = builder.build(syntax, scope);
  return {
    run,
    slots: builder.slots,
    steps: builder.steps,
    variables: [...builder.variables],
    outside: builder.outside,
  };
}

/** What repeats or looks at long values, and so is where the fuel ends. Comparisons and sums stay as fast as they are. */
const FALLIBLE: ReadonlySet<Syntax['kind']> = new Set(['call', 'invocation', 'loop', 'filter']);

/** Notes where an evaluation failed: innermost first, and only the first is kept. */
function located(closure: Closure, offset: number): Closure {
  return (frame) => {
    try {
      return closure(frame);
    } catch (error) {
      frame.failedAt ??= offset;
      throw error;
    }
  };
}

type Build<Part extends Syntax> = (syntax: Part, scope: Scope, builder: Builder) => Closure;

const builders: { readonly [Kind in Syntax['kind']]: Build<SyntaxOf<Kind>> } = {
  literal:
    ({ value }) =>
    () =>
      value,
  variable: buildVariable,
  path: buildPath,
  presence: buildPresence,
  list: ({ elements }, scope, builder) => {
    const closures = elements.map((element) => builder.build(element, scope));
    return (frame) => closures.map((element) => element(frame));
  },
  context: buildContext,
  negation: buildNegation,
  arithmetic: buildArithmetic,
  and: buildAnd,
  or: buildOr,
  comparison: buildComparison,
  between: buildBetween,
  membership: buildMembership,
  choice: ({ condition, consequent, alternative }, scope, builder) => {
    const isMet = builder.build(condition, scope);
    const whenMet = builder.build(consequent, scope);
    const whenNot = builder.build(alternative, scope);
    return (frame) => (isMet(frame) === true ? whenMet(frame) : whenNot(frame));
  },
  call: buildCall,
  invocation: buildInvocation,
  function: buildFunction,
  range: buildRange,
  tests: buildTests,
  problem: (syntax, _, builder) => {
    const offset = builder.offsetOf(syntax);
    return (frame) => nothing(frame, offset, () => syntax.reason);
  },
  instance: ({ value, type }, scope, builder) => {
    const tested = builder.build(value, scope);
    return (frame) => isInstance(tested(frame), type, frame);
  },
  loop: buildLoop,
  filter: buildFilter,
};

/** An entry sees the entries before it; a function also itself. */
function buildContext({ entries }: SyntaxOf<'context'>, scope: Scope, builder: Builder): Closure {
  let inner = scope;
  const pairs = entries.map(({ key, value }) => {
    const slot = builder.slots++;
    const own = { name: key, slot, outer: inner };
    if (value.kind === 'function') builder.entries.set(value, slot);
    const closure = builder.build(value, value.kind === 'function' ? own : inner);
    inner = own;
    return { key, closure, slot };
  });
  return (frame) =>
    Object.fromEntries(
      pairs.map(({ key, closure, slot }): [string, Value] => {
        const value = closure(frame);
        frame.locals[slot] = value;
        return [key, value];
      }),
    );
}
