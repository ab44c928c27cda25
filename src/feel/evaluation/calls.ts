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
  const { name, isDeclared, operands } = syntax;
  const own = buildBuiltIn(syntax, scope, builder);
  if (!isDeclared && !hasLocal(name, scope)) return own;
  // Somebody has a variable of this name: it is called if it is a function.
  const variable = buildVariable(name, scope, builder);
  const invoke = buildOperands(operands, scope, builder);
  return (frame) => {
    const value = variable(frame);
    return value instanceof FeelFunction ? invoke(value, frame) : own(frame);
  };
}

function buildBuiltIn(call: Call, scope: Scope, builder: Builder): Closure {
  const { name, builtIn, forms } = call;
  const offset = builder.offsetOf(call);
  const candidates = forms.map(({ form, operands }) => ({
    form,
    operands: operands.map((operand) => builder.build(operand, scope)),
  }));
  const run: Closure = (frame) => {
    for (const { form, operands } of candidates) {
      const values: Value[] = [];
      for (const operand of operands) values.push(operand(frame));
      const fitted = fitOperands(form, values);
      if (fitted === undefined) continue;
      const answer = form.call(fitted, frame);
      return answer ?? nothing(frame, offset, () => `"${name}" has no answer for ${values.map(nameOf).join(', ')}`);
    }
    const found = (): string => candidates[0]?.operands.map((operand) => nameOf(operand(frame))).join(', ') ?? '';
    return nothing(frame, offset, () => `"${name}" does not take ${found()}`);
  };
  const isConstant = builtIn.isConstant && forms.every(({ operands }) => operands.every(isLiteral));
  if (!isConstant) return run;
  const value = run(openFrame());
  return value === null ? run : () => value;
}

const isLiteral = ({ kind }: Syntax): boolean => kind === 'literal';

export function buildInvocation({ callee, operands }: SyntaxOf<'invocation'>, scope: Scope, builder: Builder): Closure {
  const called = builder.build(callee, scope);
  const offset = builder.offsetOf(callee);
  const invoke = buildOperands(operands, scope, builder);
  return (frame) => {
    const value = called(frame);
    if (value instanceof FeelFunction) return invoke(value, frame);
    return nothing(frame, offset, () => `what is called is no function but ${nameOf(value)}`);
  };
}

function buildOperands(
  operands: Operands,
  scope: Scope,
  builder: Builder,
): (callee: FeelFunction, frame: Frame) => Value {
  if (operands.kind === 'positional') {
    const closures = operands.values.map((operand) => builder.build(operand, scope));
    return (callee, frame) =>
      apply(
        callee,
        closures.map((operand) => operand(frame)),
        frame,
      );
  }
  const named = Array.from(operands.values, ([name, operand]) => ({ name, closure: builder.build(operand, scope) }));
  return (callee, frame) =>
    applyNamed(callee, new Map(named.map(({ name, closure }) => [name, closure(frame)])), frame);
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
