/**
 * Reads `and`, `or`, comparisons, `between` and `in`.
 *
 * The grammar lets the right side of `in` swallow everything behind it: it reads `x in [1..3] and y` as
 * `x in ([1..3] and y)`. So these levels are laid flat in the order of the text and cut again by their precedence:
 * first at `or`, then at `and`; what is left is one value with at most one comparison behind it.
 */
import type { ComparisonOperator } from '../values/comparison.ts';
import { readOperator, readRangeTest } from './ranges.ts';
import { partsOf, type Reader } from './reader.ts';
import type { Syntax, Test } from './syntax.ts';
import { children, parts, type TreeNode } from './tree.ts';

/** What stands behind a value, up to the next value of its level. */
type Tail =
  | { readonly kind: 'and' | 'or'; readonly next: TreeNode }
  | { readonly kind: 'comparison'; readonly operator: ComparisonOperator; readonly right: TreeNode }
  | { readonly kind: 'between'; readonly low: TreeNode; readonly high: TreeNode }
  | { readonly kind: 'membership'; readonly tests: readonly TestNode[] };

type TestNode = { readonly operator?: ComparisonOperator; readonly node: TreeNode };
type Flat = { readonly head: TreeNode; readonly tails: readonly Tail[] };
type Comparable = { readonly head: TreeNode; readonly tails: Tail[] };

const CONNECTIVES: ReadonlySet<string> = new Set(['Conjunction', 'Disjunction', 'Comparison']);

export function readCondition(node: TreeNode, reader: Reader): Syntax {
  const { head, tails } = flatten(node, reader);
  const disjuncts: Comparable[][] = [[{ head, tails: [] }]];
  for (const tail of tails) {
    if (tail.kind === 'or') disjuncts.push([{ head: tail.next, tails: [] }]);
    else if (tail.kind === 'and') disjuncts.at(-1)?.push({ head: tail.next, tails: [] });
    else disjuncts.at(-1)?.at(-1)?.tails.push(tail);
  }
  return joined(
    'or',
    disjuncts.map((conjuncts) =>
      joined(
        'and',
        conjuncts.map((comparable) => readComparison(comparable, reader)),
      ),
    ),
  );
}

function joined(kind: 'and' | 'or', operands: readonly Syntax[]): Syntax {
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : { kind, operands };
}

function flatten(node: TreeNode, reader: Reader): Flat {
  if (!CONNECTIVES.has(node.name)) return { head: node, tails: [] };
  const [left, operator, ...rest] = children(node).filter(({ name }) => !name.endsWith('Comment'));
  const [right] = rest;
  if (left === undefined || operator === undefined || right === undefined) throw reader.refuse(node, 'not understood');
  const { head, tails } = flatten(left, reader);
  return { head, tails: [...tails, ...flattenTail(operator, rest, reader)] };
}

/** `rest` is what the grammar puts behind the operator: never empty. */
function flattenTail(operator: TreeNode, rest: readonly TreeNode[], reader: Reader): readonly Tail[] {
  const [right = operator, , high = operator] = rest;
  if (operator.name === 'and' || operator.name === 'or') {
    const flat = flatten(right, reader);
    return [{ kind: operator.name, next: flat.head }, ...flat.tails];
  }
  if (operator.name === 'between') return [{ kind: 'between', low: right, high }];
  if (operator.name === 'in') return flattenMembership(rest, reader);
  const flat = flatten(right, reader);
  return [{ kind: 'comparison', operator: readOperator(operator, reader), right: flat.head }, ...flat.tails];
}

function flattenMembership(rest: readonly TreeNode[], reader: Reader): readonly Tail[] {
  const list = rest.find(({ name }) => name === 'PositiveUnaryTests');
  if (list !== undefined) {
    const tests = parts(list).map((test) => {
      const [content] = partsOf(test, 1, reader);
      return asksAbout(content) ? { test: { node: content }, tails: [] } : flattenTest(content, reader);
    });
    const greedy = tests.find(({ tails }) => tails.length > 0);
    if (greedy !== undefined) throw reader.refuse(greedy.test.node, 'conditions inside a list of tests need brackets');
    return [{ kind: 'membership', tests: tests.map(({ test }) => test) }];
  }
  const [only] = rest;
  if (only === undefined) return [];
  const { test, tails } = flattenTest(partsOf(only, 1, reader)[0], reader);
  return [{ kind: 'membership', tests: [test] }, ...tails];
}

