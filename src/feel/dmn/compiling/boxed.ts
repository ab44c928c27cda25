/** Boxed expressions → logic (DMN 1.5, 10.2): each sees the names around it, and is fitted to the type it declares. */
import { applyNamed } from '../../evaluation/apply.ts';
import { nothing, spend } from '../../evaluation/frame.ts';
import { findBuiltIn } from '../../functions/built-ins.ts';
import { nameOf } from '../../values/types.ts';
import { FeelFunction, type Value } from '../../values/value.ts';
import type {
  Boxed,
  ConditionalBox,
  ContextBox,
  Identified,
  InvocationBox,
  ListBox,
  LiteralBox,
  RelationBox,
} from '../model.ts';
import { compileTable } from '../table/table.ts';
import { compileFunction } from './functions.ts';
import { formulaOf, type Logic, NOTHING, type Site, scopeOver, seeing, typed, typeOf } from './logic.ts';
import { compileFilter, compileLoop } from './loops.ts';

/** `at` is told when there is no expression where one belongs. */
export function compileBoxed(boxed: Boxed | undefined, at: Identified, site: Site): Logic {
  if (boxed === undefined) {
    site.report(at, 'missing-expression', 'There is no expression; the value is null.');
    return NOTHING;
  }
  const logic = logicOf(boxed, site);
  return typed(logic, typeOf(boxed, boxed, site), `the value of "${site.owner.name}"`);
}

function logicOf(boxed: Boxed, site: Site): Logic {
  switch (boxed.kind) {
    case 'literal':
      return compileLiteral(boxed, site);
    case 'context':
      return compileContext(boxed, site);
    case 'invocation':
      return compileInvocation(boxed, site);
    case 'list':
      return compileList(boxed, site);
    case 'relation':
      return compileRelation(boxed, site);
    case 'function':
      return compileFunction(boxed, site, compileBoxed);
    case 'conditional':
      return compileConditional(boxed, site);
    case 'filter':
      return compileFilter(boxed, site, compileBoxed);
    case 'loop':
      return compileLoop(boxed, site, compileBoxed);
    case 'table':
      return compileTable(boxed, site);
    default:
      return boxed satisfies never;
  }
}

function compileLiteral(boxed: LiteralBox, site: Site): Logic {
  if (boxed.text === '') {
    site.report(boxed, 'missing-expression', 'The expression is empty; the value is null.');
    return NOTHING;
  }
  const { run } = formulaOf(boxed, boxed, site);
  return (variables, frame) => run(variables, frame);
}

/** An entry sees those before it; functions also themselves, and the entries behind them when they are called later. */
function compileContext({ entries, id }: ContextBox, site: Site): Logic {
  let inner = site;
  let result: Logic | undefined;
  const names = new Set<string>();
  const parts: { readonly name: string; readonly logic: Logic }[] = [];
  for (const [index, { variable, value, ...at }] of entries.entries()) {
    const name = variable?.name ?? '';
    if (name === '') {
      result = compileBoxed(value, at, inner);
      if (index < entries.length - 1) {
        site.report({ id, line: at.line }, 'result-entry', 'Only the last entry of a context may have no name.');
      }
      continue;
    }
    if (names.has(name)) site.report({ id, line: at.line }, 'duplicate-name', `The context has two entries "${name}".`);
    names.add(name);
    const type = typeOf(variable ?? {}, variable ?? at, site);
    const own = value?.kind === 'function' ? seeing(inner, [name, type]) : inner;
    parts.push({ name, logic: typed(compileBoxed(value, variable ?? at, own), type, `the entry "${name}"`) });
    inner = seeing(inner, [name, type]);
  }
  const isResult = result !== undefined;
  return (variables, frame) => {
    spend(frame, parts.length);
    const scope = scopeOver(variables, frame);
    const context: Record<string, Value> = {};
    for (const { name, logic } of parts) {
      const value = logic(scope, frame);
      scope[name] = value;
      context[name] = value;
    }
    return isResult && result !== undefined ? result(scope, frame) : context;
  };
}

function compileInvocation(box: InvocationBox, site: Site): Logic {
  const { callee, bindings, ...at } = box;
  const operands = bindings.map(({ parameter, value }) => ({
    name: parameter.name,
    logic: typed(
      compileBoxed(value, parameter, site),
      typeOf(parameter, parameter, site),
      `the operand "${parameter.name}"`,
    ),
  }));
  const text = callee?.kind === 'literal' ? callee.text.replace(/\s+/g, ' ') : 'what is called';
  if (callee?.kind === 'literal' && !site.visible.has(text) && findBuiltIn(text) !== undefined) {
    return callOfBuiltIn(callee, operands, site);
  }
  const called = compileBoxed(callee, at, site);
  return (variables, frame) => {
    spend(frame, operands.length + 1);
    const value = called(variables, frame);
    if (!(value instanceof FeelFunction)) {
      return nothing(frame, 0, () => `"${text}" is no function but ${nameOf(value)}`);
    }
    return applyNamed(value, new Map(operands.map(({ name, logic }) => [name, logic(variables, frame)])), frame);
  };
}

type BoxedOperand = { readonly name: string; readonly logic: Logic };

/** A function of the language has several forms, of which its operands choose one: it is called as a text calls it. */
function callOfBuiltIn(callee: LiteralBox, operands: readonly BoxedOperand[], site: Site): Logic {
  const named = operands.map(({ name }, place) => `${name}: operand${place}`).join(', ');
  const visible = new Map(operands.map((_, place) => [`operand${place}`, undefined]));
  const { run } = formulaOf({ ...callee, text: `${callee.text}(${named})` }, callee, { ...site, visible });
  return (variables, frame) => {
    spend(frame, operands.length + 1);
    return run(
      Object.fromEntries(operands.map(({ logic }, place) => [`operand${place}`, logic(variables, frame)])),
      frame,
    );
  };
}

function compileList({ elements, ...at }: ListBox, site: Site): Logic {
  const parts = elements.map((element) => compileBoxed(element, at, site));
  return (variables, frame) => {
    spend(frame, parts.length);
    return parts.map((part) => part(variables, frame));
  };
}

/** A list of contexts, one for each row. */
function compileRelation({ columns, rows, ...at }: RelationBox, site: Site): Logic {
  const types = columns.map((column) => typeOf(column, column, site));
  const lines = rows.map(({ cells, line }, index) => {
    if (cells.length !== columns.length) {
      const message = `Row ${index + 1} has ${cells.length} entries, and there are ${columns.length} columns.`;
      site.report({ id: at.id, line }, 'entry-count', message);
    }
    return columns.map(({ name }, place) => ({
      name,
      logic: typed(
        cells[place] === undefined ? NOTHING : compileBoxed(cells[place], at, site),
        types[place],
        `row ${index + 1} of "${name}"`,
      ),
    }));
  });
  return (variables, frame) =>
    lines.map((cells) => {
      spend(frame, cells.length);
      return Object.fromEntries(cells.map(({ name, logic }) => [name, logic(variables, frame)]));
    });
}

function compileConditional({ condition, consequent, alternative, ...at }: ConditionalBox, site: Site): Logic {
  const isMet = compileBoxed(condition, at, site);
  const whenMet = compileBoxed(consequent, at, site);
  const whenNot = compileBoxed(alternative, at, site);
  return (variables, frame) => {
    spend(frame, 1);
    return isMet(variables, frame) === true ? whenMet(variables, frame) : whenNot(variables, frame);
  };
}
