/** The bus as it travels. */
import { z } from 'zod';
import type { AppliedChange, BrokerCapabilities, BrokerState, DeadLetter, PlannedState } from '../../../bus/broker.ts';
import type { OperationDescription, ServiceDescription } from '../../../bus/service/description.ts';
import type { AnalyzerTrial } from '../../../bus/tools/analyzer-trial.ts';
import type { CallAnswer } from '../../../bus/tools/call-service.ts';
import { groupOf, type LetterGroup } from '../../../bus/tools/dead-letters.ts';
import type { QueueOverview } from '../../../bus/tools/queue-overview.ts';
import type {
  BusAnswer,
  BusOperation,
  BusQueue,
  BusReceipt,
  BusService,
  BusState,
  BusTest,
  DeadLetters,
  SettledLetters,
  TopologyChanges,
  TopologyPlan,
  DeadLetter as WireLetter,
  AnalyzerTrial as WireTrial,
} from '../../../client/wire-bus.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { durationText, isoTime, json, time } from '../wire-schema.ts';

const count = z.int().min(0);
const kind = z.enum(['rpc', 'command', 'event']);
/** Characters of a dead letter's body that are shown. */
export const MAX_BODY_SHOWN = 2_000;

const operationSchema = z.strictObject({
  name: z.string(),
  kind,
  route: z.string(),
  queue: z.string(),
  description: z.string().nullable(),
  body: json.describe('Its JSON Schema; null: not said.'),
  result: json.describe('Its JSON Schema; null: not said.'),
  isText: z.boolean(),
  to: z.string().nullable(),
  idempotent: z.boolean(),
  timeout: durationText.nullable(),
  attempts: z.int().nullable(),
}) satisfies z.ZodType<BusOperation>;

export const serviceSchema = z.strictObject({
  name: z.string(),
  version: z.string().nullable(),
  description: z.string().nullable(),
  instances: count,
  operations: z.array(operationSchema),
  queues: z.array(
    z.strictObject({ name: z.string(), kind, patterns: z.array(z.string()), waiting: count, running: count }),
  ),
}) satisfies z.ZodType<BusService>;

export const answerSchema = z.strictObject({
  result: json,
  stream: z.strictObject({ items: count, isComplete: z.boolean() }).nullable().describe('null: no stream.'),
}) satisfies z.ZodType<BusAnswer>;

export const receiptSchema = z.strictObject({
  id: z.string(),
  routed: z.boolean().describe('Whether any queue took it.'),
}) satisfies z.ZodType<BusReceipt>;

export const queueSchema = z.strictObject({
  name: z.string(),
  depth: count.describe('Messages that wait in it.'),
  unacked: count.describe('Held by consumers of this server.'),
  consumers: count,
  dead: count,
  service: z
    .strictObject({ name: z.string(), kind, waiting: count, running: count })
    .nullable()
    .describe('Who takes from it, and what it says of its work.'),
}) satisfies z.ZodType<BusQueue>;

const letterSchema = z.strictObject({
  id: z.string(),
  group: z.string(),
  reason: z.string(),
  deliveries: count,
  at: time,
  topic: z.string(),
  exchange: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  contentType: z.string().nullable(),
  body: z.string(),
  cut: count.describe('Characters of the body that are left out.'),
}) satisfies z.ZodType<WireLetter>;

export const lettersSchema = z.strictObject({
  items: z.array(letterSchema),
  next: z.null(),
  groups: z.array(z.strictObject({ group: z.string(), count })),
}) satisfies z.ZodType<DeadLetters>;

export const settledSchema = z.strictObject({
  count,
  left: count.describe('Dead letters that are there afterwards.'),
}) satisfies z.ZodType<SettledLetters>;

export const stateSchema = z.strictObject({
  broker: z.enum(['memory', 'rabbitmq', 'redis']),
  isConnected: z.boolean(),
  blocked: z.string().nullable().describe('Why it takes nothing at the moment.'),
  reconnects: count,
  publishing: count,
  capabilities: z.strictObject({
    survivesRestart: z.boolean(),
    ordering: z.boolean(),
    delay: z.boolean(),
    priority: z.boolean(),
    unroutable: z.boolean(),
  }),
}) satisfies z.ZodType<BusState>;

