/** Reads everything but conditions: literals, names, paths, filters, calls, lists, contexts, arithmetic, `if` and loops. */
import { parseTemporal } from '../temporal/temporal-text.ts';
import { parseNumber } from '../values/number.ts';
import { parseText } from '../values/text.ts';
import { readCall, readFunction } from './calls.ts';
import { readRange } from './ranges.ts';
import { partsOf, type Reader } from './reader.ts';
import { type ArithmeticOperator, arithmeticOperators, type Iterator, type Syntax } from './syntax.ts';
import { children, parts, type TreeNode } from './tree.ts';
import { readType } from './type-syntax.ts';

/** The properties of two words: nobody needs to declare them. */
const SPACED: ReadonlySet<string> = new Set(['time offset', 'start included', 'end included']);

const ASIDE: ReadonlySet<string> = new Set(['instance', 'of', 'LineComment', 'BlockComment']);

type Read = (node: TreeNode, reader: Reader) => Syntax;

export const constructs: Readonly<Record<string, Read>> = {
  null: () => ({ kind: 'literal', value: null }),
  BooleanLiteral: (node, reader) => ({ kind: 'literal', value: reader.textOf(node) === 'true' }),
  NumericLiteral: readNumber,
  StringLiteral: (node, reader) => ({ kind: 'literal', value: readText(node, reader) }),
  VariableName: (node, reader) => ({ kind: 'variable', name: reader.nameOf(node) }),
  PathExpression: (node, reader) => {
    const [source, key] = partsOf(node, 2, reader);
    const spaced = reader.textOf(key).replace(/\s+/g, ' ');
    return { kind: 'path', source: reader.read(source), key: SPACED.has(spaced) ? spaced : reader.nameOf(key) };
  },
  FilterExpression: (node, reader) => {
    const [source, condition] = partsOf(node, 2, reader);
    return { kind: 'filter', source: reader.read(source), condition: reader.read(condition) };
  },
  ParenthesizedExpression: (node, reader) => reader.read(partsOf(node, 1, reader)[0]),
  FunctionInvocation: readCall,
  DateTimeLiteral: (node, reader) => {
    const [literal] = parts(node);
    return literal?.name === 'AtLiteral' ? readMoment(literal, reader) : readCall(node, reader);
  },
  FunctionDefinition: readFunction,
  SimplePositiveUnaryTest: readRange,
  '?': (node, reader) => {
    if (reader.isCell || isInTest(node)) return { kind: 'variable', name: '?' };
    throw reader.refuse(node, '"?" stands only in the cells of decision tables, and in brackets behind "in"');
  },
  List: readList,
  Context: readContext,
  ArithmeticExpression: readArithmetic,
  InstanceOfExpression: (node, reader) => {
    const [value, type] = children(node).filter(({ name }) => !ASIDE.has(name));
    if (value === undefined || type === undefined) throw reader.refuse(node, 'a type is missing');
    return { kind: 'instance', value: reader.read(value), type: readType(type, reader) };
  },
  IfExpression: (node, reader) => {
    const [condition, consequent, alternative] = partsOf(node, 3, reader);
    return {
      kind: 'choice',
      condition: reader.read(condition),
      consequent: reader.read(consequent),
      alternative: reader.read(alternative),
    };
  },
  ForExpression: readLoop,
  QuantifiedExpression: readLoop,
};

/** Behind `in` it is what stands before it: `x in (? > 3)`. */
function isInTest(node: TreeNode): boolean {
  for (let outer = node.parent; outer !== null; outer = outer.parent)
    if (outer.name === 'PositiveUnaryTest') return true;
  return false;
}

function readNumber(node: TreeNode, reader: Reader): Syntax {
  const value = parseNumber(reader.textOf(node).replace(/^-\s+/, '-'));
  if (value === null) throw reader.refuse(node, 'this number has too many digits or is out of range');
  return { kind: 'literal', value };
}

function readText(node: TreeNode, reader: Reader): string {
  const text = parseText(reader.textOf(node));
  if (text === null) throw reader.refuse(node, 'this string names a character that does not exist');
  return text;
}

