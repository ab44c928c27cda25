/** A graph of requirements → the order in which its decisions are evaluated, each once, and what each is handed. */
import { nothing } from '../../evaluation/frame.ts';
import { type Context, type Frame, has, isContext, own, type Value } from '../../values/value.ts';
import { recorded, recorderOf } from '../trace/trace.ts';
import { admit } from './admit.ts';
import { fitter, spendOnNames } from './logic.ts';
import { type Binding, type DecisionNode, type InputNode, type Node, scopeOf } from './nodes.ts';

export type Plan = {
  /** Runs all steps; the values of the outputs in their order. */
  readonly run: (input: Context, frame: Frame) => Value[];
};

type Slots = ReadonlyMap<Node, number>;
type Run = { readonly values: Value[]; readonly input: Context; readonly frame: Frame; readonly isRecorded: boolean };
/** Gives a slot its value. */
type Step = (run: Run) => Value;

/** What has to be handed in, in the order in which it is needed. */
export const inputsOf = (output: Node): readonly InputNode[] =>
  orderOf([output], new Map()).filter((node) => node.kind === 'input');

/** What is evaluated for the outputs, each behind what it requires. */
function orderOf(outputs: readonly Node[], given: ReadonlyMap<Node, string>): (InputNode | DecisionNode)[] {
  const order: (InputNode | DecisionNode)[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (node.kind === 'function' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'decision' && !given.has(node)) for (const binding of node.bindings) visit(binding.node);
    order.push(node);
  };
  for (const output of outputs) visit(output);
  return order;
}

/** `given` are decisions and inputs whose values are handed in, with their keys. */
export function planFor(outputs: readonly Node[], given: ReadonlyMap<Node, string> = new Map()): Plan {
  const order = orderOf(outputs, given);
  const slots = new Map<Node, number>(order.map((node, slot) => [node, slot]));
  const steps = order.map((node): Step => {
    const key = given.get(node);
    if (key !== undefined) return ({ input }) => own(input, key);
    return node.kind === 'input' ? inputStep(node) : decisionStep(node, slots);
  });
  const targets = outputs.map((output) => slots.get(output) ?? -1);
  return {
    run: (input, frame) => {
      spendOnNames(frame, steps.length);
      const values: Value[] = [];
      const run = { values, input, frame, isRecorded: recorderOf(frame) !== undefined };
      for (const step of steps) values.push(step(run));
      return targets.map((slot) => values[slot] ?? null);
    },
  };
}

function inputStep({ path, type, name }: InputNode): Step {
  const adapt = fitter(type, () => `the input "${name}"`);
  return ({ input, frame }) => {
    let holder: Value = input;
    for (const key of path) {
      if (!isContext(holder) || !has(holder, key)) {
        return nothing(frame, 0, () => `the input "${path.join('.')}" is not given`);
      }
      holder = own(holder, key);
    }
    return type === undefined ? holder : adapt(admit(holder, type), frame);
  };
}

/** The names are settled here, so that an evaluation only moves values from slots into a new object. */
function decisionStep(node: DecisionNode, slots: Slots): Step {
  const { bindings, logic, type, name } = node;
  const adapt = fitter(type, () => `the decision "${name}"`);
  const scope = scopeStep(bindings, slots);
  return ({ frame, values, isRecorded }) => {
    spendOnNames(frame, bindings.length);
    if (!isRecorded) return adapt(logic(scope(values), frame), frame);
    const whose = { id: node.source.id, name, imports: node.path, inputs: () => toldInputs(bindings, slots, values) };
    return recorded(frame, whose, () => adapt(logic(scope(values), frame), frame));
  };
}

function scopeStep(bindings: readonly Binding[], slots: Slots): (values: readonly Value[]) => Record<string, unknown> {
  const valueIn = (node: Node, values: readonly Value[]): Value =>
    node.kind === 'function' ? node.value : (values[slots.get(node) ?? -1] ?? null);
  if (bindings.some(({ importName }) => importName !== '')) {
    return (values) => scopeOf(bindings, (node) => valueIn(node, values));
  }
  const constants: Record<string, unknown> = {};
  const variables: { readonly name: string; readonly slot: number }[] = [];
  for (const { name, node } of bindings) {
    if (node.kind === 'function') constants[name] = node.value;
    else variables.push({ name, slot: slots.get(node) ?? -1 });
  }
  return (values) => {
    const scope: Record<string, unknown> = { ...constants };
    for (const { name, slot } of variables) scope[name] = values[slot] ?? null;
    return scope;
  };
}

const toldInputs = (bindings: readonly Binding[], slots: Slots, values: readonly Value[]): [string, Value][] =>
  bindings.flatMap(({ name, importName, node }): [string, Value][] => {
    if (node.kind === 'function') return [];
    const label = importName === '' ? name : `${importName}.${name}`;
    return [[label, values[slots.get(node) ?? -1] ?? null]];
  });
