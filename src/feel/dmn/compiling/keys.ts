/**
 * The entries of contexts that models declare. An expression can only read one of several words (`A.first name`) if the
 * parser was told that there is such a name.
 */
import type { Boxed, DmnModel, ItemDefinition } from '../model.ts';

/** Names of several words, or with signs; those of one word need no telling. */
export function keysOf(models: readonly DmnModel[]): string[] {
  const keys = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name !== undefined && /[^\p{L}\p{N}_]/u.test(name)) keys.add(name);
  };
  for (const { types, decisions, functions, services } of models) {
    for (const type of types) addComponents(type, add);
    for (const { logic } of [...decisions, ...functions]) if (logic !== undefined) addBoxed(logic, add);
    // The value of a service of several decisions is a context by their names.
    const joined = new Set(
      services.flatMap(({ outputs }) => (outputs.length > 1 ? outputs : [])).map(({ target }) => target),
    );
    for (const { id, name } of decisions) if (joined.has(id)) add(name);
  }
  return [...keys];
}

type Add = (name: string | undefined) => void;

function addComponents({ components }: ItemDefinition, add: Add): void {
  for (const component of components) {
    add(component.name);
    addComponents(component, add);
  }
}

function addBoxed(boxed: Boxed, add: Add): void {
  const inside = (...parts: readonly (Boxed | undefined)[]): void => {
    for (const part of parts) if (part !== undefined) addBoxed(part, add);
  };
  switch (boxed.kind) {
    case 'literal':
      return;
    case 'context':
      for (const { variable } of boxed.entries) add(variable?.name);
      return inside(...boxed.entries.map(({ value }) => value));
    case 'invocation':
      return inside(boxed.callee, ...boxed.bindings.map(({ value }) => value));
    case 'list':
      return inside(...boxed.elements);
    case 'relation':
      for (const { name } of boxed.columns) add(name);
      return inside(...boxed.rows.flatMap(({ cells }) => cells));
    case 'function':
      return inside(boxed.body);
    case 'conditional':
      return inside(boxed.condition, boxed.consequent, boxed.alternative);
    case 'filter':
      return inside(boxed.source, boxed.match);
    case 'loop':
      return inside(boxed.source, boxed.body);
    case 'table':
      for (const { name } of boxed.outputs) add(name);
      return;
    default:
      return boxed satisfies never;
  }
}
