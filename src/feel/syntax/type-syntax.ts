/** Reads the type behind `instance of`. */

import { ANY } from '../values/types.ts';
import { type EntryType, type FeelType, plainTypes } from '../values/value.ts';
import type { Reader } from './reader.ts';
import { children, type TreeNode } from './tree.ts';

/** Reads the node `Type`. */
export function readType(node: TreeNode, reader: Reader): FeelType {
  const [type] = children(node);
  if (type === undefined) throw reader.refuse(node, 'a type is missing');
  switch (type.name) {
    case 'ListType':
      return { kind: reader.textOf(type).startsWith('range') ? 'range' : 'list', element: readTypeIn(type, reader) };
    case 'ContextType':
      return { kind: 'context', entries: children(type).flatMap((part) => readEntries(part, reader)) };
    case 'FunctionType':
      return readFunctionType(type, reader);
    default:
      return readPlain(type, reader);
  }
}

function readEntries(node: TreeNode, reader: Reader): EntryType[] {
  if (node.name !== 'ContextEntryTypes') return [];
  const entries = children(node).filter(({ name }) => name === 'ContextEntryType');
  return entries.map((entry) => {
    const [key] = children(entry);
    return { key: spaced(key === undefined ? '' : reader.textOf(key)), type: readTypeIn(entry, reader) };
  });
}

function readFunctionType(node: TreeNode, reader: Reader): FeelType {
  const found = children(node).find(({ name }) => name === 'ArgumentTypes');
  const operands = found === undefined ? [] : children(found).filter(({ name }) => name === 'ArgumentType');
  const parameters = operands.map((operand) => readTypeIn(operand, reader));
  return { kind: 'function', parameters, result: readTypeIn(node, reader) };
}

function readTypeIn(node: TreeNode, reader: Reader): FeelType {
  const type = children(node).find(({ name }) => name === 'Type');
  if (type === undefined) throw reader.refuse(node, 'a type is missing');
  return readType(type, reader);
}

function readPlain(node: TreeNode, reader: Reader): FeelType {
  const text = spaced(reader.textOf(node));
  if (text === 'list') return { kind: 'list', element: ANY };
  if (text === 'context') return { kind: 'context', entries: [] };
  if (text === 'range') return { kind: 'range', element: ANY };
  if (text === 'function') return { kind: 'function', result: ANY };
  const declared = reader.types.get(text);
  if (declared !== undefined) return declared;
  const name = plainTypes.find((known) => known === text);
  if (name !== undefined) return { kind: 'plain', name };
  throw reader.refuse(node, `there is no type "${text}"; there are: ${[...plainTypes, 'list', 'context'].join(', ')}`);
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ');
