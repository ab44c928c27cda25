/** Everything the edge stands on, put together by app. */
import type { Access } from '../access/open-access.ts';
import type { BrokerAddress } from '../bus/asyncapi/broker-address.ts';
import type { BusTools } from '../bus/tools/bus-tools.ts';
import type { EventFeed } from '../jobs/event-feed.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Tasks } from '../jobs/tasks.ts';
import type { Verdict } from '../kernel/check.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { Measurements } from '../measurements/open-measurements.ts';
import type { Process } from '../process/engine/process.ts';
import type { ModuleRegister } from '../process/modules/served/register.ts';
import type { Store } from '../store/store.ts';

/** What this server is. */
export type ServerInfo = {
  readonly version: string;
  readonly plant: 'demo' | 'none';
  /** Whether its store holds readings of a simulated plant, also of an earlier run. */
  readonly simulated: boolean;
  readonly auth: 'on' | 'off';
};

/** The last verdict of a check. */
export type CheckState = {
  readonly path: string;
  readonly purpose: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly at: Instant;
};

export type Services = {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly process: Process;
  readonly tasks: Tasks;
  readonly jobs: Jobs;
  readonly access: Access;
  readonly measurements: Measurements;
  readonly bus: BusTools;
  readonly modules: ModuleRegister;
  /** What the bus says of jobs; without it live pages hear nothing of them. */
  readonly jobEvents?: EventFeed;
  /** Where others reach its broker; left out of documents when it is not known. */
  readonly brokerAddress?: BrokerAddress;
  readonly info: ServerInfo;
  /** Whether the server takes work. */
  readonly ready: () => boolean;
  /** The last verdicts of all checks; without it readiness is all that is known. */
  readonly health?: () => readonly CheckState[];
};
