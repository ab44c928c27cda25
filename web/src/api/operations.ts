/** One thing done to many instances. */
import type { InstanceChoice, NewOperation, Operation, OperationVerb } from '../../../src/client/wire-operations.ts';
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { InstanceChoice, NewOperation, Operation, OperationVerb };

export const OPERATION_VERBS = [
  'suspend',
  'resume',
  'retry',
  'variables',
  'move',
  'migrate',
  'cancel',
] as const satisfies readonly OperationVerb[];

const pathOf = (id: string): string => `/operations/${encodeURIComponent(id)}`;

export const beginOperation = (operation: NewOperation): Promise<Operation> => write('POST', '/operations', operation);
export const listOperations = (page?: PageRequest): Promise<Page<Operation>> => readPage('/operations', {}, page);
export const readOperation = (id: string, signal?: AbortSignal): Promise<Operation> => read(pathOf(id), {}, signal);
export const cancelOperation = (id: string): Promise<Operation> => write('POST', `${pathOf(id)}/cancel`);
