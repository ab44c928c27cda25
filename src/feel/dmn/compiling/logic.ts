/** What the compilers of boxed expressions and tables share: what they make, and what they know while they make it. */
import { nothing, spend } from '../../evaluation/frame.ts';
import { formulaOf as compiledFormula, type Formula, parseFormula } from '../../formula.ts';
import type { Declarations } from '../../syntax/names.ts';
import { describeType, fitTo, nameOf } from '../../values/types.ts';
import type { Context, FeelType, Frame, Value } from '../../values/value.ts';
import type { Identified, TextAt, Typed } from '../model.ts';
import { type Report, reportFormula, reportNames } from './report.ts';
import type { Types } from './types.ts';

/** An expression that is ready to run with the values of the names it sees. */
export type Logic = (variables: Context, frame: Frame) => Value;

/** Where an expression stands: what it may read, and whose it is. */
export type Site = {
  readonly types: Types;
  /** Entries of contexts that have several words: the parser has to know them. */
  readonly keys: readonly string[];
  /** What may be required; whoever reads one without doing so is told. */
  readonly elements: ReadonlySet<string>;
  readonly report: Report;
  /** The names that the expression sees, with their types where they are declared. */
  readonly visible: ReadonlyMap<string, FeelType | undefined>;
  /** The element whose logic it is, for traces. */
  readonly owner: Identified & { readonly name: string };
  /** Entries of something unknown may be read, too: of the elements of a filter. */
  readonly isOpen: boolean;
  /** Collects the names that are read and declared nowhere. */
  readonly undeclared?: Set<string>;
};

export const NOTHING: Logic = () => null;

/** Names that are handed on at the price of one step; below that they are for nothing. */
const NAMES_PER_STEP = 8;

/** A loop hands names on in every round, and there may be thousands of them. */
export const spendOnNames = (frame: Frame, names: number): void => spend(frame, Math.floor(names / NAMES_PER_STEP));

/** What is seen, for an inner part that sees more. */
export function scopeOver(variables: Readonly<Record<string, unknown>>, frame: Frame): Record<string, unknown> {
  const scope = { ...variables };
  spendOnNames(frame, Object.keys(scope).length);
  return scope;
}

/** An inner expression that sees more names. */
export const seeing = (site: Site, ...names: readonly (readonly [string, FeelType | undefined])[]): Site => ({
  ...site,
  visible: new Map([...site.visible, ...names]),
});

/** What its parser has to know. In a filter the entries of elements have names of their own. */
const declarationsOf = ({ visible, keys, isOpen }: Pick<Site, 'visible' | 'keys' | 'isOpen'>): Declarations => ({
  names: isOpen ? [...keys, ...visible.keys()] : [...visible.keys()],
  typed: visible,
  fields: keys,
});

const FEEL_LANGUAGE = /feel/i;

/** The formula of a text of the file, its problems reported. */
export const formulaOf = (text: TextAt, at: Identified, site: Site & { readonly isCell?: boolean }): Formula =>
  readFormula(text, at, site).formula;

/** As `formulaOf`, with its syntax. */
export function readFormula(text: TextAt, at: Identified, site: Site & { readonly isCell?: boolean }) {
  const { types, visible, elements, report, isCell = false, isOpen, undeclared } = site;
  if (text.language !== undefined && text.language !== '' && !FEEL_LANGUAGE.test(text.language)) {
    report(at, 'expression-language', `The language "${text.language}" is not FEEL.`);
  }
  const parsed = parseFormula(text.text, { ...declarationsOf(site), types: types.named, isCell });
  const formula = compiledFormula(text.text, parsed);
  reportFormula(formula, { text, at, report });
  if (!isOpen) reportNames(formula, { text, at, report, visible, elements, undeclared });
  return { formula, parsed };
}

/** The type that something declares; undefined if it declares none, or one that does not exist, which is reported. */
export function typeOf({ type }: Typed, at: Identified, { types, report }: Pick<Site, 'types' | 'report'>) {
  if (type === undefined) return undefined;
  const found = types.resolve(type);
  if (found === undefined) report(at, 'unknown-type', `There is no type "${type.name}".`);
  return found?.kind === 'plain' && found.name === 'Any' ? undefined : found;
}

/** Fits values to a type: null, with the reason, if one is of another; without a type they stay as they are. */
export function fitter(type: FeelType | undefined, whose: () => string): (value: Value, frame: Frame) => Value {
  if (type === undefined) return (value) => value;
  return (value, frame) => {
    if (value === null) return null;
    const fits = fitTo(value, type, frame);
    if (fits !== undefined) return fits;
    return nothing(frame, 0, () => `${whose()} is of type ${describeType(type)}, not this ${nameOf(value)}`);
  };
}

/** Logic whose result has a type. */
export function typed(logic: Logic, type: FeelType | undefined, whose: string): Logic {
  if (type === undefined) return logic;
  const adapt = fitter(type, () => whose);
  return (variables, frame) => adapt(logic(variables, frame), frame);
}
