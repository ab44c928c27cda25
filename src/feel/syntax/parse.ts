/**
 * Text → syntax, or `feel.syntax` with the place and the reason. lezer-feel knows the grammar; this file sets the
 * limits before it starts, so that no text keeps it busy for long.
 */
import { parser, trackVariables } from 'lezer-feel';
import { isMillraceError, type MillraceError } from '../../kernel/errors.ts';
import type { FeelType } from '../values/value.ts';
import { readCondition, readTests } from './conditions.ts';
import { constructs } from './constructs.ts';
import { type Declarations, declareNames, parserContext } from './names.ts';
import { readerOf, refusal } from './reader.ts';
import { contextWith } from './shapes.ts';
import type { Offsets, Syntax } from './syntax.ts';
import { findGap, parts, type Tree, type TreeNode } from './tree.ts';

export const MAX_EXPRESSION_LENGTH = 4_000;
/** Brackets in brackets, ifs in ifs, and so on. The parser needs seconds for a thousand nested contexts. */
export const MAX_DEPTH = 100;
/** Behind this many characters the parser gives up on a chain of left-associative operators after 300 more of them. */
const CHAIN_LENGTH = 2_000;

const CONDITIONS: ReadonlySet<string> = new Set(['Conjunction', 'Disjunction', 'Comparison']);

/**
 * The parser knows fewer spaces than FEEL (DMN 1.5, rules 61 and 62), and no line ends inside of names. Strings, those that
 * do not end, and comments are stepped over with their line end.
 */
const SPACES =
  /("(?:[^"\\\n]|\\.)*(?:"|\n|$)|\/\/.*(?:\n|$)|\/\*[\s\S]*?\*\/)|[\n-\r\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]/g;

/** The grammar does not know the type `range<…>`; it reads the one that looks alike, of the same length. */
const RANGE_TYPE = /((?:\binstance\s+of|[:<,])\s*)range(?=\s*<)/g;

export type ParseOptions = Declarations & {
  readonly hasClock: boolean;
  /** Types that are declared, by name. */
  readonly types: ReadonlyMap<string, FeelType>;
  /** The cell of a decision table: tests of `?`. */
  readonly isCell: boolean;
  /** A part that is not understood becomes null; the rest works on, and the problem is listed. */
  readonly isLenient: boolean;
};

export type Parsed = {
  readonly syntax: Syntax;
  readonly offsets: Offsets;
  readonly problems: readonly MillraceError[];
};

export function parse(text: string, options: ParseOptions): Parsed {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw refusal(text.slice(0, 100), MAX_EXPRESSION_LENGTH, `it is longer than ${MAX_EXPRESSION_LENGTH} characters`);
  }
  checkNesting(text);
  const { topNode } = treeOf(text, options);
  const [expression] = options.isCell ? [topNode] : parts(topNode);
  if (expression === undefined) throw refusal(text, 0, 'it is empty');

  const offsets = new Map<Syntax, number>();
  const problems: MillraceError[] = [];
  let depth = 0;
  const read = (node: TreeNode): Syntax => {
    if (depth === MAX_DEPTH) throw refusal(text, node.from, `it is nested deeper than ${MAX_DEPTH} levels`);
    depth += 1;
    const syntax = options.isLenient ? attempt(node) : readNode(node);
    if (!offsets.has(syntax)) offsets.set(syntax, node.from);
    depth -= 1;
    return syntax;
  };
  const attempt = (node: TreeNode): Syntax => {
    const level = depth;
    try {
      return readNode(node);
    } catch (error) {
      if (!isMillraceError(error, 'feel.syntax')) throw error;
      depth = level;
      problems.push(error);
      return { kind: 'problem', reason: String(error.details.problem) };
    }
  };
  const reader = readerOf(text, declareNames(options), { ...options, read });
  const readNode = (node: TreeNode): Syntax => {
    if (node.name === 'UnaryTests') return readTests(node, reader);
    if (CONDITIONS.has(node.name)) return readCondition(node, reader);
    const construct = Object.hasOwn(constructs, node.name) ? constructs[node.name] : undefined;
    if (construct === undefined) throw reader.refuse(node, `"${reader.textOf(node)}" is not understood`);
    return construct(node, reader);
  };
  return { syntax: read(expression), offsets, problems };
}

/** The parser is told to stop at the first error: recovering from many takes a hundred times as long as reading them. */
function treeOf(text: string, options: ParseOptions): Tree {
  const input = text.replace(SPACES, (_, kept?: string) => kept ?? ' ').replace(RANGE_TYPE, '$1list ');
  const parsing = parser
    .configure({
      top: options.isCell ? 'UnaryTests' : 'Expression',
      strict: true,
      contextTracker: trackVariables(parserContext(options), contextWith(options.fields ?? [])),
    })
    .startParse(input);
  let tree: Tree | null = null;
  try {
    while (tree === null) tree = parsing.advance();
  } catch {
    throw unexpected(text, parsing.parsedPos);
  }
  const gap = findGap(tree);
  if (gap !== undefined) throw unexpected(text, gap);
  return tree;
}

function unexpected(text: string, stuckAt: number): Error {
  const offset = stuckAt + text.slice(stuckAt).search(/\S|$/);
  const rest = text.slice(offset);
  if (rest === '') return refusal(text, offset, text.trim() === '' ? 'it is empty' : 'it ends too early');
  if (/^"(?!(?:[^"\\\n]|\\.)*")/.test(rest)) return refusal(text, offset, 'the string that starts here does not end');
  const found = /^(?:[\p{L}\p{N}_]+|.)/u.exec(rest)?.[0];
  const orTooLong = stuckAt < CHAIN_LENGTH ? '' : ', or the chain of operators before it is too long';
  return refusal(text, offset, `"${found}" is not expected here${orTooLong}`);
}

/** Counts open brackets before the parser sees them; strings and comments are stepped over. */
function checkNesting(text: string): void {
  let open = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|\/\/.*|\/\*[\s\S]*?\*\/|[([{]|[)\]}]/g)) {
    if ('([{'.includes(token)) open += 1;
    else if (')]}'.includes(token)) open -= 1;
    if (open > MAX_DEPTH) throw refusal(text, index, `it is nested deeper than ${MAX_DEPTH} levels`);
  }
}
