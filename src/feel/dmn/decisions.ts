/**
 * Decision models: what a caller imports. `readModel` reads a file, `compileModel` makes it ready and lists what is wrong
 * with it, `evaluate` answers. Nothing here does I/O, and no model or input keeps it busy: all formulas of an evaluation
 * share one amount of fuel.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { Recent } from '../../kernel/recent.ts';
import { openFrame } from '../evaluation/frame.ts';
import { locate } from '../syntax/place.ts';
import { toJson } from '../values/result.ts';
import { describeType } from '../values/types.ts';
import {
  type Clock,
  type Context,
  type FeelType,
  type Frame,
  has,
  isContext,
  own,
  type Value,
} from '../values/value.ts';
import { admit } from './compiling/admit.ts';
import { keysOf } from './compiling/keys.ts';
import { Linker } from './compiling/link.ts';
import { fitter } from './compiling/logic.ts';
import type { FunctionNode, Node, Unit } from './compiling/nodes.ts';
import { inputsOf, type Plan, planFor } from './compiling/plan.ts';
import { collectProblems, type Report } from './compiling/report.ts';
import { checkService } from './compiling/service.ts';
import { checkStructure } from './compiling/structure.ts';
import type { DmnModel, Problem } from './model.ts';
import { type DecisionTrace, recorded, startRecording, type TraceNote, tellNotes } from './trace/trace.ts';

/** Steps of one evaluation, of all its decisions together. */
export const DEFAULT_DECISION_FUEL = 1_000_000;

/** Decisions of one model that are kept ready to run: each holds a step for all that it requires. */
const KEPT_PLANS = 100;

/** What a model offers to evaluate. */
export type Evaluable = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'decision' | 'service' | 'function';
  /** What it takes: the keys of the input, those of imports joined by dots, with the declared types. */
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  /** The declared type of its value; "Any" if none is declared. */
  readonly type: string;
};

export type EvaluationOptions = {
  /** A name or id. */
  readonly decision: string;
  /** JSON by the names of input data; texts become dates where the model declares dates. */
  readonly input: Context;
  /** What `now()` and `today()` answer; without it they are null. */
  readonly clock?: Clock;
  readonly fuel?: number;
  /** Also tells what was evaluated and why; several times slower. */
  readonly trace?: boolean;
};

export type Evaluation = {
  /** JSON: dates and durations are ISO texts. */
  readonly value: unknown;
  /** With `trace`: each decision that was evaluated, in order. */
  readonly trace?: readonly DecisionTrace[];
  /** With `trace`: why something is null. */
  readonly notes?: readonly TraceNote[];
};

export type CompiledModel = {
  readonly model: DmnModel;
  /** Sorted by line. A model with problems still runs: what is not understood is null. */
  readonly problems: readonly Problem[];
  readonly evaluables: readonly Evaluable[];
  /** Throws `dmn.unknown-decision`, `feel.too-expensive`, `feel.evaluation`. */
  readonly evaluate: (options: EvaluationOptions) => Evaluation;
  /** As `evaluate`, with values of FEEL instead of JSON, in a frame of the caller. */
  readonly decide: (decision: string, input: Context, frame: Frame) => Value;
};

