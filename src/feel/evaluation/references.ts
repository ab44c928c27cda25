/** Variables and paths: where a name is found, and whether it is there at all. Only own properties count, ever. */

import { builtInFunction, findBuiltIn } from '../functions/built-ins.ts';
import type { SyntaxOf } from '../syntax/syntax.ts';
import { isTemporal } from '../temporal/temporal.ts';
import { propertyOf } from '../temporal/temporal-properties.ts';
import { rangeProperty } from '../values/range.ts';
import { nameOf } from '../values/types.ts';
import { adopt, FeelRange, has, isContext, isList, own, type Value } from '../values/value.ts';
import type { Builder, Closure, Scope } from './closure.ts';
import { type Frame, nothing, spend } from './frame.ts';

/** The elements of filters whose entries may shadow a name, and the slot it has otherwise; none: it is a variable. */
type Place = { readonly elements: readonly number[]; readonly slot: number | undefined };

export function buildVariable(syntax: SyntaxOf<'variable'>, scope: Scope, builder: Builder): Closure {
  const { name } = syntax;
  const { elements, slot } = placeOf(name, scope);
  if (slot === undefined) note(syntax, elements, builder);
  const outside: Closure = slot === undefined ? variableOf(name) : (frame) => frame.locals[slot] ?? null;
  if (elements.length === 0) return outside;
  return (frame) => {
    for (const element of elements) {
      const value = frame.locals[element] ?? null;
      if (isContext(value) && has(value, name)) return own(value, name);
    }
    return outside(frame);
  };
}

function note(syntax: SyntaxOf<'variable'>, elements: readonly number[], builder: Builder): void {
  const { name } = syntax;
  builder.variables.add(name);
  if (elements.length === 0 && !builder.outside.has(name)) builder.outside.set(name, builder.offsetOf(syntax));
}

/** A variable; a function of the language where there is none of this name. */
function variableOf(name: string): Closure {
  const builtIn = findBuiltIn(name);
  const known = builtIn === undefined ? undefined : builtInFunction(name, builtIn);
  if (known === undefined) return (frame) => own(frame.context, name);
  return (frame) => (has(frame.context, name) ? own(frame.context, name) : known);
}

export const hasLocal = (name: string, scope: Scope): boolean => placeOf(name, scope).slot !== undefined;

export function buildPath(syntax: SyntaxOf<'path'>, scope: Scope, builder: Builder): Closure {
  const { key } = syntax;
  const holder = builder.build(syntax.source, scope);
  const offset = builder.offsetOf(syntax);
  return (frame) => {
    const value = holder(frame);
    const found = isContext(value) ? own(value, key) : derive(value, key, frame);
    return found ?? nothing(frame, offset, () => `a value of type ${nameOf(value)} has nothing called "${key}"`);
  };
}

/** `is defined`: there is such a variable or entry, even if it is null. */
export function buildPresence({ target }: SyntaxOf<'presence'>, scope: Scope, builder: Builder): Closure {
  if (target.kind === 'path') {
    const holder = builder.build(target.source, scope);
    return (frame) => {
      const value = holder(frame);
      if (isTemporal(value)) return propertyOf(value, target.key) !== null;
      return isList(value) || (isContext(value) && has(value, target.key));
    };
  }
  const { elements, slot } = placeOf(target.name, scope);
  if (slot !== undefined) return () => true;
  note(target, elements, builder);
  return (frame) => {
    const holders = [frame.context, ...elements.map((element) => frame.locals[element] ?? null)];
    return holders.some((holder) => isContext(holder) && has(holder, target.name));
  };
}

/** `list.key` is the list of its elements' entries, `date.year` a part of the date; nothing else has any. */
function derive(value: Value, key: string, frame: Frame): Value {
  if (isTemporal(value)) return propertyOf(value, key);
  if (value instanceof FeelRange) return rangeProperty(value, key);
  if (!isList(value)) return null;
  spend(frame, value.length);
  return Array.from(value, (raw) => {
    const element = adopt(raw);
    if (isTemporal(element)) return propertyOf(element, key);
    return isContext(element) ? own(element, key) : null;
  });
}

function placeOf(name: string, scope: Scope): Place {
  const elements: number[] = [];
  for (let current = scope; current !== undefined; current = current.outer) {
    if (current.name === name) {
      current.isRead = true;
      return { elements, slot: current.slot };
    }
    if (current.name === undefined) elements.push(current.slot);
  }
  return { elements, slot: undefined };
}
