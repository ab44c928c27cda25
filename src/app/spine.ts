/** The durable core that everything else stands on: store, ids, jobs, tasks, processes. The server, the simulation and the benchmarks put it together the same way. */

import { heldOwner, type OnHappened } from '../jobs/held.ts';
import { Jobs } from '../jobs/jobs.ts';
import { expireLeases, keepFresh, startKeeper } from '../jobs/keeper.ts';
import { jobMetrics } from '../jobs/metrics.ts';
import type { Owners } from '../jobs/owner.ts';
import { HELD_OWNER } from '../jobs/question.ts';
import { startSchedules } from '../jobs/schedules.ts';
import { Tasks } from '../jobs/tasks.ts';
import type { Clock } from '../kernel/clock.ts';
import { type NextId, openIds } from '../kernel/ids.ts';
import { type Service, service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { Metrics } from '../kernel/metrics.ts';
import type { Random } from '../kernel/random.ts';
import type { ModuleFaces } from '../process/core/module-face.ts';
import { openProcess, type Process } from '../process/engine/process.ts';
import type { Store } from '../store/store.ts';

export type Spine = Service & {
  readonly store: Store;
  readonly nextId: NextId;
  readonly jobs: Jobs;
  readonly tasks: Tasks;
  readonly process: Process;
};

export type SpineParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where what happens is counted; without it nobody looks. */
  readonly metrics?: Metrics;
  /** The name under which the workers of this process hold leases. */
  readonly worker: string;
  /** Of schedules that name none. Default: UTC. */
  readonly timeZone?: string;
  /** Whether no other process works under this name: then leases under it are left from one that died. */
  readonly isAlone?: boolean;
  /** Whether it rings timers, makes jobs ready when they are due, and gives lost ones back; otherwise others do. Default: true. */
  readonly isEngine?: boolean;
  /** What else is written when a person says that a held job has happened. */
  readonly onHappened?: OnHappened;
  /** The modules that definitions may use; without it whether there is one is not asked. */
  readonly modules?: ModuleFaces;
};

/** Closing it stops timers and the keeper; the store is the caller's. */
export async function openSpine(parts: SpineParts): Promise<Spine> {
  const { store, clock, random, log, worker, metrics = new Metrics() } = parts;
  const { isAlone = false, isEngine = true, timeZone = 'UTC', onHappened } = parts;
  const nextId = await openIds((size) => store.reserveIds(size));
  if (isAlone) await expireLeases(store, worker);
  const owners: Owners = new Map();
  const observed = jobMetrics(metrics);
  const jobs = new Jobs({ store, clock, nextId, random, owners, log, metrics: observed, timeZone });
  owners.set(HELD_OWNER, heldOwner(jobs, onHappened));
  await jobs.kinds.refresh();
  const tasks = new Tasks({ store, nextId, owners });
  const process = await openProcess({
    store,
    clock,
    nextId,
    owners,
    jobs,
    tasks,
    log,
    metrics,
    worker,
    isEngine,
    timeZone,
    modules: parts.modules,
  });
  const keeper = isEngine ? startKeeper({ store, clock, nextId, jobs, log }) : undefined;
  const schedules = isEngine ? startSchedules({ schedules: jobs.schedules, store, clock, log }) : undefined;
  const fresh = keepFresh({ jobs, clock, log });
  return service({ store, nextId, jobs, tasks, process }, async () => {
    await fresh.close();
    await schedules?.close();
    await keeper?.close();
    await process.close();
  });
}
