/** What an engineer does to an instance while it runs, and to what is stuck in it. */
import type {
  MigrationAnswer,
  MigrationRequest,
  Move,
  Resolution,
  VariableChange,
} from '../../../src/client/wire-operations.ts';
import { write } from './http.ts';

export type { MigrationAnswer, MigrationRequest, Resolution, VariableChange };

const pathOf = (id: string, verb: string): string => `/instances/${encodeURIComponent(id)}/${verb}`;

export const suspendInstance = (id: string, reason: string): Promise<void> =>
  write('POST', pathOf(id, 'suspend'), reason === '' ? {} : { reason });
export const resumeInstance = (id: string): Promise<void> => write('POST', pathOf(id, 'resume'));
export const moveToken = (id: string, move: Move): Promise<void> => write('POST', pathOf(id, 'move'), move);
export const migrateInstance = (id: string, request: MigrationRequest): Promise<MigrationAnswer> =>
  write('POST', pathOf(id, 'migrate'), request);
export const changeVariables = (id: string, change: VariableChange): Promise<void> =>
  write('PATCH', pathOf(id, 'variables'), change);
export const resolveIncident = (id: string, token: number, resolution: Resolution): Promise<void> =>
  write('POST', pathOf(id, `incidents/${token}/resolve`), resolution);
