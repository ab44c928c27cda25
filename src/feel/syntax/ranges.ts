/** Reads ranges and comparisons without a left side: as values, such as `[1..3]` and `> 5`, and as tests. */
import { type ComparisonOperator, isComparisonOperator } from '../values/comparison.ts';
import { partsOf, type Reader } from './reader.ts';
import type { RangeSyntax, Syntax, Test } from './syntax.ts';
import { parts, type TreeNode } from './tree.ts';

/** A node `SimplePositiveUnaryTest` where a value is expected. */
export function readRange(node: TreeNode, reader: Reader): Syntax {
  const [operator, endpoint] = parts(node);
  if (operator?.name !== 'CompareOp' || endpoint === undefined) return readInterval(node, reader);
  const value = reader.read(endpoint);
  const open = { kind: 'range', low: null, high: null, includesLow: false, includesHigh: false } as const;
  const text = readOperator(operator, reader);
  if (text === '!=') throw reader.refuse(node, '"!=" without a left side stands only in tests');
  if (text === '=') return { ...open, low: value, high: value, includesLow: true, includesHigh: true };
  if (text.startsWith('>')) return { ...open, low: value, includesLow: text === '>=' };
  return { ...open, high: value, includesHigh: text === '<=' };
}

/** Behind `in` or in a cell: the operands of a range are compared one by one, which builds nothing. */
export function readRangeTest(node: TreeNode, reader: Reader): Test {
  const { low, high, includesLow, includesHigh } = readInterval(node, reader);
  if (low === null || high === null) throw reader.refuse(node, 'a range needs both ends here');
  return {
    kind: 'range',
    low: { operator: includesLow ? '>=' : '>', value: low },
    high: { operator: includesHigh ? '<=' : '<', value: high },
  };
}

function readInterval(node: TreeNode, reader: Reader): RangeSyntax {
  const [interval] = partsOf(node, 1, reader);
  const [low, high] = partsOf(interval, 2, reader);
  return {
    kind: 'range',
    low: reader.read(low),
    high: reader.read(high),
    includesLow: interval.firstChild?.name === '[',
    includesHigh: interval.lastChild?.name === ']',
  };
}

export function readOperator(node: TreeNode, reader: Reader): ComparisonOperator {
  const text = reader.textOf(node);
  if (isComparisonOperator(text)) return text;
  throw reader.refuse(node, `"${text}" is not a comparison`);
}