/** What stands behind an @. A function would answer null; here the expression is refused, as a wrong number is. */
function readMoment(node: TreeNode, reader: Reader): Syntax {
  const value = parseTemporal(readText(partsOf(node, 1, reader)[0], reader));
  if (value === null) throw reader.refuse(node, `${reader.textOf(node)} is no date, time or duration that there is`);
  return { kind: 'literal', value };
}

/** A list of literals is a literal itself: `status in ["ok", "idle"]` builds nothing at run time. */
function readList(node: TreeNode, reader: Reader): Syntax {
  const elements = parts(node).map(reader.read);
  const literals = elements.filter((element) => element.kind === 'literal');
  if (literals.length < elements.length) return { kind: 'list', elements };
  return { kind: 'literal', value: literals.map(({ value }) => value) };
}

function readContext(node: TreeNode, reader: Reader): Syntax {
  const keys = new Set<string>();
  const entries = parts(node).map((entry) => {
    const [keyNode, valueNode] = partsOf(entry, 2, reader);
    const key = readKey(keyNode, reader);
    if (keys.has(key)) throw reader.refuse(keyNode, `the key "${key}" is there twice`);
    keys.add(key);
    return { key, value: reader.read(valueNode) };
  });
  return { kind: 'context', entries };
}

function readKey(node: TreeNode, reader: Reader): string {
  const [name] = partsOf(node, 1, reader);
  if (name.name !== 'StringLiteral') return reader.declare(name);
  const key = readText(name, reader);
  reader.declareKey(key);
  return key;
}

/** The left spine of the tree becomes one chain, so that adding up fifty texts is not fifty levels deep. */
function readArithmetic(node: TreeNode, reader: Reader): Syntax {
  const chain: { operator: TreeNode; right: TreeNode }[] = [];
  let first = node;
  while (first.name === 'ArithmeticExpression') {
    const [left, operator, right] = parts(first);
    if (left === undefined || operator === undefined || right === undefined) break;
    chain.unshift({ operator, right });
    first = left;
  }
  if (chain.length === 0) return readNegation(node, reader);
  return {
    kind: 'arithmetic',
    first: reader.read(first),
    rest: chain.map(({ operator, right }) => ({
      operator: readOperator(operator, reader),
      operand: reader.read(right),
    })),
  };
}

function readNegation(node: TreeNode, reader: Reader): Syntax {
  const [operator, operand] = partsOf(node, 2, reader);
  if (reader.textOf(operator) !== '-') throw reader.refuse(operator, 'a plus sign needs a left side');
  return { kind: 'negation', operand: reader.read(operand) };
}

function readOperator(node: TreeNode, reader: Reader): ArithmeticOperator {
  const text = reader.textOf(node);
  const operator = arithmeticOperators.find((known) => known === text);
  if (operator === undefined) throw reader.refuse(node, `"${text}" is not an operator; a power is written "**"`);
  return operator;
}

function readLoop(node: TreeNode, reader: Reader): Syntax {
  const [iterators, body] = partsOf(node, 2, reader);
  const keyword = children(node).find(({ name }) => name === 'some' || name === 'every' || name === 'for');
  const verb = keyword?.name === 'some' || keyword?.name === 'every' ? keyword.name : 'for';
  return {
    kind: 'loop',
    verb,
    iterators: parts(iterators).map((iterator) => readIterator(iterator, reader)),
    body: reader.read(body),
  };
}

function readIterator(node: TreeNode, reader: Reader): Iterator {
  const [nameNode, elements] = partsOf(node, 2, reader);
  const [first, last] = parts(elements);
  if (first === undefined) throw reader.refuse(elements, 'a loop needs a list or a range such as 1..10');
  const source = reader.read(first);
  const to = last === undefined ? undefined : reader.read(last);
  const name = reader.declare(nameNode);
  return to === undefined ? { kind: 'elements', name, source } : { kind: 'range', name, from: source, to };
}
