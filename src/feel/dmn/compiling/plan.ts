/** A graph of requirements → the order in which its decisions are evaluated, each once, and what each is handed. */
import { nothing } from '../../evaluation/frame.ts';
import { has, isContext, own, type Context, type Frame, type Value } from '../../values/value.ts';
import { type Recorder, recordDecision, recorderOf, tellNotes, tellValue } from '../trace/trace.ts';
import { admit } from './admit.ts';
import type { Binding, DecisionNode, InputNode, Node } from './nodes.ts';
import { fitted } from './logic.ts';

export type Plan = {
  /** Runs all steps; the values of the outputs in their order. */
  readonly run: (input: Context, frame: Frame) => Value[];
  /** What has to be handed in, in the order in which it is needed. */
  readonly inputs: readonly InputNode[];
};

type Step = { readonly slot: number; readonly run: (values: readonly Value[], frame: Frame) => Value; readonly node: Node };

/** `given` are decisions and inputs whose values are handed in by `givenValues`, by their names. */
export function planFor(outputs: readonly Node[], given: readonly Node[] = []): Plan {
  const slots = new Map<Node, number>();
  const order: Node[] = [];
  const visit = (node: Node): void => {
    if (slots.has(node) || node.kind === 'function') return;
    slots.set(node, -1);
    if (node.kind === 'decision' && !given.includes(node)) for (const binding of node.bindings) visit(binding.node);
    slots.set(node, order.length);
    order.push(node);
  };
  for (const output of outputs) visit(output);
  const steps = order.map((node, slot): Step => {
    if (node.kind === 'decision' && !given.includes(node)) return { slot, node, run: decisionStep(node, slots) };
    return { slot, node, run: NEVER };
  });
  const targets = outputs.map((output) => slots.get(output) ?? -1);
  const inputs = order.filter((node): node is InputNode => node.kind === 'input' && !given.includes(node));
  return {
    inputs,
    run: (input, frame) => {
      const recorder = recorderOf(frame);
      const values: Value[] = new Array(order.length).fill(null);
      for (const { slot, node, run } of steps) {
        if (node.kind === 'function') continue;
        if (given.includes(node)) values[slot] = own(input, node.name);
        else if (node.kind === 'input') values[slot] = inputValue(node, input, frame);
        else values[slot] = recorder === undefined ? run(values, frame) : told(node, { values, slots, frame, recorder, run });
      }
      return targets.map((slot) => values[slot] ?? null);
    },
  };
}

const NEVER = (): Value => null;

function inputValue({ path, type, name }: InputNode, input: Context, frame: Frame): Value {
  let holder: Value = input;
  for (const [place, key] of path.entries()) {
    if (!isContext(holder) || !has(holder, key)) return nothing(frame, 0, () => `the input "${path.join('.')}" is not given`);
    holder = own(holder, key);
    if (place === path.length - 1) break;
  }
  return type === undefined ? holder : fitted(admit(holder, type), type, frame, () => `the input "${name}"`);
}

/** The names are settled here, so that an evaluation only moves values from slots into a new object. */
function decisionStep(
  { bindings, logic, type, name }: DecisionNode,
  slots: ReadonlyMap<Node, number>,
): (values: readonly Value[], frame: Frame) => Value {
  const constants: Record<string, Value> = {};
  const variables: { readonly name: string; readonly slot: number }[] = [];
  const groups = new Map<string, Binding[]>();
  for (const binding of bindings) {
    const { importName, node } = binding;
    if (importName !== '') groups.set(importName, [...(groups.get(importName) ?? []), binding]);
    else if (node.kind === 'function') constants[binding.name] = node.value;
    else variables.push({ name: binding.name, slot: slots.get(node) ?? -1 });
  }
  const valueOf = (node: Node, values: readonly Value[]): Value =>
    node.kind === 'function' ? node.value : (values[slots.get(node) ?? -1] ?? null);
  const whose = (): string => `the decision "${name}"`;
  return (values, frame) => {
    const scope: Record<string, unknown> = { ...constants };
    for (const variable of variables) scope[variable.name] = values[variable.slot] ?? null;
    for (const [importName, members] of groups) {
      scope[importName] = Object.fromEntries(members.map((member) => [member.name, valueOf(member.node, values)]));
    }
    return fitted(logic(scope, frame), type, frame, whose);
  };
}

type Telling = {
  readonly values: readonly Value[];
  readonly slots: ReadonlyMap<Node, number>;
  readonly frame: Frame;
  readonly recorder: Recorder;
  readonly run: Step['run'];
};

function told(node: DecisionNode, { values, slots, frame, recorder, run }: Telling): Value {
  const tablesBefore = recorder.tables.length;
  const notesBefore = frame.notes?.length ?? 0;
  const value = run(values, frame);
  const inputs = node.bindings.flatMap(({ name, importName, node: required }): [string, unknown][] => {
    if (required.kind === 'function') return [];
    const label = importName === '' ? name : `${importName}.${name}`;
    return [[label, tellValue(values[slots.get(required) ?? -1] ?? null)]];
  });
  recordDecision(recorder, {
    id: node.source.id,
    name: node.name,
    imports: node.path,
    inputs: Object.fromEntries(inputs),
    value: tellValue(value),
    tables: recorder.tables.slice(tablesBefore),
    notes: tellNotes(frame.notes?.slice(notesBefore) ?? []),
  });
  return value;
}
