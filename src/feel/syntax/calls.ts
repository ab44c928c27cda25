/** Reads calls of functions, with operands in their order or by their names, and definitions of functions. */
import { type BuiltIn, describeForms, type Form, least, most } from '../functions/built-in.ts';
import { builtInNames, findBuiltIn } from '../functions/built-ins.ts';
import { ANY } from '../values/types.ts';
import type { FunctionParameter } from '../values/value.ts';
import { partsOf, type Reader } from './reader.ts';
import type { Operands, Syntax, SyntaxOf } from './syntax.ts';
import { children, parts, type TreeNode } from './tree.ts';
import { readType } from './type-syntax.ts';

/** What calls a function by its name, and not a value. */
const NAMES: ReadonlySet<string> = new Set(['VariableName', 'DateTimeConstructor', 'SpecialFunctionName']);
const NULL: Syntax = { kind: 'literal', value: null };

export function readCall(node: TreeNode, reader: Reader): Syntax {
  const [callee, parameters] = partsOf(node, 2, reader);
  if (!NAMES.has(callee.name))
    return { kind: 'invocation', callee: reader.read(callee), operands: readOperands(parameters, reader) };
  const name = reader.textOf(callee).replace(/\s+/g, ' ');
  if (name === 'is defined') return readPresence(parameters, reader);
  const builtIn = findBuiltIn(name);
  const isDeclared = callee.name === 'VariableName' && reader.isDeclared(callee);
  if (builtIn === undefined) {
    if (!isDeclared) throw reader.refuse(callee, unknownFunction(name));
    return { kind: 'invocation', callee: reader.read(callee), operands: readOperands(parameters, reader) };
  }
  if (builtIn.needsClock && !reader.hasClock) throw reader.refuse(callee, `"${name}" has no clock to ask here`);
  const operands = readOperands(parameters, reader);
  const forms = formsFor(builtIn, operands);
  if (forms.length === 0 && !isDeclared) {
    const place = operands.kind === 'named' ? parameters : node;
    throw reader.refuse(place, misfit({ name, builtIn, operands }));
  }
  return { kind: 'call', name, builtIn, operands, forms, isDeclared };
}

function readOperands(node: TreeNode, reader: Reader): Operands {
  if (node.name !== 'NamedParameters') return { kind: 'positional', values: parts(node).map(reader.read) };
  const values = new Map<string, Syntax>();
  for (const parameter of parts(node)) {
    const [nameNode, operand] = partsOf(parameter, 2, reader);
    const name = reader.textOf(nameNode).replace(/\s+/g, ' ');
    if (values.has(name)) throw reader.refuse(nameNode, `the operand "${name}" is there twice`);
    values.set(name, reader.read(operand));
  }
  return { kind: 'named', values };
}

/** The forms that take these operands, and the operands in the order of each. */
function formsFor({ forms }: BuiltIn, operands: Operands): SyntaxOf<'call'>['forms'] {
  if (operands.kind === 'positional') {
    const count = operands.values.length;
    return forms
      .filter((form) => count >= least(form) && count <= most(form))
      .map((form) => ({ form, operands: operands.values }));
  }
  const named = operands.values;
  const taking = forms.filter((form) => takesNames(form, named));
  // before(point, range) and before(range, point) have the same names: the order in which they are written tells.
  return [...taking.filter((form) => isInOrder(form, named)), ...taking.filter((form) => !isInOrder(form, named))].map(
    (form) => ({ form, operands: inOrder(form, named) }),
  );
}

const isInOrder = ({ operands }: Form, named: ReadonlyMap<string, unknown>): boolean =>
  [...named.keys()].every((name, place) => operands[place]?.name === name);

const takesNames = ({ operands }: Form, named: ReadonlyMap<string, unknown>): boolean =>
  [...named.keys()].every((name) => operands.some((operand) => operand.name === name)) &&
  operands.every(({ name, isOptional }) => isOptional || named.has(name));

function inOrder({ operands }: Form, named: ReadonlyMap<string, Syntax>): readonly Syntax[] {
  const last = operands.findLastIndex(({ name }) => named.has(name));
  return operands.slice(0, last + 1).map(({ name }) => named.get(name) ?? NULL);
}

type Misfit = { readonly name: string; readonly builtIn: BuiltIn; readonly operands: Operands };

function misfit({ name, builtIn, operands }: Misfit): string {
  if (operands.kind === 'named') return `there is only ${describeForms(name, builtIn)}`;
  const fewest = Math.min(...builtIn.forms.map(least));
  const highest = Math.max(...builtIn.forms.map(most));
  return `"${name}" takes ${counted(fewest, highest)}, not ${operands.values.length}`;
}

function counted(fewest: number, highest: number): string {
  if (fewest === highest) return fewest === 1 ? 'one operand' : `${fewest} operands`;
  return Number.isFinite(highest) ? `${fewest} to ${highest} operands` : `at least ${fewest} operand(s)`;
}

function readPresence(parameters: TreeNode, reader: Reader): Syntax {
  const [operand] = partsOf(parameters, 1, reader);
  const target = reader.read(operand);
  if (target.kind === 'variable' || target.kind === 'path') return { kind: 'presence', target };
  throw reader.refuse(operand, '"is defined" takes a variable or a path');
}

function unknownFunction(name: string): string {
  const words = name.toLowerCase().split(' ');
  const alike = builtInNames.filter((known) =>
    known.split(' ').some((word) => words.some((own) => own.startsWith(word) || word.startsWith(own))),
  );
  const hint = alike.length === 0 ? '' : `; there are: ${alike.sort().join(', ')}`;
  return `there is no function "${name}"${hint}`;
}

/** Functions of other languages are never called: such a definition is refused. */
export function readFunction(node: TreeNode, reader: Reader): Syntax {
  const found = children(node);
  if (found.some(({ name }) => name === 'external')) {
    throw reader.refuse(node, 'functions of other languages ("external") are not called');
  }
  const body = found.find(({ name }) => name === 'FunctionBody');
  const list = found.find(({ name }) => name === 'FormalParameters');
  if (body === undefined) throw reader.refuse(node, 'the function has no body');
  const parameters = (list === undefined ? [] : parts(list)).map((parameter) => readParameter(parameter, reader));
  const twice = parameters.find(({ name }, place) => parameters.findIndex((other) => other.name === name) < place);
  if (twice !== undefined) throw reader.refuse(node, `the parameter "${twice.name}" is there twice`);
  return { kind: 'function', parameters, body: reader.read(partsOf(body, 1, reader)[0]) };
}

function readParameter(node: TreeNode, reader: Reader): FunctionParameter {
  const [nameNode, type] = children(node);
  if (nameNode === undefined) throw reader.refuse(node, 'a parameter has no name');
  const [name = nameNode] = parts(nameNode);
  return {
    name: reader.declare(name.name === 'Name' ? name : nameNode),
    type: type === undefined ? ANY : readType(type, reader),
  };
}
