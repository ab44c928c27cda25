/** Boxed function definitions, and the logic of business knowledge models: values that can be called. */
import { failure, MAX_CALL_DEPTH, nothing, spend } from '../../evaluation/frame.ts';
import { ANY } from '../../values/types.ts';
import { FeelFunction, type FeelType, type Frame, type FunctionParameter, type Value } from '../../values/value.ts';
import type { Boxed, FunctionBox, Identified, Variable } from '../model.ts';
import { type Logic, type Site, scopeOver, seeing, typeOf } from './logic.ts';

export type CompileBoxed = (boxed: Boxed | undefined, at: Identified, site: Site) => Logic;

/** It keeps the names it sees where it stands, and runs with them wherever it is called. */
export function compileFunction(boxed: FunctionBox, site: Site, compile: CompileBoxed): Logic {
  const { parameters, body } = compileBody(boxed, site, compile);
  return (variables, frame) => {
    spend(frame, 1);
    return functionOf({ name: '', parameters, result: ANY, body, variables: () => variables });
  };
}

type FunctionBody = { readonly parameters: readonly FunctionParameter[]; readonly body: Logic };

export function compileBody(boxed: FunctionBox, site: Site, compile: CompileBoxed): FunctionBody {
  const parameters = parametersOf(boxed.parameters, site);
  if (boxed.language !== 'FEEL') {
    const { language } = boxed;
    const reason = `functions of kind ${language} are not called: only FEEL is`;
    site.report(boxed, 'external-function', `It is a function of ${language}: it is never called, its value is null.`);
    return { parameters, body: (_, frame) => nothing(frame, 0, () => reason) };
  }
  const inner = seeing(site, ...parameters.map(({ name, type }) => [name, type] as const));
  return { parameters, body: compile(boxed.body, boxed, inner) };
}

function parametersOf(variables: readonly Variable[], site: Site): FunctionParameter[] {
  const names = new Set<string>();
  return variables.map((variable) => {
    const { name } = variable;
    if (names.has(name)) site.report(variable, 'duplicate-name', `There are two parameters "${name}".`);
    names.add(name);
    return { name, type: typeOf(variable, variable, site) ?? ANY };
  });
}

type Parts = FunctionBody & {
  readonly name: string;
  readonly result: FeelType;
  /** What the body sees beside its parameters. */
  readonly variables: () => Readonly<Record<string, unknown>>;
};

export const functionOf = ({ name, parameters, result, body, variables }: Parts): FeelFunction =>
  new FeelFunction({
    name,
    parameters,
    result,
    invoke: (operands, frame) =>
      calling(frame, () => {
        const scope = scopeOver(variables(), frame);
        for (const [place, parameter] of parameters.entries()) scope[parameter.name] = operands[place] ?? null;
        return body(scope, frame);
      }),
  });

/** Functions of models call each other without a formula between them, so their depth is counted here. */
export function calling(frame: Frame, run: () => Value): Value {
  if (frame.calls >= MAX_CALL_DEPTH) throw failure(frame, `more than ${MAX_CALL_DEPTH} functions call each other`);
  frame.calls += 1;
  const value = run();
  frame.calls -= 1;
  return value;
}
