/** The message bus as it travels: services, calls, queues, dead letters, the state of the broker. */
import type { DurationText, Json, Time } from './wire.ts';

export type BusOperationKind = 'rpc' | 'command' | 'event';

export type BusOperation = {
  name: string;
  kind: BusOperationKind;
  /** `jobs/{jobId}/configure`; of an event its topic. */
  route: string;
  queue: string;
  description: string | null;
  /** JSON Schemas of body and result; null where the service does not say. */
  body: Json;
  result: Json;
  /** Whether its body is plain text. */
  isText: boolean;
  /** The topic that its result goes to. */
  to: string | null;
  idempotent: boolean;
  timeout: DurationText | null;
  /** Of commands and events: how often it is tried. */
  attempts: number | null;
};

export type BusService = {
  name: string;
  version: string | null;
  description: string | null;
  /** Processes that serve it. */
  instances: number;
  operations: BusOperation[];
  queues: { name: string; kind: BusOperationKind; patterns: string[]; waiting: number; running: number }[];
};

/** The operation by its name, or by its path with the parameters in it: `jobs/42/configure`. */
export type BusTarget = { service: string; params?: { [name: string]: string | number } } & (
  | { operation: string; path?: never }
  | { path: string; operation?: never }
);
export type BusCall = BusTarget & { body?: Json; timeout?: DurationText };
export type BusAnswer = {
  /** Of a stream: the list of its items. */
  result: Json;
  /** Null for an answer that is no stream; incomplete where there was more than one answer holds. */
  stream: { items: number; isComplete: boolean } | null;
};
export type BusCommand = BusTarget & { body?: Json };
export type BusEvent = { topic: string; body?: Json; headers?: { [name: string]: string } };
/** `routed`: whether any queue took it. */
export type BusReceipt = { id: string; routed: boolean };

export type BusQueue = {
  name: string;
  /** Messages that wait in it. */
  depth: number;
  /** Held by consumers of this server. */
  unacked: number;
  consumers: number;
  dead: number;
  /** Null for a queue of no service. */
  service: { name: string; kind: BusOperationKind; waiting: number; running: number } | null;
};

export type DeadLetter = {
  id: string;
  /** What its reason begins with, up to ": ". */
  group: string;
  reason: string;
  deliveries: number;
  at: Time;
  topic: string;
  exchange: string | null;
  headers: { [name: string]: string };
  contentType: string | null;
  body: string;
  /** Characters of the body that are left out. */
  cut: number;
};
export type DeadLetterGroup = { group: string; count: number };
export type DeadLetters = {
  items: DeadLetter[];
  next: null;
  /** Of the oldest 1,000 letters, the largest first. */
  groups: DeadLetterGroup[];
};
export type DeadLetterChoice = { ids: string[] } | { group: string } | { all: true };
/** `left`: dead letters that are there afterwards. */
export type SettledLetters = { count: number; left: number };

export type BusState = {
  broker: 'memory' | 'rabbitmq' | 'redis';
  isConnected: boolean;
  /** Why the broker takes nothing at the moment. */
  blocked: string | null;
  reconnects: number;
  /** Messages on their way to the confirm. */
  publishing: number;
  capabilities: {
    survivesRestart: boolean;
    ordering: boolean;
    delay: boolean;
    priority: boolean;
    unroutable: boolean;
  };
};

/** What a few messages to a queue of their own took, in milliseconds. */
export type BusTest = BusState & { roundTripsMs: number[] };
export type AnalyzerTrial = {
  exchange: string;
  commands: { command: string; key: string; isHeard: boolean; reason: string | null }[];
};
/** `missing`: whoever subscribes makes it. `differs`: applying gives it a version with the wanted setting. */
export type PlannedQueue = {
  queue: string;
  /** As the broker has it; one queue may be several there. */
  name: string;
  state: 'same' | 'missing' | 'differs';
  setting: string | null;
  existing: string | null;
  wanted: string | null;
};
export type TopologyPlan = { queues: PlannedQueue[] };
/** `isDeleted`: not as long as somebody consumes the old version. */
export type TopologyChange = { name: string; became: string; moved: number; isDeleted: boolean };
export type TopologyChanges = { changes: TopologyChange[] };