/** A test, and what it swallowed. `> 5` has its operator in a node of its own, with the swallowed part inside. */
function flattenTest(node: TreeNode, reader: Reader): { test: TestNode; tails: readonly Tail[] } {
  const { head, tails } = flatten(node, reader);
  const [bracketed] = head.name === 'ParenthesizedExpression' ? parts(head) : [];
  if (bracketed?.name === 'SimplePositiveUnaryTest') {
    const within = flattenTest(bracketed, reader);
    if (within.tails.length === 0) return { test: within.test, tails };
  }
  if (head.name !== 'SimplePositiveUnaryTest') return { test: { node: head }, tails };
  const [operator, endpoint] = parts(head);
  if (operator === undefined || endpoint === undefined) return { test: { node: head }, tails };
  const inner = flatten(endpoint, reader);
  return { test: { operator: readOperator(operator, reader), node: inner.head }, tails: [...inner.tails, ...tails] };
}

function readComparison({ head, tails }: Comparable, reader: Reader): Syntax {
  const [tail, second] = tails;
  const value = reader.read(head);
  if (tail === undefined) return value;
  if (second !== undefined) {
    throw reader.refuse(head, 'comparisons do not chain; write "a < b and b < c", or use brackets');
  }
  switch (tail.kind) {
    case 'comparison':
      if (tail.right.name === 'SimplePositiveUnaryTest' && parts(tail.right)[0]?.name === 'CompareOp') {
        throw reader.refuse(
          tail.right,
          'a comparison without a left side stands only behind "in"; equality is one "="',
        );
      }
      return { kind: 'comparison', operator: tail.operator, left: value, right: reader.read(tail.right) };
    case 'between':
      return { kind: 'between', value, low: reader.read(tail.low), high: reader.read(tail.high) };
    case 'membership':
      return { kind: 'membership', value, tests: tail.tests.map((test) => readTest(test, reader)) };
    default:
      throw reader.refuse(head, 'not understood');
  }
}

function readTest({ operator, node }: TestNode, reader: Reader): Test {
  if (operator !== undefined) return { kind: 'comparison', operator, right: reader.read(node) };
  if (node.name === 'SimplePositiveUnaryTest') return readRangeTest(node, reader);
  const value = reader.read(node);
  return asksAbout(node) ? { kind: 'condition', condition: value } : { kind: 'value', value };
}

/** What the cell of a decision table asks: `-` holds for everything, `not(…)` for what the tests inside do not hold for. */
export function readTests(node: TreeNode, reader: Reader): Syntax {
  const found = children(node);
  const list = found.find(({ name }) => name === 'PositiveUnaryTests');
  if (list === undefined) {
    if (found.some(({ name }) => name === 'Wildcard')) return { kind: 'literal', value: true };
    throw reader.refuse(node, 'it is empty');
  }
  return {
    kind: 'tests',
    tests: parts(list).map((test) => readCell(test, reader)),
    isNegated: found.some(({ name }) => name === 'not'),
  };
}

function readCell(node: TreeNode, reader: Reader): Test {
  const [content] = partsOf(node, 1, reader);
  if (content.name === 'SimplePositiveUnaryTest') {
    const { test, tails } = flattenTest(content, reader);
    if (tails.length > 0) throw reader.refuse(node, 'a comparison without a left side does not go on with "and"');
    return readTest(test, reader);
  }
  const value = reader.read(content);
  return asksAbout(content) ? { kind: 'condition', condition: value } : { kind: 'value', value };
}

/** Whether `?` stands in it. */
function asksAbout(node: TreeNode): boolean {
  return node.name === '?' || children(node).some(asksAbout);
}
