/** Functions as closures: calls of those of the language, calls of values, and definitions. */

import { fitOperands } from '../functions/built-in.ts';
import type { Call, Operands, Syntax, SyntaxOf } from '../syntax/syntax.ts';
import { ANY, nameOf } from '../values/types.ts';
import { FeelFunction, type Value } from '../values/value.ts';
import { apply, applyNamed } from './apply.ts';
import type { Builder, Closure, Scope } from './closure.ts';
import { type Frame, nothing, openFrame, spend, within } from './frame.ts';
import { buildVariable, hasLocal } from './references.ts';

export function buildCall(syntax: Call, scope: Scope, builder: Builder): Closure {
  const { name, isDeclared } = syntax;
  const operands = buildOperands(syntax.operands, scope, builder);
  const own = buildBuiltIn(syntax, operands, builder);
  if (!isDeclared && !hasLocal(name, scope)) return own;
  // Somebody has a variable of this name: it is called if it is a function.
  const variable = buildVariable({ kind: 'variable', name }, scope, builder);
  return (frame) => {
    const value = variable(frame);
    return value instanceof FeelFunction ? invoke(value, operands, frame) : own(frame);
  };
}

/** Each operand is evaluated once, however many forms the function has. */
function buildBuiltIn(call: Call, { names, closures }: BuiltOperands, builder: Builder): Closure {
  const { name, builtIn, forms } = call;
  const offset = builder.offsetOf(call);
  const candidates = forms.map(({ form, operands }) => ({
    form,
    places: names && form.operands.slice(0, operands.length).map((operand) => names.indexOf(operand.name)),
  }));
  const run: Closure = (frame) => {
    const values: Value[] = [];
    for (const closure of closures) values.push(closure(frame));
    for (const { form, places } of candidates) {
      const fitted = fitOperands(form, places === undefined ? values : places.map((place) => values[place] ?? null));
      if (fitted === undefined) continue;
      const answer = form.call(fitted, frame);
      return answer ?? nothing(frame, offset, () => `"${name}" has no answer for ${values.map(nameOf).join(', ')}`);
    }
    return nothing(frame, offset, () => `"${name}" does not take ${values.map(nameOf).join(', ')}`);
  };
  const isConstant = builtIn.isConstant && forms.every(({ operands }) => operands.every(isLiteral));
  if (!isConstant) return run;
  const value = run(openFrame());
  return value === null ? run : () => value;
}

const isLiteral = ({ kind }: Syntax): boolean => kind === 'literal';

export function buildInvocation(syntax: SyntaxOf<'invocation'>, scope: Scope, builder: Builder): Closure {
  const called = builder.build(syntax.callee, scope);
  const offset = builder.offsetOf(syntax.callee);
  const operands = buildOperands(syntax.operands, scope, builder);
  return (frame) => {
    const value = called(frame);
    if (value instanceof FeelFunction) return invoke(value, operands, frame);
    return nothing(frame, offset, () => `what is called is no function but ${nameOf(value)}`);
  };
}

/** In the order in which they are written; with names, if they are handed in by name. */
type BuiltOperands = { readonly names?: readonly string[]; readonly closures: readonly Closure[] };

function buildOperands(operands: Operands, scope: Scope, builder: Builder): BuiltOperands {
  if (operands.kind === 'positional') {
    return { closures: operands.values.map((operand) => builder.build(operand, scope)) };
  }
  return {
    names: [...operands.values.keys()],
    closures: Array.from(operands.values.values(), (operand) => builder.build(operand, scope)),
  };
}

function invoke(callee: FeelFunction, { names, closures }: BuiltOperands, frame: Frame): Value {
  const values = closures.map((operand) => operand(frame));
  if (names === undefined) return apply(callee, values, frame);
  return applyNamed(callee, new Map(names.map((name, place) => [name, values[place] ?? null])), frame);
}

/** A function keeps what its text sees where it is defined, and runs with it wherever it is called. */
export function buildFunction(syntax: SyntaxOf<'function'>, scope: Scope, builder: Builder): Closure {
  const { parameters } = syntax;
  const since = builder.steps;
  let inner = scope;
  const slots = parameters.map(({ name }) => {
    const slot = builder.slots++;
    inner = { name, slot, outer: inner };
    return slot;
  });
  const body = builder.build(syntax.body, inner);
  const steps = builder.steps - since;
  const self = builder.entries.get(syntax);
  return (frame) => {
    const { expression, context } = frame;
    const seen = frame.locals.slice();
    const value: FeelFunction = new FeelFunction({
      name: '',
      parameters,
      result: ANY,
      invoke: (operands, caller) => {
        spend(caller, steps);
        const locals = seen.slice();
        if (self !== undefined) locals[self] = value;
        for (const [place, slot] of slots.entries()) locals[slot] = operands[place] ?? null;
        return within(caller, { expression, context, locals }, body);
      },
    });
    return value;
  };
}
