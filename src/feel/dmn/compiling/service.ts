/**
 * Decision services as functions (DMN 1.5, 10.4): input data come first, then input decisions, which are handed in
 * instead of evaluated. One output decision gives its value, several a context.
 */
import { ANY } from '../../values/types.ts';
import type { FeelFunction } from '../../values/value.ts';
import type { DecisionService, Requirement } from '../model.ts';
import { functionOf } from './functions.ts';
import { type Site, typeOf } from './logic.ts';
import type { Binding, Node, Requirements, Unit } from './nodes.ts';
import { type Plan, planFor } from './plan.ts';

type Parts = { readonly unit: Unit; readonly linker: Requirements; readonly site: Site };

export function serviceFunction(service: DecisionService, { unit, linker, site }: Parts): FeelFunction {
  const { name, outputs, inputData, inputDecisions } = service;
  const parameters = [...inputData, ...inputDecisions].flatMap((requirement) => parameterOf(requirement, unit));
  const declared = typeOf(service, service, site);
  let plan: Plan | undefined;
  let results: readonly Binding[] = [];
  // Its decisions may call it, so they are linked when it is called for the first time.
  const ready = (): Plan => {
    if (plan !== undefined) return plan;
    results = linker.bindings(unit, outputs, service);
    const given = linker
      .bindings(unit, [...inputData, ...inputDecisions], service)
      .map(({ node, ...names }): [Node, string] => [node, qualified(names)]);
    plan = planFor(
      results.map(({ node }) => node),
      new Map(given),
    );
    return plan;
  };
  return functionOf({
    name,
    parameters: parameters.map(({ source, importName, types }) => ({
      name: qualified({ name: source.name, importName }),
      type: typeOf(source, source, { ...site, types }) ?? ANY,
    })),
    result: declared?.kind === 'function' ? declared.result : (declared ?? ANY),
    body: (operands, frame) => {
      const values = ready().run(operands, frame);
      if (results.length === 1) return values[0] ?? null;
      return Object.fromEntries(results.map((result, place) => [result.name, values[place] ?? null]));
    },
    variables: () => ({}),
  });
}

/** What another model defines begins with the name of its import (DMN 1.5, 10.4). */
const qualified = ({ name, importName }: Pick<Binding, 'name' | 'importName'>): string =>
  importName === '' ? name : `${importName}.${name}`;

/** The element itself: an input, or a decision whose value is handed in. */
function parameterOf({ namespace, target }: Requirement, unit: Unit) {
  const from =
    namespace === undefined ? { name: '', unit } : unit.imports.find((entry) => entry.namespace === namespace);
  const found = from?.unit.sources.get(target);
  if (from === undefined || (found?.kind !== 'input' && found?.kind !== 'decision')) return [];
  return [{ source: found.source, importName: from.name, types: from.unit.types }];
}

/** Encapsulated decisions may need only each other and what is handed in. */
export function checkService(service: DecisionService, { unit, linker, site }: Parts): void {
  const { outputs, encapsulated, inputData, inputDecisions } = service;
  const { report } = site;
  if (outputs.length === 0) report(service, 'service-output', 'The service has no output decision.');
  const nodesOf = (requirements: readonly Requirement[]): Node[] =>
    linker.bindings(unit, requirements, service).map(({ node }) => node);
  const given = nodesOf([...inputData, ...inputDecisions]);
  const inside = nodesOf([...outputs, ...encapsulated]);
  for (const node of inside) {
    if (node.kind !== 'decision') continue;
    for (const { node: required } of node.bindings) {
      if (required.kind === 'function' || given.includes(required) || inside.includes(required)) continue;
      const message = `"${node.name}" requires "${required.name}", which is neither inside of the service nor handed in.`;
      report(
        service,
        'service-input',
        required.kind === 'input' ? message : `${message} It is evaluated all the same.`,
      );
    }
  }
}
