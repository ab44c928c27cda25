/** Boxed expressions: XML → data. */
import type {
  Boxed,
  ContextEntry,
  DecisionTable,
  FunctionBox,
  InvocationBox,
  LoopBox,
  RelationBox,
  Variable,
} from '../model.ts';
import { attribute, childNamed, childrenNamed, type DmnElement } from './document.ts';
import { identified, optional, type Reading, readText, readVariable, typed } from './parts.ts';
import { readTable } from './read-table.ts';

type Read = (of: DmnElement, reading: Reading) => Boxed;

const readers: Readonly<Record<string, Read>> = {
  literalExpression: (of, reading) => ({
    ...box(of, reading),
    kind: 'literal',
    ...(readText(of, reading) ?? { text: '', line: of.line }),
  }),
  context: (of, reading) => ({
    ...box(of, reading),
    kind: 'context',
    entries: childrenNamed(of, 'contextEntry').map((entry) => readEntry(entry, reading)),
  }),
  invocation: readInvocation,
  list: (of, reading) => ({ ...box(of, reading), kind: 'list', elements: boxedIn(of, reading) }),
  relation: readRelation,
  functionDefinition: readFunction,
  conditional: (of, reading) => ({
    ...box(of, reading),
    kind: 'conditional',
    ...optional('condition', boxedUnder(of, 'if', reading)),
    ...optional('consequent', boxedUnder(of, 'then', reading)),
    ...optional('alternative', boxedUnder(of, 'else', reading)),
  }),
  filter: (of, reading) => ({
    ...box(of, reading),
    kind: 'filter',
    ...optional('source', boxedUnder(of, 'in', reading)),
    ...optional('match', boxedUnder(of, 'match', reading)),
  }),
  for: (of, reading) => readLoop(of, 'for', reading),
  some: (of, reading) => readLoop(of, 'some', reading),
  every: (of, reading) => readLoop(of, 'every', reading),
  decisionTable: readTable,
};

/** The expression that an element holds; the first, if there are several. */
export const firstBoxed = (holder: DmnElement, reading: Reading): Boxed | undefined => boxedIn(holder, reading)[0];

function boxedIn(holder: DmnElement, reading: Reading): Boxed[] {
  return holder.children.flatMap((child) => {
    const read = Object.hasOwn(readers, child.name) ? readers[child.name] : undefined;
    return read === undefined ? [] : [read(child, reading)];
  });
}

function boxedUnder(of: DmnElement, name: string, reading: Reading): Boxed | undefined {
  const holder = childNamed(of, name);
  return holder === undefined ? undefined : firstBoxed(holder, reading);
}

const box = (of: DmnElement, reading: Reading) => ({ ...identified(of), ...typed(of, reading) });

function readEntry(of: DmnElement, reading: Reading): ContextEntry {
  const variable = childNamed(of, 'variable');
  return {
    ...identified(of),
    ...optional('variable', variable && readVariable(variable, reading)),
    ...optional('value', firstBoxed(of, reading)),
  };
}

function readInvocation(of: DmnElement, reading: Reading): InvocationBox {
  const bindings = childrenNamed(of, 'binding').flatMap((binding) => {
    const parameter = childNamed(binding, 'parameter');
    if (parameter === undefined) return [];
    return [{ parameter: readVariable(parameter, reading), ...optional('value', firstBoxed(binding, reading)) }];
  });
  return { ...box(of, reading), kind: 'invocation', ...optional('callee', firstBoxed(of, reading)), bindings };
}

function readRelation(of: DmnElement, reading: Reading): RelationBox {
  return {
    ...box(of, reading),
    kind: 'relation',
    columns: childrenNamed(of, 'column').map((column) => readVariable(column, reading)),
    rows: childrenNamed(of, 'row').map((row, index) => ({
      ...identified(row, `#${index + 1}`),
      cells: boxedIn(row, reading),
    })),
  };
}

/** Of a boxed expression, or of a business knowledge model. */
export function readFunction(of: DmnElement, reading: Reading): FunctionBox {
  const kind = attribute(of, 'kind')?.trim().toUpperCase() ?? '';
  const declared = childrenNamed(of, 'formalParameter').map((parameter) => readVariable(parameter, reading));
  const body = firstBoxed(of, reading);
  return {
    ...box(of, reading),
    kind: 'function',
    language: kind === 'JAVA' || kind === 'J' ? 'Java' : kind === 'PMML' || kind === 'P' ? 'PMML' : 'FEEL',
    parameters: declared.length === 0 && body?.kind === 'table' ? inputsAsParameters(body) : declared,
    ...optional('body', body),
  };
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*(?: [\p{L}\p{N}_]+)*$/u;

/** A table that declares no parameters takes its input expressions as their names (DMN 1.5, 10.2.1.7). */
function inputsAsParameters({ inputs }: DecisionTable): readonly Variable[] {
  const found = inputs.filter(
    ({ expression: { text } }, place) =>
      NAME.test(text) && place === inputs.findIndex((other) => other.expression.text === text),
  );
  return found.map(({ expression, id, line, type }) => ({
    id,
    line,
    name: expression.text,
    ...optional('type', type),
  }));
}

function readLoop(of: DmnElement, verb: LoopBox['verb'], reading: Reading): LoopBox {
  return {
    ...box(of, reading),
    kind: 'loop',
    verb,
    iterator: (attribute(of, 'iteratorVariable') ?? '').trim().replace(/\s+/g, ' '),
    ...optional('source', boxedUnder(of, 'in', reading)),
    ...optional('body', boxedUnder(of, verb === 'for' ? 'return' : 'satisfies', reading)),
  };
}
