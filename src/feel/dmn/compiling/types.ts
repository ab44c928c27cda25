/** Item definitions as types of FEEL: components, collections, functions, and the values that are allowed. */
import { compileFormula } from '../../formula.ts';
import { ANY } from '../../values/types.ts';
import { type FeelType, type PlainType, plainTypes } from '../../values/value.ts';
import type { DmnModel, ItemDefinition, TextAt, TypeRef } from '../model.ts';
import { type Report, reportFormula } from './report.ts';

export type Types = {
  /** undefined: there is no such type. */
  readonly resolve: (ref: TypeRef) => FeelType | undefined;
  /**
   * As expressions name them: `tPerson`, and `imported.tPerson`. They leave allowed values aside, as `instance of` does
   * (DMN 1.5, 10.3.2.9.3: a constraint is no part of what a type is).
   */
  readonly named: ReadonlyMap<string, FeelType>;
  /** With their constraints. */
  readonly all: ReadonlyMap<string, FeelType>;
  /** The definition of a type of the model itself or of one it imports, for its list of values. */
  readonly definitionOf: (ref: TypeRef) => ItemDefinition | undefined;
};

/** A model that is imported, under the name by which its types are qualified. */
export type ImportedTypes = { readonly name: string; readonly namespace: string; readonly types: Types };

/** Spellings of DMN 1.1 and of other tools. */
const ALIASES: Readonly<Record<string, PlainType>> = {
  any: 'Any',
  integer: 'number',
  long: 'number',
  double: 'number',
  dateTime: 'date and time',
  dateAndTime: 'date and time',
  dayTimeDuration: 'days and time duration',
  daysAndTimeDuration: 'days and time duration',
  yearMonthDuration: 'years and months duration',
  yearsAndMonthsDuration: 'years and months duration',
};

const GENERAL: Readonly<Record<string, FeelType>> = {
  list: { kind: 'list', element: ANY },
  context: { kind: 'context', entries: [] },
  range: { kind: 'range', element: ANY },
  function: { kind: 'function', result: ANY },
};

function builtInType(name: string): FeelType | undefined {
  const plain =
    plainTypes.find((known) => known === name) ?? (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined);
  if (plain !== undefined) return { kind: 'plain', name: plain };
  return Object.hasOwn(GENERAL, name) ? GENERAL[name] : undefined;
}

type Parts = { readonly imported: readonly ImportedTypes[]; readonly keys: readonly string[]; readonly report: Report };

export function buildTypes(model: DmnModel, { imported, keys, report }: Parts): Types {
  const definitions = new Map(model.types.map((definition) => [definition.name, definition]));
  const known = new Map<string, FeelType>();
  const named = new Map<string, FeelType>();
  const open = new Set<string>();
  for (const { name, types } of imported) {
    const prefix = name === '' ? '' : `${name}.`;
    for (const [key, type] of types.all) known.set(`${prefix}${key}`, type);
    for (const [key, type] of types.named) named.set(`${prefix}${key}`, type);
  }

  const resolve = (ref: TypeRef): FeelType | undefined => {
    if (ref.namespace !== undefined) {
      return imported.find(({ namespace }) => namespace === ref.namespace)?.types.resolve({ name: ref.name });
    }
    const { name } = ref;
    const definition = definitions.get(name);
    if (definition === undefined) return known.get(name) ?? builtInType(name);
    const made = known.get(name);
    if (made !== undefined) return made;
    if (open.has(name)) {
      report(definition, 'type-cycle', `The type "${name}" is made of itself; inside of itself it allows everything.`);
      return ANY;
    }
    open.add(name);
    const type = build(definition);
    open.delete(name);
    known.set(name, type);
    named.set(name, unconstrained(type));
    return type;
  };

  const declared = (ref: TypeRef | undefined, at: ItemDefinition): FeelType => {
    if (ref === undefined) return ANY;
    const type = resolve(ref);
    if (type === undefined) report(at, 'unknown-type', `There is no type "${ref.name}".`);
    return type ?? ANY;
  };

  /** Tests of a component see the components beside it (DMN 1.5, 7.3.3). */
  const build = (definition: ItemDefinition, siblings: readonly string[] = []): FeelType => {
    const { name, isCollection, allowedValues, constraint } = definition;
    const tested = (type: FeelType, tests: TextAt | undefined): FeelType =>
      tests === undefined ? type : constrained(name, type, testOf(tests, definition, siblings));
    const one = tested(baseOf(definition), allowedValues);
    return tested(isCollection ? { kind: 'list', element: one } : one, constraint);
  };

  const baseOf = (definition: ItemDefinition): FeelType => {
    const { components, signature, type } = definition;
    if (components.length > 0) {
      const names = components.map(({ name }) => name);
      return { kind: 'context', entries: components.map((part) => ({ key: part.name, type: build(part, names) })) };
    }
    if (signature === undefined) return declared(type, definition);
    const parameters = signature.parameters.map((parameter) => declared(parameter.type, definition));
    return { kind: 'function', parameters, result: declared(signature.result, definition) };
  };

  const testOf = (tests: TextAt, at: ItemDefinition, siblings: readonly string[]) => {
    const formula = compileFormula(tests.text, { names: siblings, fields: keys, types: named, isCell: true });
    reportFormula(formula, { text: tests, at, report });
    return formula;
  };

  for (const name of definitions.keys()) resolve({ name });
  const definitionOf: Types['definitionOf'] = ({ name, namespace }) => {
    if (namespace === undefined && definitions.has(name)) return definitions.get(name);
    for (const other of imported) {
      const prefix = other.name === '' ? '' : `${other.name}.`;
      const isThere = namespace === undefined ? name.startsWith(prefix) : namespace === other.namespace;
      const found = isThere
        ? other.types.definitionOf({ name: namespace ? name : name.slice(prefix.length) })
        : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { resolve, named, all: known, definitionOf };
}

const constrained = (name: string, base: FeelType, tests: ReturnType<typeof compileFormula>): FeelType => ({
  kind: 'constrained',
  name: `${name} (${tests.text})`,
  base,
  allows: (value, frame) => tests.run(frame.siblings ?? {}, frame, value) === true,
});

function unconstrained(type: FeelType): FeelType {
  switch (type.kind) {
    case 'constrained':
      return unconstrained(type.base);
    case 'list':
    case 'range':
      return { kind: type.kind, element: unconstrained(type.element) };
    case 'context':
      return { ...type, entries: type.entries.map((entry) => ({ ...entry, type: unconstrained(entry.type) })) };
    default:
      return type;
  }
}
