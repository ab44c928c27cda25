/** What operators watch of processes. By definition, never by instance; what is open is looked at, what happened is counted. */
import type { Clock } from '../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { type Metrics, seriesBy } from '../../kernel/metrics.ts';
import type { Store } from '../../store/store.ts';
import type { IncidentCode, Status } from '../core/state.ts';
import { incidentFamily } from './families.ts';

export type ProcessMetrics = {
  started(definition: string): void;
  ended(definition: string, status: Status): void;
  activityCompleted(definition: string): void;
  taskCompleted(definition: string, outcome: string): void;
  incidentRaised(definition: string, code: IncidentCode): void;
  incidentResolved(): void;
  /** A command found its instance changed by somebody else, and is decided again. */
  conflict(definition: string): void;
};

/** Incidents that one read brings at most while those that are open are counted at the start. */
const INCIDENTS_PAGE = 1_000;
/** Where other servers raise and resolve incidents too, those that are open are counted so often. */
export const INCIDENTS_EVERY_MS = 10_000;

type MetricsParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly inMemory: () => number;
};

/** Reads the open incidents and goes on counting from there, on a shared store by reading them again; `inMemory` is asked when someone looks. */
export async function openProcessMetrics(
  metrics: Metrics,
  { store, clock, log, inMemory }: MetricsParts,
): Promise<ProcessMetrics & Service> {
  const started = metrics.counter('millrace_instances_started', 'Process instances started.');
  const ended = metrics.counter('millrace_instances_ended', 'Process instances completed or cancelled.');
  const conflicts = metrics.counter('millrace_instance_conflicts', 'Commands decided again: somebody was faster.');
  const activities = metrics.counter('millrace_activities_completed', 'Activities completed.');
  const tasks = metrics.counter('millrace_tasks_completed', 'User tasks completed by people.');
  const raised = metrics.counter('millrace_incidents_raised', 'Incidents raised.');
  metrics.observedGauge('millrace_instances_in_memory', 'Process instances kept in memory.', inMemory);
  let open = await countIncidents(store);
  metrics.observedGauge('millrace_incidents_open', 'Incidents that wait for a person.', () => open);
  const recount = async (signal: AbortSignal) => {
    await clock.sleep(INCIDENTS_EVERY_MS, signal);
    if (!signal.aborted) open = await countIncidents(store);
  };
  const counting = store.capabilities.sharedByProcesses
    ? startLoop({
        round: recount,
        onError: (error) => log.warn({ err: error }, 'open incidents could not be counted; it is tried again'),
        sleep: (ms, signal) => clock.sleep(ms, signal),
      })
    : undefined;
  const startedOf = seriesBy((definition) => started.series({ definition }));
  const endedOf = seriesBy((definition) => seriesBy((status) => ended.series({ definition, status })));
  const activitiesOf = seriesBy((definition) => activities.series({ definition }));
  const tasksOf = seriesBy((definition) => seriesBy((outcome) => tasks.series({ definition, outcome })));
  const observers: ProcessMetrics = {
    started: (definition) => startedOf(definition).add(),
    ended: (definition, status) => endedOf(definition)(status).add(),
    activityCompleted: (definition) => activitiesOf(definition).add(),
    taskCompleted: (definition, outcome) => tasksOf(definition)(outcome).add(),
    incidentRaised: (definition, code) => {
      open += 1;
      raised.add(1, { definition, code });
    },
    incidentResolved: () => {
      open -= 1;
    },
    conflict: (definition) => conflicts.add(1, { definition }),
  };
  return service(observers, async () => counting?.close());
}

async function countIncidents(store: Store): Promise<number> {
  let count = 0;
  for (let after: readonly (string | number)[] | undefined = [0, 0, '']; after !== undefined; ) {
    const rows: { instance: number; token: number; node: string }[] = await store.select(incidentFamily, {
      order: ['instance', 'token', 'node'],
      after,
      limit: INCIDENTS_PAGE,
    });
    count += rows.length;
    const last = rows.length === INCIDENTS_PAGE ? rows.at(-1) : undefined;
    after = last && [last.instance, last.token, last.node];
  }
  return count;
}
