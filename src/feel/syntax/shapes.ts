/**
 * Which names may stand behind the point of another, so that `order.net-price` is one path where the orders of a model have
 * a `net-price`, and a subtraction where they have a `net`. Where nobody knows, every field of the model may stand.
 */
import { VariableContext } from 'lezer-feel';
import type { FeelType } from '../values/value.ts';

/** null: nobody knows. */
export type Shape = { readonly [name: string]: Shape } | null;

const NONE: Shape = {};
const known = new WeakMap<FeelType, Shape>();

/** A list has the fields of its elements, a function those of its answer. */
export function shapeOf(type: FeelType | undefined): Shape {
  if (type === undefined) return null;
  const kept = known.get(type);
  if (kept !== undefined) return kept;
  const shape = shapeOfKind(type);
  known.set(type, shape);
  return shape;
}

function shapeOfKind(type: FeelType): Shape {
  switch (type.kind) {
    case 'plain':
      return type.name === 'Any' ? null : NONE;
    case 'list':
      return shapeOf(type.element);
    case 'function':
      return shapeOf(type.result);
    case 'constrained':
      return shapeOf(type.base);
    case 'range':
      return NONE;
    case 'context':
      if (type.entries.length === 0) return null;
      return Object.fromEntries(type.entries.map(({ key, type: entry }) => [key, shapeOf(entry)]));
    default:
      return type satisfies never;
  }
}

export const namesIn = (shape: Shape): string[] =>
  shape === null ? [] : Object.entries(shape).flatMap(([name, inner]) => [name, ...namesIn(inner)]);

/** What the parser keeps about values: one of which nobody knows anything has all of these fields. */
export function contextWith(fields: readonly string[]): typeof VariableContext {
  const unknown = Object.fromEntries(fields.map((name) => [name, null]));
  return class Fields extends VariableContext {
    static override of(...contexts: readonly unknown[]): VariableContext {
      return VariableContext.of(...contexts.map((context) => (context === null ? unknown : context)));
    }
  };
}
