/** What the functions that read the parser's tree share: the text, its names, how to read a part, and how to refuse one. */
import { MillraceError } from '../../kernel/errors.ts';
import { builtInNames } from '../functions/built-ins.ts';
import type { FeelType } from '../values/value.ts';
import { declareKey, declareName, findName, isDeclared, type Names } from './names.ts';
import { placeIn } from './place.ts';
import type { Syntax } from './syntax.ts';
import { parts, type TreeNode } from './tree.ts';

export type Reader = {
  /** The expression that a node stands for. */
  readonly read: (node: TreeNode) => Syntax;
  /** Whether the expression may ask what time it is. */
  readonly hasClock: boolean;
  /** Whether it is the cell of a decision table, so that `?` stands for what is tested. */
  readonly isCell: boolean;
  /** The types of a decision model, by name. */
  readonly types: ReadonlyMap<string, FeelType>;
  readonly textOf: (node: TreeNode) => string;
  /** The name that is used here; refused if it has several words and nobody declared it. */
  readonly nameOf: (node: TreeNode) => string;
  /** Whether somebody declared the name: the caller, or the expression itself. */
  readonly isDeclared: (node: TreeNode) => boolean;
  /** The name that is given here: a key or a loop variable. */
  readonly declare: (node: TreeNode) => string;
  readonly declareKey: (key: string) => void;
  readonly refuse: (node: TreeNode, problem: string) => MillraceError;
};

export function refusal(expression: string, offset: number, problem: string): MillraceError {
  return new MillraceError('feel.syntax', { expression, ...placeIn(expression, offset), problem });
}

export function readerOf(
  text: string,
  names: Names,
  own: Pick<Reader, 'read' | 'hasClock' | 'isCell' | 'types'>,
): Reader {
  const refuse: Reader['refuse'] = (node, problem) => refusal(text, node.from, problem);
  const textOf: Reader['textOf'] = ({ from, to }) => text.slice(from, to);
  return {
    ...own,
    refuse,
    textOf,
    declare: (node) => declareName(node, text, names),
    declareKey: (key) => declareKey(key, names),
    isDeclared: (node) => isDeclared(node, text, names),
    nameOf: (node) => {
      const name = findName(node, text, names) ?? builtInNames.find((known) => known === spaced(textOf(node)));
      if (name !== undefined) return name;
      throw refuse(
        node,
        `"${textOf(node)}" is no known name: an operator may be missing, or a name with spaces is not declared`,
      );
    },
  };
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ');

type Counted = {
  1: readonly [TreeNode];
  2: readonly [TreeNode, TreeNode];
  3: readonly [TreeNode, TreeNode, TreeNode];
};

/** The grammar promises this many parts; should it change, the construct is refused instead of misread. */
export function partsOf<Count extends 1 | 2 | 3>(node: TreeNode, count: Count, reader: Reader): Counted[Count] {
  const found: readonly TreeNode[] = parts(node);
  if (found.length !== count) throw reader.refuse(node, `"${reader.textOf(node)}" is not understood`);
  return found as Counted[Count];
}
