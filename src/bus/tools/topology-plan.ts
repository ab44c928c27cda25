/** The queues that should be there: those of this process, and those of the services that answer. */
import { EVENTS_EXCHANGE, type PlannedQueue } from '../broker.ts';
import type { ServiceDescription } from '../service/description.ts';
import { COMMAND_EXCHANGE, RPC_EXCHANGE } from '../service/wire.ts';

const PLACE = {
  rpc: { kind: 'requests', exchange: RPC_EXCHANGE },
  command: { kind: 'work', exchange: COMMAND_EXCHANGE },
  event: { kind: 'work', exchange: EVENTS_EXCHANGE },
} as const;

export function plannedQueues(own: readonly PlannedQueue[], services: readonly ServiceDescription[]): PlannedQueue[] {
  const ofServices = services.flatMap(({ queues }) =>
    queues.map(({ name: queue, kind, patterns }): PlannedQueue => ({ queue, patterns, ...PLACE[kind] })),
  );
  const names = new Set(ofServices.map(({ queue }) => queue));
  return [...own.filter(({ queue }) => !names.has(queue)), ...ofServices];
}
