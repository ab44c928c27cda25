/** The queues of a server that belong to no service. */
import type { PlannedQueue } from '../bus/broker.ts';
import { FIRED_TOPIC } from '../process/engine/firing-message.ts';

export const FIRINGS_QUEUE = 'process.firings';
export const OWN_QUEUES: readonly PlannedQueue[] = [{ queue: FIRINGS_QUEUE, patterns: [FIRED_TOPIC] }];
