/**
 * What repeats: `for`, `some`, `every` and filters. Every round pays for the operations inside it, so that the fuel of
 * an evaluation bounds its time whatever the lists hold. Ranges are counted through, never laid out.
 */

import type { Iterator, Loop, SyntaxOf } from '../syntax/syntax.ts';
import { FeelDate } from '../temporal/temporal.ts';
import { not } from '../values/comparison.ts';
import { add, compareNumbers, type FeelNumber, isNumber, parity, subtract } from '../values/number.ts';
import { nameOf } from '../values/types.ts';
import { adopt, asList, FeelRange, type List, type Value, type Verdict } from '../values/value.ts';
import type { Builder, Closure, Scope } from './closure.ts';
import { type Frame, nothing, spend } from './frame.ts';

type Elements = { readonly length: number; readonly at: (index: number) => Value };
/** One `x in list`: where its elements come from, where the current one goes, and how many steps a round takes. */
type Stage = { readonly elements: (frame: Frame) => Elements | null; readonly slot: number; readonly since: number };
/** Answers whether to go on. */
type Visit = (frame: Frame) => boolean;
/** `broken`: what should be looped over was neither a list nor a range. */
type Walk = (frame: Frame, visit: Visit) => 'finished' | 'stopped' | 'broken';

export function buildLoop({ verb, iterators, body }: Loop, scope: Scope, builder: Builder): Closure {
  let inner = scope;
  const stages = iterators.map((iterator): Stage => {
    const elements = buildElements(iterator, inner, builder);
    const slot = builder.slots++;
    inner = { name: iterator.name, slot, outer: inner };
    return { elements, slot, since: builder.steps };
  });
  const partial = verb === 'for' ? { name: 'partial', slot: builder.slots++, outer: inner, isRead: false } : undefined;
  const visit = builder.build(body, partial ?? inner);
  const innermost: Walk = (frame, goesOn) => (goesOn(frame) ? 'finished' : 'stopped');
  const walk = stages.reduceRight<Walk>((next, stage) => through(stage, next, builder.steps), innermost);
  if (partial !== undefined) return collect(walk, visit, partial.isRead ? partial.slot : undefined);
  return verb === 'some' ? some(walk, visit) : every(walk, visit);
}

/**
 * `source[condition]` keeps elements; `source[number]` picks one, counted from 1, or from the end if negative. What is
 * neither boolean nor number has no answer (DMN 1.5, table 68); null keeps nothing.
 */
export function buildFilter({ source, condition }: SyntaxOf<'filter'>, scope: Scope, builder: Builder): Closure {
  const filtered = builder.build(source, scope);
  const slot = builder.slots++;
  const since = builder.steps;
  const accepts = builder.build(condition, { slot, outer: { name: 'item', slot, outer: scope } });
  const steps = builder.steps - since;
  const offset = builder.offsetOf(condition);
  return (frame) => {
    const list = asList(filtered(frame));
    if (list === null) return null;
    const kept: Value[] = [];
    // An empty list has one round as well, with null: [][1] is null, while [][item > 1] is [].
    for (let index = 0; index < Math.max(list.length, 1); index++) {
      spend(frame, steps);
      const element = adopt(list[index]);
      frame.locals[slot] = element;
      const verdict = accepts(frame);
      if (index === 0 && isNumber(verdict)) return elementAt(list, Number(verdict));
      if (verdict !== null && typeof verdict !== 'boolean') {
        return nothing(frame, offset, () => `the condition of a filter is no boolean but ${nameOf(verdict)}`);
      }
      if (verdict === true && index < list.length) kept.push(element);
    }
    return kept;
  };
}

function elementAt(list: List, position: number): Value {
  if (!Number.isInteger(position) || position === 0) return null;
  return adopt(list.at(position > 0 ? position - 1 : position));
}

function through({ elements, slot, since }: Stage, next: Walk, until: number): Walk {
  const steps = until - since + 1;
  return (frame, visit) => {
    const found = elements(frame);
    if (found === null) return 'broken';
    for (let index = 0; index < found.length; index++) {
      spend(frame, steps);
      frame.locals[slot] = found.at(index);
      const ending = next(frame, visit);
      if (ending !== 'finished') return ending;
    }
    return 'finished';
  };
}

function buildElements(iterator: Iterator, scope: Scope, builder: Builder): Stage['elements'] {
  if (iterator.kind === 'elements') {
    const source = builder.build(iterator.source, scope);
    return (frame) => {
      const value = source(frame);
      if (value instanceof FeelRange) return elementsOf(value);
      const list = asList(value);
      return list === null ? null : { length: list.length, at: (index) => adopt(list[index]) };
    };
  }
  const first = builder.build(iterator.from, scope);
  const last = builder.build(iterator.to, scope);
  return (frame) => {
    return steps(first(frame), last(frame));
  };
}

/** Whole numbers or days, both ends included, up or down. */
function steps(from: Value, to: Value): Elements | null {
  if (from instanceof FeelDate && to instanceof FeelDate) return count(from.day, to.day, (day) => new FeelDate(day));
  if (isWhole(from) && isWhole(to)) return count(from, to, (number) => number);
  return isNumber(from) && isNumber(to) && parity(from) !== null && parity(to) !== null ? farSteps(from, to) : null;
}

/** Beyond what doubles count exactly. */
function farSteps(from: FeelNumber, to: FeelNumber): Elements {
  const length = Math.abs(Number(subtract(to, from))) + 1;
  const sign = compareNumbers(from, to) <= 0 ? 1 : -1;
  return { length, at: (index) => add(from, index * sign) };
}

/** Without the ends that a range does not include. */
function elementsOf({ low, high, includesLow, includesHigh }: FeelRange): Elements | null {
  const all = steps(low, high);
  if (all === null) return null;
  const from = includesLow ? 0 : 1;
  const length = all.length - from - (includesHigh ? 0 : 1);
  return { length: Math.max(length, 0), at: (index) => all.at(index + from) };
}

function count(from: number, to: number, element: (position: number) => Value): Elements {
  const step = from <= to ? 1 : -1;
  return { length: Math.abs(to - from) + 1, at: (index) => element(from + index * step) };
}

const isWhole = (value: Value): value is number => Number.isSafeInteger(value);

/** `partial` is the slot in which the body finds the results so far, if it looks at them. */
function collect(walk: Walk, body: Closure, partial: number | undefined): Closure {
  return (frame) => {
    const results: Value[] = [];
    const ending = walk(frame, (inner) => {
      if (partial !== undefined) {
        spend(frame, results.length);
        frame.locals[partial] = results.slice();
      }
      results.push(body(inner));
      return true;
    });
    return ending === 'broken' ? null : results;
  };
}

/** True as soon as one is true; else null if one is unknown. */
function some(walk: Walk, body: Closure): Closure {
  return (frame) => {
    let verdict: Verdict = false;
    const ending = walk(frame, (inner) => {
      const found = body(inner);
      if (found !== true && found !== false) verdict = null;
      return found !== true;
    });
    if (ending === 'broken') return null;
    return ending === 'stopped' ? true : verdict;
  };
}

/** Everything is true if nothing is not. */
function every(walk: Walk, body: Closure): Closure {
  const isAnyFalse = some(walk, (frame) => not(body(frame)));
  return (frame) => not(isAnyFalse(frame));
}
