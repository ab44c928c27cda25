/** `millrace/process`: the pure core of processes, for those who want to check, run or replay definitions in their own code. */
export { type ExportOptions, exportBpmn } from './bpmn/export-bpmn.ts';
export { type ImportedBpmn, importBpmn } from './bpmn/import-bpmn.ts';
export type { BpmnModel } from './bpmn/model.ts';
export type { Action } from './core/action.ts';
export { advance, type Transition } from './core/advance.ts';
export type { Command } from './core/command.ts';
export { compileDefinition } from './core/compile.ts';
export type { Definition } from './core/definition.ts';
export { type Effect, replay } from './core/effect.ts';
export type { Firing } from './core/firing.ts';
export { definitionJsonSchema, type JsonSchema } from './core/json-schema.ts';
export { type DefinitionSource, definitionSource } from './core/source.ts';
export type { ProcessState } from './core/state.ts';
export {
  defineProcess,
  type OutcomesIn,
  type ProcessDefinition,
  type VariablesIn,
} from './define-process.ts';
