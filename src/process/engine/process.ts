/**
 * The process capability as one thing: definitions, engine, messages, firings, queries. Opened over a store; it owns the
 * jobs and tasks of its instances, and runs the timers.
 */

import type { Jobs } from '../../jobs/jobs.ts';
import type { Owners } from '../../jobs/owner.ts';
import type { Tasks } from '../../jobs/tasks.ts';
import { startWorker } from '../../jobs/worker.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { InstanceId, NextId } from '../../kernel/ids.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import { done } from '../../kernel/settlement.ts';
import type { Store } from '../../store/store.ts';
import { DELIVERY_KIND, TIMER_KIND } from '../core/action.ts';
import { ALARM_KIND } from '../core/alarm.ts';
import type { ModuleFaces } from '../core/module-face.ts';
import { requireOtherEyes } from '../core/settlement.ts';
import { Decisions } from '../decisions/decisions.ts';
import {
  type DefinitionSimulation,
  type DefinitionSimulationRequest,
  simulateDefinition,
} from '../simulation/simulate.ts';
import { ringAlarms } from './alarms.ts';
import { Correlator } from './correlate.ts';
import { SettingsOfDefinitions } from './definition-settings.ts';
import { Definitions } from './definitions.ts';
import { Deliveries, startTimersOf } from './deliveries.ts';
import { Engine } from './engine.ts';
import { definitionSettingsFamily } from './families.ts';
import { Firings } from './firings.ts';
import { LIVE_INSTANCES, LiveInstances } from './live-instances.ts';
import { openProcessMetrics } from './metrics.ts';
import { OPERATION_KIND, Operations } from './operations.ts';
import { Queries } from './queries.ts';
import { Signals } from './signals.ts';
import { PROCESS_OWNER } from './transition-unit.ts';

const TIMERS_AT_A_TIME = 200;
const DELIVERIES_AT_A_TIME = 100;
const OPERATIONS_AT_A_TIME = 2;
const SETTINGS_LOOK_MS = 1_000;

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
  /** Of times and dates in definitions that name none. */
  readonly timeZone: string;
  /** Whether it rings timers and pairs what a crash left unpaired; otherwise others do. */
  readonly isEngine: boolean;
  readonly modules?: ModuleFaces | undefined;
};

export type Process = Service & {
  readonly decisions: Decisions;
  readonly definitions: Definitions;
  readonly settings: SettingsOfDefinitions;
  readonly engine: Engine;
  readonly correlator: Correlator;
  readonly deliveries: Deliveries;
  readonly firings: Firings;
  readonly operations: Operations;
  readonly queries: Queries;
  /** Runs past instances by a definition that is not in use yet, and writes nothing. */
  simulate(request: DefinitionSimulationRequest): Promise<DefinitionSimulation>;
};

export async function openProcess(parts: ProcessParts): Promise<Process> {
  const { store, nextId, owners, tasks, jobs, clock, log, isEngine, timeZone } = parts;
  const decisions = new Decisions(store, timeZone);
  await decisions.load();
  const definitions = new Definitions({
    store,
    alongside: startTimersOf(nextId, timeZone),
    faces: { modules: parts.modules, decisions },
  });
  decisions.onChanged = () => definitions.forgetSettings();
  await definitions.load();
  const settings = new SettingsOfDefinitions({ store, nextId, definitions });
  // By this process, or by another one on the same store.
  const unlisten = store.onCommit(definitionSettingsFamily, () => definitions.forgetSettings());
  const looking = store.capabilities.sharedByProcesses ? keepLooking(definitions, { clock, log }) : undefined;
  const live = new LiveInstances(LIVE_INSTANCES);
  const metrics = await openProcessMetrics(parts.metrics, { store, clock, log, inMemory: () => live.size });
  const queries = new Queries(store);
  const engine = new Engine({ store, nextId, definitions, tasks, jobs, live, timeZone, observers: { metrics, log } });
  owners.set(PROCESS_OWNER, engine.onSettled);
  // As it is in the store: what is remembered here may be older than what another server has done.
  tasks.mayHold = async ({ ownerKind, ownerId, notBy }, people) => {
    if (ownerKind !== PROCESS_OWNER) return;
    const { state } = await queries.instance(ownerId as InstanceId);
    if (state.suspended !== undefined)
      throw new MillraceError('process.suspended', { reason: state.suspended.reason ?? null });
    if (notBy !== null) requireOtherEyes(state, { notBy: JSON.parse(notBy) as string[] }, people);
  };
  const correlator = new Correlator({ store, engine, definitions, nextId });
  engine.onSubscribed = (name, correlationKey) => correlator.collect(name, correlationKey);
  const firings = new Firings({ store, engine, definitions, nextId });
  const signals = new Signals({ store, engine, definitions });
  const deliveries = new Deliveries({ store, nextId, jobs, definitions, engine, correlator, signals, timeZone });
  // Of a timer, a delivery and an operation their process tells; the bus hears nothing of the job behind it.
  const operations = new Operations({ store, nextId, jobs, engine, definitions, queries });
  for (const kind of [TIMER_KIND, DELIVERY_KIND, ALARM_KIND, OPERATION_KIND])
    jobs.kinds.declare(kind, { events: 'off' }, { isInternal: true });
  if (isEngine) await correlator.collectAll();
  const workers = isEngine ? startWorkers(parts, deliveries, operations) : [];
  const simulate = (request: DefinitionSimulationRequest) =>
    simulateDefinition({ store, clock, definitions, queries, timeZone }, request);
  const faces = {
    decisions,
    definitions,
    settings,
    engine,
    correlator,
    deliveries,
    firings,
    operations,
    queries,
    simulate,
  };
  return service(faces, async () => {
    unlisten();
    await looking?.close();
    await Promise.all(workers.map((worker) => worker.close()));
    await metrics.close();
  });
}

/** What others commit is told soon, but that may be lost. */
const keepLooking = (definitions: Definitions, { clock, log }: Pick<ProcessParts, 'clock' | 'log'>): Service =>
  startLoop({
    round: async (signal) => {
      await clock.sleep(SETTINGS_LOOK_MS, signal);
      await definitions.refresh();
    },
    onError: (error) =>
      log.warn({ err: error }, 'the settings of definitions could not be looked at; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });

/** Timers ring, what instances send to each other is carried, and operations are worked on. */
function startWorkers(
  { jobs, store, clock, log, worker, nextId }: ProcessParts,
  { carry }: Deliveries,
  { work }: Operations,
): Service[] {
  const parts = { jobs, store, clock, log, worker };
  return [
    startWorker({ ...parts, kind: TIMER_KIND, handler: () => done('done'), concurrency: TIMERS_AT_A_TIME }),
    startWorker({ ...parts, kind: ALARM_KIND, handler: ringAlarms({ store, nextId, jobs }) }),
    startWorker({ ...parts, kind: DELIVERY_KIND, handler: carry, concurrency: DELIVERIES_AT_A_TIME }),
    startWorker({ ...parts, kind: OPERATION_KIND, handler: work, concurrency: OPERATIONS_AT_A_TIME }),
  ];
}
