/** What operators do with the bus: see who serves, call, send and tell, look into queues, and settle dead letters. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import {
  type AppliedChange,
  type Broker,
  type BrokerCapabilities,
  type BrokerState,
  type DeadLetter,
  JSON_CONTENT,
  MAX_DEAD_LETTERS_LISTED,
  type PlannedQueue,
  type PlannedState,
} from '../broker.ts';
import { jsonText } from '../envelope.ts';
import type { App } from '../service/app-type.ts';
import type { ServiceDescription } from '../service/description.ts';
import { DISCOVERY_MS, discover } from '../service/discover.ts';
import { type AnalyzerTrial, tryAnalyzerCommands } from './analyzer-trial.ts';
import { type CallAnswer, type CallRequest, callService, type SendRequest, sendCommand } from './call-service.ts';
import { confirmed } from './confirmed.ts';
import { type Chosen, groupsOf, type LetterGroup, type Settled, settleLetters } from './dead-letters.ts';
import { overviewOf, type QueueOverview } from './queue-overview.ts';
import { roundTrips } from './round-trip.ts';
import { plannedQueues } from './topology-plan.ts';

/** What somebody has done to the bus, for the audit trail. */
export type BusChange = {
  readonly what: 'dead-letter.replayed' | 'dead-letter.dropped' | 'topology.applied';
  readonly subject: string;
  readonly actor: string;
  readonly body: object;
};

export type BusToolsParts = {
  readonly app: App;
  readonly clock: Clock;
  readonly log: Log;
  /** Writes down what was done; awaited before the answer goes out. */
  readonly record: (change: BusChange) => Promise<void>;
  /** Queues of this process that belong to no service. */
  readonly ownQueues?: readonly PlannedQueue[];
};

export type BusEvent = {
  readonly topic: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

export type BusTools = {
  services(): Promise<readonly (ServiceDescription & { readonly instances: number })[]>;
  call(request: CallRequest): Promise<CallAnswer>;
  /** Resolves at the broker's confirm, to the id of the message. */
  send(request: Omit<SendRequest, 'id'>): Promise<string>;
  emit(event: BusEvent): Promise<{ readonly id: string; readonly routed: boolean }>;
  queues(): Promise<readonly QueueOverview[]>;
  /** The oldest first; the groups count all that one look can see. Throws `bus.unknown-queue`. */
  deadLetters(
    queue: string,
    limit: number,
  ): Promise<{ readonly letters: DeadLetter[]; readonly groups: LetterGroup[] }>;
  replay(queue: string, chosen: Chosen, actor: string): Promise<Settled>;
  drop(queue: string, chosen: Chosen, actor: string): Promise<Settled>;
  /** Milliseconds of a few round trips. Throws `bus.no-round-trip`. */
  test(): Promise<readonly number[]>;
  sendAnalyzerCommands(actor: string): Promise<AnalyzerTrial>;
  /** Of the queues of this process and of the services that answer; empty where the broker has nothing to plan. */
  planTopology(): Promise<readonly PlannedState[]>;
  applyTopology(actor: string): Promise<readonly AppliedChange[]>;
  state(): BrokerState & { readonly capabilities: BrokerCapabilities };
};

/** On the memory broker everybody is in this process and answers at once. */
const DISCOVERY_IN_PROCESS_MS = 10;

/** Everything but `state` throws `bus.away` while the broker is: whoever asks is told so instead of being kept waiting. */
export function busToolsOf(parts: BusToolsParts): BusTools {
  const { broker } = parts.app;
  const within = { ...parts, reached: () => assertReached(broker) };
  return {
    ...looks(within),
    ...messages(within),
    ...deadLetters(within),
    ...trials(within),
    state: () => ({ ...broker.state(), capabilities: broker.capabilities }),
  };
}

type Within = BusToolsParts & { readonly reached: () => void };

function assertReached(broker: Broker): void {
  if (!broker.state().isConnected) throw new MillraceError('bus.away', { broker: broker.capabilities.name });
}

const servicesOf = ({ app: { broker }, clock }: BusToolsParts) =>
  discover({ broker, clock }, broker.capabilities.name === 'memory' ? DISCOVERY_IN_PROCESS_MS : DISCOVERY_MS);

function looks(parts: Within): Pick<BusTools, 'services' | 'queues' | 'planTopology' | 'applyTopology'> {
  const { app, log, record, ownQueues = [], reached } = parts;
  const { topology, capabilities } = app.broker;
  const planned = async () => plannedQueues(ownQueues, await servicesOf(parts));
  return {
    services: async () => {
      reached();
      return servicesOf(parts);
    },
    queues: async () => {
      reached();
      const own = ownQueues.map(({ queue }) => queue);
      return overviewOf(app.broker, own, await servicesOf(parts));
    },
    planTopology: async () => {
      reached();
      return topology === undefined ? [] : topology.plan(await planned());
    },
    applyTopology: async (actor) => {
      reached();
      if (topology === undefined) return [];
      const changes = await topology.apply(await planned());
      log.info({ actor, changes }, 'the topology was applied');
      await record({ what: 'topology.applied', subject: capabilities.name, actor, body: { changes } });
      return changes;
    },
  };
}

function messages({ app, clock, reached }: Within): Pick<BusTools, 'call' | 'send' | 'emit'> {
  return {
    call: async (request) => {
      reached();
      return callService(app, request, () => clock.now());
    },
    send: async (request) => {
      reached();
      const id = randomUUID();
      await confirmed((signal) => sendCommand(app, { ...request, id }, signal));
      return id;
    },
    emit: async ({ topic: routingKey, body: said, headers = {} }) => {
      reached();
      const id = randomUUID();
      const body = jsonText(id, said ?? null);
      const message = { id, routingKey, body, contentType: JSON_CONTENT, headers, at: clock.now() };
      const { routed } = await confirmed((signal) => app.broker.publish(message, { signal }));
      return { id, routed };
    },
  };
}

function deadLetters({ app, log, record, reached }: Within): Pick<BusTools, 'deadLetters' | 'replay' | 'drop'> {
  const { broker } = app;
  const settle = async (queue: string, chosen: Chosen, { act, actor }: { act: 'replay' | 'drop'; actor: string }) => {
    reached();
    const settled = await settleLetters(broker, queue, { chosen, act });
    const what = act === 'replay' ? 'dead-letter.replayed' : 'dead-letter.dropped';
    log.info({ queue, actor, count: settled.count, left: settled.left }, `dead letters: ${act}`);
    await record({ what, subject: queue, actor, body: { ...chosen, count: settled.count } });
    return settled;
  };
  return {
    deadLetters: async (queue, limit) => {
      reached();
      const seen = await broker.deadLetters(queue, { limit: MAX_DEAD_LETTERS_LISTED });
      return { letters: seen.slice(0, limit), groups: groupsOf(seen) };
    },
    replay: (queue, chosen, actor) => settle(queue, chosen, { act: 'replay', actor }),
    drop: (queue, chosen, actor) => settle(queue, chosen, { act: 'drop', actor }),
  };
}

function trials({ app, clock, log, reached }: Within): Pick<BusTools, 'test' | 'sendAnalyzerCommands'> {
  return {
    test: async () => {
      reached();
      return roundTrips(app.broker, clock);
    },
    sendAnalyzerCommands: async (actor) => {
      reached();
      const trial = await tryAnalyzerCommands(app.broker);
      const heard = trial.commands.filter(({ isHeard }) => isHeard).length;
      log.info({ actor, heard }, 'each analyzer command was sent');
      return trial;
    },
  };
}
