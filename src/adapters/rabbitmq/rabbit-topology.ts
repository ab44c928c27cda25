/** Planning and changing queues (queue-migration.ts) as the broker offers it: by the names and kinds of subscriptions. */
import type { AppliedChange, BrokerTopology, PlannedQueue, PlannedState } from '../../bus/broker.ts';
import { applyPlan, type MigrationTarget, planQueues } from './queue-migration.ts';
import type { WantedQueue } from './topology.ts';

/** `maxLength` is that of the queues that this broker subscribes to. */
export function rabbitTopology(target: MigrationTarget, maxLength: number): BrokerTopology {
  const wanted = (queue: PlannedQueue): WantedQueue => ({ ...queue, kind: queue.kind ?? 'work', maxLength });
  return {
    plan: async (queues) => {
      const states: PlannedState[] = [];
      for (const planned of queues.map(wanted))
        for (const { queue: name, ...plan } of await planQueues(target, [planned]))
          states.push(stateOf({ queue: planned.queue, name }, plan));
      return states;
    },
    apply: async (queues) => {
      const changes = await applyPlan(target, queues.map(wanted));
      return changes.map(({ queue: name, became, moved, isDeleted }): AppliedChange => {
        return { name, became, moved, isDeleted };
      });
    },
  };
}

type Plan = Awaited<ReturnType<typeof planQueues>>[number];
type WithoutName<P> = P extends unknown ? Omit<P, 'queue'> : never;

function stateOf(of: Pick<PlannedState, 'queue' | 'name'>, plan: WithoutName<Plan>): PlannedState {
  if (plan.state !== 'differs') return { ...of, state: plan.state };
  const { argument: setting, found: existing, wanted } = plan;
  return { ...of, state: 'differs', setting, existing, wanted };
}
