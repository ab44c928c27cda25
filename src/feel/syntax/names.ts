/**
 * Names in FEEL may hold spaces and signs ("delivery date", "oil-level"). The parser can only tell such a name from two
 * names, or from a subtraction, when it was declared: by the caller, or inside the expression as a key or loop variable.
 */
import { normalizeContextKey } from 'lezer-feel';
import { children, type TreeNode } from './tree.ts';

/** The parser's spelling (one space around every part) → the name as it was declared. Those of one word are there as they are. */
export type Names = Map<string, string>;

const ONE_WORD = /^[^\s.'/\-+*^]*$/;

export const declareNames = (names: readonly string[]): Names =>
  new Map(names.map((name) => [ONE_WORD.test(name) ? name : normalizeContextKey(name), name]));

/**
 * What the parser is told to look out for. One-word names are left out: it finds them anyway, and a variable that
 * happens to be called `if` or `string` must not change how the rest is read.
 */
export const parserContext = (names: Names): Record<string, null> =>
  Object.fromEntries([...names.values()].filter((name) => !ONE_WORD.test(name)).map((name) => [name, null]));

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