export const testSchema = stateSchema.extend({
  roundTripsMs: z.array(z.number()),
}) satisfies z.ZodType<BusTest>;

export const trialSchema = z.strictObject({
  exchange: z.string(),
  commands: z.array(
    z.strictObject({ command: z.string(), key: z.string(), isHeard: z.boolean(), reason: z.string().nullable() }),
  ),
}) satisfies z.ZodType<WireTrial>;

export const planSchema = z.strictObject({
  queues: z.array(
    z.strictObject({
      queue: z.string(),
      name: z.string().describe('As the broker has it.'),
      state: z.enum(['same', 'missing', 'differs']),
      setting: z.string().nullable(),
      existing: z.string().nullable(),
      wanted: z.string().nullable(),
    }),
  ),
}) satisfies z.ZodType<TopologyPlan>;

export const changesSchema = z.strictObject({
  changes: z.array(
    z.strictObject({
      name: z.string(),
      became: z.string(),
      moved: count,
      isDeleted: z.boolean().describe('Not as long as somebody consumes the old version.'),
    }),
  ),
}) satisfies z.ZodType<TopologyChanges>;

export const trialOf = ({ exchange, commands }: AnalyzerTrial): WireTrial => ({
  exchange,
  commands: commands.map(({ command, key, isHeard, reason = null }) => ({ command, key, isHeard, reason })),
});

export const planOf = (states: readonly PlannedState[]): TopologyPlan => ({
  queues: states.map((planned) => {
    const { queue, name, state } = planned;
    if (planned.state !== 'differs') return { queue, name, state, setting: null, existing: null, wanted: null };
    const { setting, existing, wanted } = planned;
    return { queue, name, state, setting, existing, wanted };
  }),
});

export const changesOf = (changes: readonly AppliedChange[]): TopologyChanges => ({
  changes: changes.map((change) => ({ ...change })),
});

export const serviceOf = (described: ServiceDescription & { readonly instances: number }): BusService => ({
  name: described.name,
  version: described.version ?? null,
  description: described.description ?? null,
  instances: described.instances,
  operations: described.operations.map(operationOf),
  queues: described.queues.map(({ name, kind: of, patterns, waiting, running }) => ({
    ...{ name, kind: of, patterns: [...patterns], waiting, running },
  })),
});

const operationOf = (operation: OperationDescription): BusOperation => {
  const { name, kind: is, route, queue, description, body, result, isText, to, idempotent, timeoutMs } = operation;
  return {
    ...{ name, kind: is, route, queue, description: description ?? null, isText, idempotent },
    body: body ?? null,
    result: result ?? null,
    to: to ?? null,
    timeout: timeoutMs === undefined ? null : formatDuration(timeoutMs),
    attempts: operation.attempts ?? null,
  };
};

export const answerOf = ({ result, stream }: CallAnswer): BusAnswer => ({
  result: result ?? null,
  stream: stream === undefined ? null : { items: (result as readonly unknown[]).length, isComplete: stream.isComplete },
});

export const queueOf = ({ name, ready, unacked, consumers, dead, service }: QueueOverview): BusQueue => ({
  ...{ name, depth: ready, unacked, consumers, dead },
  service: service === undefined ? null : { ...service },
});

export const lettersOf = (letters: readonly DeadLetter[], groups: readonly LetterGroup[]): DeadLetters => ({
  items: letters.map(letterOf),
  next: null,
  groups: groups.map((group) => ({ ...group })),
});

const letterOf = (letter: DeadLetter): WireLetter => {
  const { message, reason, deliveries, at } = letter;
  return {
    ...{ id: message.id, group: groupOf(letter), reason, deliveries, at: isoTime(at), topic: message.routingKey },
    exchange: message.exchange ?? null,
    headers: { ...message.headers },
    contentType: message.contentType ?? null,
    body: message.body.slice(0, MAX_BODY_SHOWN),
    cut: Math.max(0, message.body.length - MAX_BODY_SHOWN),
  };
};

export const stateOf = (state: BrokerState & { readonly capabilities: BrokerCapabilities }): BusState => {
  const { name: broker, ...capabilities } = state.capabilities;
  const { isConnected, blocked = null, reconnects, publishing } = state;
  return { broker, isConnected, blocked, reconnects, publishing, capabilities };
};
