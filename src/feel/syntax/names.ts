/**
 * Names in FEEL may hold spaces and signs ("delivery date", "oil-level"). The parser can only tell such a name from two
 * names, or from a subtraction, when it was declared: by the caller, or inside the expression as a key or loop variable.
 */
import { normalizeContextKey } from 'lezer-feel';
import { builtInNames } from '../functions/built-ins.ts';
import type { FeelType } from '../values/value.ts';
import { namesIn, type Shape, shapeOf } from './shapes.ts';
import { children, type TreeNode } from './tree.ts';

/** The parser's spelling (one space around every part) → the name as it was declared. Those of one word are there as they are. */
export type Names = Map<string, string>;

const ONE_WORD = /^[^\s.'/\-+*^]*$/;

/** A variable that is called `if` or `string` must not change how the rest is read. */
const RESERVED: ReadonlySet<string> = new Set([
  ...'for in return if then else some every satisfies and or not between instance of function external'.split(' '),
  ...['null', 'true', 'false', 'item', 'partial'],
  ...builtInNames.map((name) => name.split(' ')[0] ?? name),
]);

/** What is declared to an expression. */
export type Declarations = {
  /** Variables and functions. */
  readonly names: readonly string[];
  /** The types of some of them. */
  readonly typed?: ReadonlyMap<string, FeelType | undefined>;
  /** What may stand behind a point, or be an entry of an element in a filter, where no type is known. */
  readonly fields?: readonly string[];
};

export function declareNames({ names, typed = new Map(), fields = [] }: Declarations): Names {
  const behindPoints = names.map((name) => namesIn(shapeOf(typed.get(name))));
  return new Map([fields, ...behindPoints, names].flatMap(spelled));
}

type Spelled = readonly (readonly [string, string])[];
/** A model declares the same fields to all of its expressions. */
const known = new WeakMap<readonly string[], Spelled>();

function spelled(names: readonly string[]): Spelled {
  const kept = known.get(names);
  if (kept !== undefined) return kept;
  const made = names.map((name) => [ONE_WORD.test(name) ? name : normalizeContextKey(name), name] as const);
  known.set(names, made);
  return made;
}

/**
 * What the parser is told to look out for, and what may stand behind its points. Names of one word without a known shape
 * are left out: it finds them anyway.
 */
export function parserContext({ names, typed = new Map() }: Declarations): Record<string, Shape> {
  const shapes = names.map((name): [string, Shape] => [name, shapeOf(typed.get(name))]);
  return Object.fromEntries(
    shapes.filter(([name, shape]) => !ONE_WORD.test(name) || (shape !== null && !RESERVED.has(name))),
  );
}

/** The name a node spells; undefined if it has several parts and was declared nowhere. */
export function findName(node: TreeNode, text: string, names: Names): string | undefined {
  const spelling = spellingOf(node, text);
  return ONE_WORD.test(spelling) ? spelling : names.get(spelling);
}

/** A key or loop variable: it declares its name for the rest of the expression. */
export function declareName(node: TreeNode, text: string, names: Names): string {
  const spelling = spellingOf(node, text);
  if (ONE_WORD.test(spelling)) names.set(spelling, spelling);
  const name = names.get(spelling) ?? text.slice(node.from, node.to).replace(/\s+/g, ' ');
  names.set(spelling, name);
  return name;
}

/** A key that was written as a string. */
export function declareKey(key: string, names: Names): void {
  names.set(ONE_WORD.test(key) ? key : normalizeContextKey(key), key);
}

export const isDeclared = (node: TreeNode, text: string, names: Names): boolean => names.has(spellingOf(node, text));

const spellingOf = (node: TreeNode, text: string): string =>
  children(node)
    .filter(({ name }) => name === 'Identifier')
    .map(({ from, to }) => text.slice(from, to))
    .join(' ');
