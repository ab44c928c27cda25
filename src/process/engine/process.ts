/**
 * The process capability as one thing: definitions, engine, messages, firings, queries. Opened over a store; it owns the
 * jobs and tasks of its instances, and runs the timers.
 */

import type { Jobs } from '../../jobs/jobs.ts';
import type { Owners } from '../../jobs/owner.ts';
import type { Tasks } from '../../jobs/tasks.ts';
import { startWorker } from '../../jobs/worker.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { NextId } from '../../kernel/ids.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import { done } from '../../kernel/settlement.ts';
import type { Store } from '../../store/store.ts';
import { TIMER_KIND } from '../core/action.ts';
import { Correlator } from './correlate.ts';
import { Definitions } from './definitions.ts';
import { Engine } from './engine.ts';
import { Firings } from './firings.ts';
import { LIVE_INSTANCES, LiveInstances } from './live-instances.ts';
import { openProcessMetrics } from './metrics.ts';
import { Queries } from './queries.ts';
import { PROCESS_OWNER } from './transition-unit.ts';

export type ProcessParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly owners: Owners;
  readonly jobs: Jobs;
  readonly tasks: Tasks;
  readonly log: Log;
  readonly metrics: Metrics;
  /** This process's name as a worker. */
  readonly worker: string;
  /** Whether it rings timers and pairs what a crash left unpaired; otherwise others do. */
  readonly isEngine: boolean;
};

export type Process = Service & {
  readonly definitions: Definitions;
  readonly engine: Engine;
  readonly correlator: Correlator;
  readonly firings: Firings;
  readonly queries: Queries;
};

export async function openProcess(parts: ProcessParts): Promise<Process> {
  const { store, nextId, owners, tasks, jobs, clock, log, isEngine } = parts;
  const definitions = new Definitions(store);
  await definitions.load();
  const live = new LiveInstances(LIVE_INSTANCES);
  const metrics = await openProcessMetrics(parts.metrics, { store, clock, log, inMemory: () => live.size });
  const engine = new Engine({ store, nextId, definitions, tasks, jobs, live, observers: { metrics, log } });
  owners.set(PROCESS_OWNER, engine.onSettled);
  const correlator = new Correlator({ store, engine, definitions, nextId });
  engine.onSubscribed = (name, correlationKey) => correlator.collect(name, correlationKey);
  const firings = new Firings({ store, engine, definitions, nextId });
  // Of a timer its process tells; the bus hears nothing of the job behind it.
  jobs.kinds.declare(TIMER_KIND, { events: 'off' }, { isInternal: true });
  const timers = isEngine ? await startTimers(parts, correlator) : undefined;
  return service({ definitions, engine, correlator, firings, queries: new Queries(store) }, async () => {
    await timers?.close();
    await metrics.close();
  });
}

async function startTimers({ jobs, store, clock, log, worker }: ProcessParts, correlator: Correlator) {
  await correlator.collectAll();
  const handler = () => done('done');
  return startWorker({ jobs, store, clock, log, worker, kind: TIMER_KIND, handler, concurrency: 200 });
}
