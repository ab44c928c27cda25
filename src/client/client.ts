/** A Millrace server as an object: one method for each thing it can be asked, by area. */

import { type Accounts, accountsOf } from './accounts.ts';
import { type Analyses, analysesOf } from './analyses.ts';
import { type Bus, busOf } from './bus.ts';
import { type Decisions, decisionsOf } from './decisions.ts';
import { type Definitions, definitionsOf } from './definitions.ts';
import { type ClientOptions, createHttp } from './http.ts';
import { type Incidents, type Instances, incidentsOf, instancesOf, type Messages, messagesOf } from './instances.ts';
import {
  type Jobs,
  jobsOf,
  type Kinds,
  kindsOf,
  mails,
  type Schedules,
  type StatisticsRequest,
  schedulesOf,
  statistics,
  type Workers,
  workersOf,
} from './jobs.ts';
import { type EventsRequest, liveEvents } from './live.ts';
import {
  type Criteria,
  criteriaOf,
  type Devices,
  devicesOf,
  type Measurements,
  measurementsOf,
  type ShiftPlans,
  shiftPlansOf,
} from './measurements.ts';
import { type Modules, modulesOf } from './modules.ts';
import { type Operations, operationsOf } from './operations.ts';
import { me, type People, peopleOf, type Recipients, recipientsOf, type Tokens, tokensOf } from './people.ts';
import { type Tasks, tasksOf } from './tasks.ts';
import type { Health, LiveEvent, Page, PageRequest, Statistic } from './wire.ts';
import type { Me } from './wire-access.ts';
import type { Mail } from './wire-process.ts';

export type Client = {
  readonly decisions: Decisions;
  readonly definitions: Definitions;
  readonly modules: Modules;
  readonly instances: Instances;
  readonly incidents: Incidents;
  readonly operations: Operations;
  readonly messages: Messages;
  readonly tasks: Tasks;
  readonly jobs: Jobs;
  readonly workers: Workers;
  readonly kinds: Kinds;
  readonly schedules: Schedules;
  readonly bus: Bus;
  readonly measurements: Measurements;
  readonly devices: Devices;
  readonly analyses: Analyses;
  readonly criteria: Criteria;
  readonly shiftPlans: ShiftPlans;
  readonly people: People;
  readonly tokens: Tokens;
  readonly recipients: Recipients;
  readonly accounts: Accounts;
  me(): Promise<Me>;
  mails(request?: PageRequest): Promise<Page<Mail>>;
  statistics(request?: StatisticsRequest): Promise<Page<Statistic>>;
  health(): Promise<Health>;
  /** What happens, as it happens; comes back by itself after a lost connection. */
  events(request?: EventsRequest): AsyncGenerator<LiveEvent, void, undefined>;
};

/** `createClient({ url: 'http://localhost:8080', token: 'mlr_…' })`. Nothing is sent until a method is called. */
export function createClient(options: ClientOptions = {}): Client {
  const http = createHttp(options);
  return {
    decisions: decisionsOf(http),
    definitions: definitionsOf(http),
    modules: modulesOf(http),
    instances: instancesOf(http),
    incidents: incidentsOf(http),
    operations: operationsOf(http),
    messages: messagesOf(http),
    tasks: tasksOf(http),
    jobs: jobsOf(http),
    workers: workersOf(http),
    kinds: kindsOf(http),
    schedules: schedulesOf(http),
    bus: busOf(http),
    measurements: measurementsOf(http),
    devices: devicesOf(http),
    analyses: analysesOf(http),
    criteria: criteriaOf(http),
    shiftPlans: shiftPlansOf(http),
    people: peopleOf(http),
    tokens: tokensOf(http),
    recipients: recipientsOf(http),
    accounts: accountsOf(http),
    me: () => me(http),
    mails: (request = {}) => mails(http, request),
    statistics: (request = {}) => statistics(http, request),
    health: () => http.json({ method: 'GET', path: '/api/v1/health' }),
    events: (request) => liveEvents(http, request),
  };
}
