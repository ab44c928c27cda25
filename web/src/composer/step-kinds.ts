/** The kinds of steps that can be added, and the fields of each: those of the server's modules, and what directs the flow. */
import type { Module } from '../api/definitions.ts';
import { isRecord } from '../api/http.ts';
import { type StepField, stepFieldsOf } from '../fields/step-fields.ts';
import type { Fields, Step } from './draft.ts';

export const FLOW_KINDS = ['branch', 'parallel', 'wait', 'receive', 'send', 'call', 'manual', 'end'] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

/** By kind: how its step begins. */
const FLOW_STEPS: Readonly<Record<FlowKind, Fields & { readonly type: string }>> = {
  branch: { type: 'exclusiveGateway' },
  parallel: { type: 'parallelGateway' },
  wait: { type: 'catch', timer: '1h' },
  receive: { type: 'receiveTask', message: '' },
  send: { type: 'sendTask', message: '' },
  call: { type: 'callActivity', process: '' },
  manual: { type: 'manualTask' },
  end: { type: 'end' },
};

const text = { type: 'string' };
const schema = (properties: Fields, required: readonly string[] = []): Fields => ({
  type: 'object',
  properties,
  required,
});
const FLOW_SCHEMAS: Readonly<Record<string, Fields>> = {
  catch: schema({ timer: text, message: text, signal: text, correlationKey: text }),
  throw: schema({ message: text, signal: text, correlationKey: text }),
  receiveTask: schema({ message: text, correlationKey: text }, ['message']),
  sendTask: schema({ message: text, correlationKey: text, ttl: text }, ['message']),
  callActivity: schema({ process: text, businessKey: text }, ['process']),
};

/** Fields that are there from the start; the others are opened. Kinds that are not named show all. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  userTask: ['role', 'outcomes', 'due', 'form', 'notify'],
  job: ['kind', 'payload', 'outcomes'],
  scriptTask: ['script', 'result'],
  businessRuleTask: ['rules', 'result'],
  http: ['method', 'url', 'body', 'outcomes', 'result'],
  rpc: ['service', 'operation', 'body', 'result'],
  command: ['service', 'operation', 'body'],
  catch: ['timer'],
};

/** A new step of a kind: the name of a module, or what directs the flow. */
export function newStep(kind: string, id: string, modules: readonly Module[]): Step {
  const flow = FLOW_KINDS.find((each) => each === kind);
  if (flow !== undefined) return { id, ...FLOW_STEPS[flow] };
  const module = modules.find(({ name }) => name === kind);
  if (module === undefined || module.type === 'module') return { id, type: 'module', module: kind, config: {} };
  return { id, type: module.type, ...standard(module.type) };
}

const standard = (type: string): Fields => {
  if (type === 'userTask') return { role: 'operator' };
  return type === 'businessRuleTask' ? { rules: [{ when: '' }, {}] } : {};
};

/** The module that a step is of, as far as this server has it. */
export const moduleOf = ({ type, module }: Step, modules: readonly Module[]): Module | undefined =>
  modules.find((each) => (type === 'module' ? each.type === 'module' && each.name === module : each.type === type));

export type StepForm = {
  readonly first: readonly StepField[];
  readonly others: readonly StepField[];
  /** Fields of the step that none of the fields shows; they stay as they are. */
  readonly kept: readonly string[];
  readonly isConfig: boolean;
};

const SHOWN = ['id', 'type', 'name', 'next', 'module', 'config'];

export function formOf(step: Step, modules: readonly Module[]): StepForm {
  const module = moduleOf(step, modules);
  const isConfig = step.type === 'module';
  const own = Object.hasOwn(FLOW_SCHEMAS, step.type) ? FLOW_SCHEMAS[step.type] : undefined;
  const fields = stepFieldsOf(module?.config ?? own ?? {});
  const names = FIRST[isConfig ? String(step.module) : step.type];
  const values = valuesOf(step);
  const isFirst = ({ name, isRequired }: StepField): boolean =>
    names === undefined || names.includes(name) || isRequired || values[name] !== undefined;
  const order = (field: StepField): number => {
    const at = (names ?? []).indexOf(field.name);
    return at < 0 ? fields.length : at;
  };
  return {
    first: fields.filter(isFirst).toSorted((one, other) => order(one) - order(other)),
    others: fields.filter((field) => !isFirst(field)),
    kept: Object.keys(step).filter((name) => !SHOWN.includes(name) && !fields.some((field) => field.name === name)),
    isConfig,
  };
}

/** What its fields are filled with. */
export const valuesOf = (step: Step): Fields => {
  if (step.type !== 'module') return step;
  return isRecord(step.config) ? step.config : {};
};
