/** The functions of FEEL by name: DMN 1.5, 10.3.4. */
import { not } from '../values/comparison.ts';
import { ANY } from '../values/types.ts';
import { FeelFunction } from '../values/value.ts';
import { type BuiltIn, define, fitOperands } from './built-in.ts';
import { contextFunctions } from './context-functions.ts';
import { listFunctions } from './list-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { rangeFunctions } from './range-functions.ts';
import { statisticsFunctions } from './statistics-functions.ts';
import { temporalFunctions } from './temporal-functions.ts';
import { textFunctions } from './text-functions.ts';

const builtIns: ReadonlyMap<string, BuiltIn> = new Map([
  ['not', define('negand: any', ([value]) => not(value))],
  ...Object.entries(numberFunctions),
  ...Object.entries(textFunctions),
  ...Object.entries(listFunctions),
  ...Object.entries(statisticsFunctions),
  ...Object.entries(contextFunctions),
  ...Object.entries(rangeFunctions),
  ...Object.entries(temporalFunctions),
]);

export const builtInNames: readonly string[] = [...builtIns.keys()];

export const findBuiltIn = (name: string): BuiltIn | undefined => builtIns.get(name);

/** A function of the language as a value, with the operands of its first form. */
export function builtInFunction(name: string, { forms }: BuiltIn): FeelFunction | undefined {
  const [form] = forms;
  if (form === undefined) return undefined;
  return new FeelFunction({
    name,
    parameters: form.operands.map((operand) => ({ name: operand.name, type: ANY })),
    result: ANY,
    invoke: (operands, frame) => {
      const fitted = fitOperands(form, operands);
      return fitted === undefined ? null : form.call(fitted, frame);
    },
  });
}
