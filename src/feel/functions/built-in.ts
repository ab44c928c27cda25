/**
 * What a function of FEEL is: one or more forms, each with the names and kinds of its operands and what it makes of
 * them. An operand of the wrong kind, and whatever has no answer, is null; none of them throws on a type.
 */
import type { Frame } from '../evaluation/frame.ts';
import type { Value } from '../values/value.ts';
import { type KindName, type KindValue, kinds } from './kinds.ts';

export type BuiltIn = {
  readonly forms: readonly Form[];
  /** Its answer depends on nothing but its operands and is cheap to keep: with literals it is computed at compile time. */
  readonly isConstant?: true;
  /** It asks what time it is, which only a caller that hands in a clock can answer. */
  readonly needsClock?: true;
};

export type Form = {
  readonly operands: readonly Operand[];
  /** The last operand may come any number of times; the form then gets all of them as one list. */
  readonly isVariadic: boolean;
  readonly call: (operands: readonly Value[], frame: Frame) => Value;
};

export type Operand = { readonly name: string; readonly kind: KindName; readonly isOptional: boolean };

/**
 * A function of one form: `define('string: string, length?: number', ([string, length], frame) => …)`. The operands
 * arrive checked and fitted to their kinds; one that was left out is null.
 */
export const define = <Signature extends string>(
  signature: Signature,
  call: (operands: Operands<Signature>, frame: Frame) => Value,
): BuiltIn => ({ forms: [formOf(signature, call as unknown as Form['call'])] });

/** A function that is called in several ways; the first form that the operands fit is taken. */
export const either = (...functions: readonly BuiltIn[]): BuiltIn => ({
  forms: functions.flatMap(({ forms }) => forms),
});

/** For folding calls with literal operands at compile time. */
export const constant = (builtIn: BuiltIn): BuiltIn => ({ ...builtIn, isConstant: true });

export const least = ({ operands }: Form): number => operands.filter(({ isOptional }) => !isOptional).length;

export const most = ({ operands, isVariadic }: Form): number =>
  isVariadic ? Number.POSITIVE_INFINITY : operands.length;

/** The operands, fitted to the kinds of the form; undefined if one is of another kind. */
export function fitOperands({ operands, isVariadic }: Form, values: readonly Value[]): Value[] | undefined {
  const fitted: Value[] = [];
  const single = isVariadic ? operands.length - 1 : operands.length;
  for (let place = 0; place < single; place++) {
    const { kind, isOptional } = operands[place] as Operand;
    const value = values[place] ?? null;
    if (value === null && isOptional) {
      fitted.push(null);
      continue;
    }
    const accepted = kinds[kind].accept(value);
    if (accepted === undefined) return undefined;
    fitted.push(accepted);
  }
  if (!isVariadic) return fitted;
  const { kind } = operands[single] as Operand;
  const rest: Value[] = [];
  for (let place = single; place < values.length; place++) {
    const accepted = kinds[kind].accept(values[place] ?? null);
    if (accepted === undefined) return undefined;
    rest.push(accepted);
  }
  fitted.push(rest);
  return fitted;
}

/** How it can be called: `date(from) or date(year, month, day)`. */
export const describeForms = (name: string, { forms }: BuiltIn): string =>
  [...new Set(forms.map((form) => `${name}(${operandsOf(form)})`))].join(' or ');

const operandsOf = ({ operands, isVariadic }: Form): string =>
  `${operands.map((operand) => `${operand.name}${operand.isOptional ? '?' : ''}`).join(', ')}${isVariadic ? ', …' : ''}`;

function formOf(signature: string, call: Form['call']): Form {
  const texts = signature === '' ? [] : signature.split(', ');
  const operands = texts.map((text): Operand => {
    const [name = '', kind = 'any'] = text.replace(/^\.\.\./, '').split(': ');
    return { name: name.replace(/\?$/, ''), kind: kind as KindName, isOptional: name.endsWith('?') };
  });
  return { operands, isVariadic: texts.at(-1)?.startsWith('...') ?? false, call };
}

/** The types of the operands that a signature names. */
type Operands<Signature extends string> = Signature extends ''
  ? readonly []
  : Signature extends `${infer First}, ${infer Rest}`
    ? readonly [OperandValue<First>, ...Operands<Rest>]
    : readonly [OperandValue<Signature>];

type OperandValue<Text extends string> = Text extends `...${string}: ${infer Kind extends KindName}`
  ? readonly KindValue<Kind>[]
  : Text extends `${string}?: ${infer Kind extends KindName}`
    ? KindValue<Kind> | null
    : Text extends `${string}: ${infer Kind extends KindName}`
      ? KindValue<Kind>
      : never;
