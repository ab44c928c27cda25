/** An expression after parsing: every name resolved to its spelling, every function found, every precedence settled. */
import type { BuiltIn, Form } from '../functions/built-in.ts';
import type { ComparisonOperator } from '../values/comparison.ts';
import type { FeelType, FunctionParameter, Value } from '../values/value.ts';

/** Where the parts of an expression begin in its text. */
export type Offsets = ReadonlyMap<Syntax, number>;

export type Syntax =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'path'; readonly source: Syntax; readonly key: string }
  | { readonly kind: 'list'; readonly elements: readonly Syntax[] }
  | { readonly kind: 'context'; readonly entries: readonly Entry[] }
  | { readonly kind: 'negation'; readonly operand: Syntax }
  | { readonly kind: 'arithmetic'; readonly first: Syntax; readonly rest: readonly Operation[] }
  | { readonly kind: 'and'; readonly operands: readonly Syntax[] }
  | { readonly kind: 'or'; readonly operands: readonly Syntax[] }
  | Comparison
  | { readonly kind: 'between'; readonly value: Syntax; readonly low: Syntax; readonly high: Syntax }
  | { readonly kind: 'membership'; readonly value: Syntax; readonly tests: readonly Test[] }
  | { readonly kind: 'choice'; readonly condition: Syntax; readonly consequent: Syntax; readonly alternative: Syntax }
  | Call
  | { readonly kind: 'invocation'; readonly callee: Syntax; readonly operands: Operands }
  | { readonly kind: 'function'; readonly parameters: readonly FunctionParameter[]; readonly body: Syntax }
  | RangeSyntax
  | { readonly kind: 'instance'; readonly value: Syntax; readonly type: FeelType }
  | { readonly kind: 'presence'; readonly target: Reference }
  | { readonly kind: 'filter'; readonly source: Syntax; readonly condition: Syntax }
  | Loop
  | Tests
  /** What is not understood and yet was accepted: null, for this reason. */
  | { readonly kind: 'problem'; readonly reason: string };

/** The syntax of one kind. */
export type SyntaxOf<Kind extends Syntax['kind']> = Extract<Syntax, { kind: Kind }>;

type Reference = SyntaxOf<'variable' | 'path'>;

type Entry = { readonly key: string; readonly value: Syntax };

/** A chain such as a * b + c, taken from left to right: what binds tighter is an operand of its own. */
type Operation = { readonly operator: ArithmeticOperator; readonly operand: Syntax };

export const arithmeticOperators = ['+', '-', '*', '/', '**'] as const;
export type ArithmeticOperator = (typeof arithmeticOperators)[number];

export type Comparison = {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Syntax;
  readonly right: Syntax;
};

/**
 * A call of a function of the language: the forms that take so many operands, or operands of these names, each with the
 * operands in its order. A variable of the same name that holds a function is called instead.
 */
export type Call = {
  readonly kind: 'call';
  readonly name: string;
  readonly builtIn: BuiltIn;
  readonly operands: Operands;
  readonly forms: readonly { readonly form: Form; readonly operands: readonly Syntax[] }[];
  /** Somebody declared such a name, so that it may be a function of theirs. */
  readonly isDeclared: boolean;
};

export type Operands =
  | { readonly kind: 'positional'; readonly values: readonly Syntax[] }
  | { readonly kind: 'named'; readonly values: ReadonlyMap<string, Syntax> };

/** A missing end is open. */
export type RangeSyntax = {
  readonly kind: 'range';
  readonly low: Syntax | null;
  readonly high: Syntax | null;
  readonly includesLow: boolean;
  readonly includesHigh: boolean;
};

/** What a decision table asks about its input, `?`: whether one of the tests holds. */
export type Tests = { readonly kind: 'tests'; readonly tests: readonly Test[]; readonly isNegated: boolean };

/**
 * What may stand behind `in` and in the cell of a table: a value or list, a comparison without a left side, a range; in a
 * cell also a condition about `?`.
 */
export type Test =
  | { readonly kind: 'value'; readonly value: Syntax }
  | { readonly kind: 'condition'; readonly condition: Syntax }
  | { readonly kind: 'comparison'; readonly operator: ComparisonOperator; readonly right: Syntax }
  | { readonly kind: 'range'; readonly low: Endpoint; readonly high: Endpoint };

/** The operator compares the tested value with the end: `>=` for an included low end, `>` for an excluded one. */
type Endpoint = { readonly operator: ComparisonOperator; readonly value: Syntax };

export type Loop = {
  readonly kind: 'loop';
  readonly verb: 'for' | 'some' | 'every';
  readonly iterators: readonly Iterator[];
  readonly body: Syntax;
};

export type Iterator = { readonly name: string } & (
  | { readonly kind: 'elements'; readonly source: Syntax }
  | { readonly kind: 'range'; readonly from: Syntax; readonly to: Syntax }
);
