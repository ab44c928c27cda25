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

const named = new WeakMap<object, readonly string[]>();

/** All names that may stand behind its points. */
export function namesIn(shape: Shape): readonly string[] {
  if (shape === null) return [];
  const kept = named.get(shape);
  if (kept !== undefined) return kept;
  const names = Object.entries(shape).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
  named.set(shape, names);
  return names;
}

/**
 * What the parser keeps about values: one of which nobody knows anything has all of these fields. It lists the names of a
 * context anew for each context that it meets, so those that are made of the same are the same.
 */
export function contextWith(fields: readonly string[]): typeof VariableContext {
  const kept = contexts.get(fields);
  if (kept !== undefined) return kept;
  const made = makeContext(fields);
  contexts.set(fields, made);
  return made;
}

const contexts = new WeakMap<readonly string[], typeof VariableContext>();

function makeContext(fields: readonly string[]): typeof VariableContext {
  class Known extends VariableContext {
    readonly #made = new Map<string | null, Known>();

    static override of(...contexts: readonly unknown[]): VariableContext {
      const [first, second] = contexts;
      if (contexts.length === 1 && first === null) return unknown;
      if (contexts.length === 2 && second === null && first instanceof Known) {
        return first.#kept(null, () => merged([first, unknown]));
      }
      return merged(contexts.map((context) => (context === null ? unknown : context)));
    }

    override set(key: string, value: unknown): this {
      const make = (): Known => new Known({ ...this.value, [key]: value });
      return (value === null ? this.#kept(key, make) : make()) as this;
    }

    #kept(key: string | null, make: () => Known): Known {
      const made = this.#made.get(key) ?? make();
      this.#made.set(key, made);
      return made;
    }
  }
  const merged = (contexts: readonly unknown[]): Known => new Known(VariableContext.of(...contexts).value);
  const unknown = new Known(Object.fromEntries(fields.map((name) => [name, null])));
  return Known;
}
