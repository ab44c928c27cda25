/** The parser's tree, reduced to what an expression means. */
import type { parser } from 'lezer-feel';

export type Tree = ReturnType<typeof parser.parse>;
export type TreeNode = Tree['topNode'];

/** Comments, brackets and keywords; commas and colons the grammar keeps to itself. */
const SILENT: ReadonlySet<string> = new Set(
  'LineComment BlockComment ( ) [ ] { } . .. if then else for in return some every satisfies'.split(' '),
);

/** The children of a node that carry meaning, in the order of the text. */
export const parts = (node: TreeNode): TreeNode[] => children(node).filter(({ name }) => !SILENT.has(name));

export function children(node: TreeNode): TreeNode[] {
  const found: TreeNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** Where the parser had to guess, which it does in chains of hundreds of operators; undefined if it nowhere did. */
export function findGap(tree: Tree): number | undefined {
  const cursor = tree.cursor();
  do {
    if (cursor.type.isError) return cursor.from;
  } while (cursor.next());
  return undefined;
}