/** `imports` are the other models, by their namespaces; those that are not needed do no harm. Never throws on a model. */
export function compileModel(model: DmnModel, imports: ReadonlyMap<string, DmnModel> = new Map()): CompiledModel {
  const { report, found } = collectProblems();
  const linker = new Linker({ imports, keys: keysOf([model, ...imports.values()]), report });
  const unit = linker.unit(model);
  checkStructure(model, report);
  const targets = [...model.decisions, ...model.services, ...model.functions].map((source): Target => {
    const node = linker.node(unit, source.id);
    const kind = node?.kind !== 'function' ? 'decision' : 'outputs' in source ? 'service' : 'function';
    return { id: source.id, name: source.name, kind, node };
  });
  for (const { id } of model.inputs) linker.node(unit, id);
  for (const service of model.services) checkService(service, { unit, linker, site: siteOf(unit, service, report) });
  const find = (wanted: string): Target => {
    const target = targets.find(({ id }) => id === wanted) ?? targets.find(({ name }) => name === wanted);
    if (target !== undefined) return target;
    throw new MillraceError('dmn.unknown-decision', { wanted, known: targets.map(({ name }) => name) });
  };
  const problems = found();
  const plans = new Recent<Node, Plan>(KEPT_PLANS);
  const run = ({ node }: Target, input: Context, frame: Frame): Value => {
    if (node === undefined) return null;
    if (node.kind === 'function') return call(node, input, frame);
    const kept = plans.get(node);
    const plan = kept ?? planFor([node]);
    if (kept === undefined) plans.set(node, plan);
    return plan.run(input, frame)[0] ?? null;
  };
  return {
    model,
    problems,
    evaluables: targets.map(describe),
    decide: (decision, input, frame) => run(find(decision), input, frame),
    evaluate: ({ decision, input, clock = {}, fuel = DEFAULT_DECISION_FUEL, trace = false }) => {
      const target = find(decision);
      const frame = openFrame({ limit: fuel, clock, notes: trace ? [] : undefined });
      const recorder = trace ? startRecording(frame) : undefined;
      try {
        const value = toJson(run(target, input, frame), frame);
        if (recorder === undefined) return { value };
        return { value, trace: recorder.decisions, notes: tellNotes(frame.notes ?? []) };
      } catch (error) {
        throw locate(error, frame.expression, frame.failedAt ?? 0);
      }
    },
  };
}

type Target = Pick<Evaluable, 'id' | 'name' | 'kind'> & { readonly node: Node | undefined };

/** A service or function takes its operands from the input, by the names of its parameters. */
function call({ value: callee, name, source }: FunctionNode, input: Context, frame: Frame): Value {
  const operands = callee.parameters.map((parameter) => {
    const given = admit(operandIn(input, parameter.name), parameter.type);
    return fitter(parameter.type, () => `the operand "${parameter.name}" of "${name}"`)(given, frame);
  });
  const inputs = (): [string, Value][] =>
    callee.parameters.map((parameter, place) => [parameter.name, operands[place] ?? null]);
  const adapt = fitter(callee.result, () => `the result of "${name}"`);
  return recorded(frame, { id: source.id, name, imports: [], inputs }, () =>
    adapt(callee.invoke(operands, frame), frame),
  );
}

/** That of another model lies below the name of its import, as it does for decisions. */
function operandIn(input: Context, name: string): Value {
  const cut = name.indexOf('.');
  if (cut === -1 || has(input, name)) return own(input, name);
  const holder = own(input, name.slice(0, cut));
  return isContext(holder) ? own(holder, name.slice(cut + 1)) : null;
}

function describe(target: Target): Evaluable {
  const { id, name, kind, node } = target;
  const described = (type: FeelType | undefined): string => (type === undefined ? 'Any' : describeType(type));
  if (node === undefined || node.kind === 'input') return { id, name, kind, inputs: [], type: 'Any' };
  if (node.kind === 'function') {
    const { parameters, result } = node.value;
    const inputs = parameters.map((parameter) => ({ name: parameter.name, type: described(parameter.type) }));
    return { id, name, kind, inputs, type: described(result) };
  }
  return {
    id,
    name,
    kind,
    inputs: inputsOf(node).map(({ path, type }) => ({ name: path.join('.'), type: described(type) })),
    type: described(node.type),
  };
}

const siteOf = ({ types }: Unit, owner: DmnModel['services'][number], report: Report) => ({
  types,
  owner,
  report,
  keys: [],
  elements: new Set<string>(),
  visible: new Map<string, undefined>(),
  isOpen: false,
});
