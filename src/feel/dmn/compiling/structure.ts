/** What is wrong with the names and bindings of a model, whatever its expressions say. */
import type { Boxed, DmnModel, InvocationBox, KnowledgeModel, Named } from '../model.ts';
import type { Report } from './report.ts';

export function checkStructure(model: DmnModel, report: Report): void {
  const { inputs, decisions, functions, services, types, imports } = model;
  // Elements share one space of names with imports; types have another.
  checkNames(
    [...inputs, ...decisions, ...functions, ...services, ...imports.filter(({ name }) => name !== '')],
    report,
  );
  checkNames(types, report);
  for (const { components } of types) checkNames(components, report);
  const known = new Map(functions.map((each) => [each.name, each]));
  for (const { logic } of [...decisions, ...functions]) if (logic !== undefined) checkBindings(logic, known, report);
}

function checkNames(elements: readonly Named[], report: Report): void {
  const names = new Set<string>();
  for (const element of elements) {
    const { name } = element;
    if (name === '') report(element, 'missing-name', 'The element has no name.');
    else if (names.has(name)) report(element, 'duplicate-name', `There are two elements "${name}".`);
    names.add(name);
  }
}

/** Invocations of functions of the model, wherever they stand. */
function checkBindings(root: Boxed, known: ReadonlyMap<string, KnowledgeModel>, report: Report): void {
  const waiting: Boxed[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'invocation') checkInvocation(next, known, report);
    for (const value of Object.values(next)) collect(value, waiting);
  }
}

function collect(value: unknown, into: Boxed[]): void {
  if (Array.isArray(value)) for (const element of value) collect(element, into);
  else if (typeof value === 'object' && value !== null) {
    if ('kind' in value) into.push(value as Boxed);
    else for (const inner of Object.values(value)) collect(inner, into);
  }
}

function checkInvocation(
  { callee, bindings }: InvocationBox,
  known: ReadonlyMap<string, KnowledgeModel>,
  report: Report,
): void {
  const called = callee?.kind === 'literal' ? known.get(callee.text) : undefined;
  if (called?.logic === undefined) return;
  const wanted = called.logic.parameters.map(({ name }) => name);
  for (const { parameter } of bindings) {
    if (!wanted.includes(parameter.name)) {
      report(parameter, 'unknown-parameter', `"${called.name}" has no parameter "${parameter.name}".`);
    }
  }
  const missing = wanted.filter((name) => !bindings.some(({ parameter }) => parameter.name === name));
  if (missing.length > 0 && callee !== undefined) {
    report(callee, 'unknown-parameter', `"${called.name}" is called without ${missing.join(', ')}.`);
  }
}
