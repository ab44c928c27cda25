/** The message bus: who serves, calls and commands, queues and their dead letters, the broker itself. */
import { z } from 'zod';
import { MAX_DEAD_LETTERS_LISTED } from '../../../bus/broker.ts';
import { MAX_CALL_TIMEOUT_MS } from '../../../bus/tools/call-service.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { DEFAULT_LIMIT, listPage, pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import {
  answerOf,
  answerSchema,
  changesOf,
  changesSchema,
  lettersOf,
  lettersSchema,
  planOf,
  planSchema,
  queueOf,
  queueSchema,
  receiptSchema,
  serviceOf,
  serviceSchema,
  settledSchema,
  stateOf,
  stateSchema,
  testSchema,
  trialOf,
  trialSchema,
} from '../views/bus-view.ts';
import { duration, json, text } from '../wire-schema.ts';

const area = 'Bus';
/** Who may have services do something. */
const CALLERS = ['engineer', 'worker'] as const;
/** What everything but the state of the broker can answer. */
const AWAY = 'bus.away';
const PUBLISHING_ERRORS = [
  AWAY,
  'bus.not-confirmed',
  'bus.queue-full',
  'bus.invalid-message',
  'bus.message-too-large',
  'bus.refused',
] as const;
const CALL_ERRORS = [...PUBLISHING_ERRORS, 'bus.no-such-service', 'bus.unknown-route'] as const;

/** What the broker takes as a name, and what is no header of another meaning. */
const name = text(100).regex(/^[A-Za-z0-9_-]+$/, 'has letters, digits, hyphens and underscores only');
const paramName = z
  .string()
  .regex(/^(?!route$|trace(?:parent|state)$|__proto__$)[A-Za-z_]\w{0,99}$/, 'is not the name of a parameter');
const target = {
  service: name,
  operation: name.describe('Its name, with the parameters in `params`.').exactOptional(),
  path: text(200).describe('Its path with the parameters in it: jobs/42/configure.').exactOptional(),
  params: z.record(paramName, z.union([z.string().max(1_000), z.number()])).exactOptional(),
  body: json.exactOptional(),
};
const hasOneName = ({ operation, path }: { readonly operation?: string; readonly path?: string }): boolean =>
  (operation === undefined) !== (path === undefined);
const ONE_NAME = { error: 'names either an operation or a path', path: ['operation'] };
const timeout = duration
  .refine((ms) => ms >= 1 && ms <= MAX_CALL_TIMEOUT_MS, `must be at most ${formatDuration(MAX_CALL_TIMEOUT_MS)}`)
  .exactOptional();

const services = route({
  method: 'GET',
  path: '/api/v1/bus/services',
  audience: 'readers',
  area,
  errors: [AWAY],
  summary: 'Lists the services that answer at the moment, with their operations, queues and schemas.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(serviceSchema) },
  run: async ({ query, services: { bus } }) =>
    listPage(await bus.services(), query, { key: (service) => service.name, item: serviceOf }),
});

const call = route({
  method: 'POST',
  path: '/api/v1/bus/call',
  audience: CALLERS,
  area,
  summary: 'Calls a service and waits for its answer; what the service refuses has the code that the service gave.',
  errors: [
    ...CALL_ERRORS,
    'bus.invalid-body',
    'bus.invalid-params',
    'bus.invalid-result',
    'bus.handler-failed',
    'bus.call-timeout',
    'bus.connection-lost',
    'bus.interrupted',
    'bus.stopping',
  ],
  body: z.strictObject({ ...target, timeout }).refine(hasOneName, ONE_NAME),
  answer: { status: 200, schema: answerSchema },
  run: async ({ body: { timeout: timeoutMs, ...request }, services: { bus } }) =>
    answerOf(await bus.call({ ...request, timeoutMs })),
});

const send = route({
  method: 'POST',
  path: '/api/v1/bus/send',
  audience: CALLERS,
  area,
  summary: 'Sends a command to a service; answers when the broker has confirmed it.',
  errors: [...CALL_ERRORS, 'bus.stopping'],
  body: z.strictObject(target).refine(hasOneName, ONE_NAME),
  answer: { status: 202, schema: receiptSchema },
  run: async ({ body, services: { bus } }) => ({ id: await bus.send(body), routed: true }),
});

const emit = route({
  method: 'POST',
  path: '/api/v1/bus/events',
  audience: CALLERS,
  area,
  summary: 'Tells an event to everybody who listens to its topic; answers when the broker has confirmed it.',
  errors: PUBLISHING_ERRORS,
  body: z.strictObject({
    topic: text(255),
    body: json.exactOptional(),
    headers: z
      .record(text(100).regex(/^(?!__proto__$)[\w.-]+$/, 'is not the name of a header'), z.string().max(1_000))
      .exactOptional(),
  }),
  answer: { status: 202, schema: receiptSchema },
  run: async ({ body, services: { bus } }) => bus.emit(body),
});

const queues = route({
  method: 'GET',
  path: '/api/v1/bus/queues',
  audience: 'readers',
  area,
  errors: [AWAY],
  summary: 'Lists the queues that this server knows or that services have: what waits, runs and is dead.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(queueSchema) },
  run: async ({ query, services: { bus } }) =>
    listPage(await bus.queues(), query, { key: (queue) => queue.name, item: queueOf }),
});

const queueParams = z.strictObject({ queue: text(255) });

const dead = route({
  method: 'GET',
  path: '/api/v1/bus/queues/:queue/dead',
  audience: 'readers',
  area,
  summary: 'Lists the dead letters of a queue, the oldest first, and how many there are by the code of their reason.',
  errors: [AWAY, 'bus.unknown-queue'],
  params: queueParams,
  query: z.strictObject({
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_DEAD_LETTERS_LISTED)
      .default(DEFAULT_LIMIT)
      .describe('How many letters at most.'),
  }),
  answer: { status: 200, schema: lettersSchema },
  run: async ({ params: { queue }, query: { limit }, services: { bus } }) => {
    const { letters, groups } = await bus.deadLetters(queue, limit);
    return lettersOf(letters, groups);
  },
});

const choice = z.union(
  [
    z.strictObject({ ids: z.array(z.string().min(1).max(1_000)).min(1).max(MAX_DEAD_LETTERS_LISTED) }),
    z.strictObject({ group: z.string().min(1).max(10_000).describe('What their reason begins with, up to ": ".') }),
    z.strictObject({ all: z.literal(true) }),
  ],
  { error: 'says which letters: {ids}, {group} or {all: true}' },
);

const replay = route({
  method: 'POST',
  path: '/api/v1/bus/queues/:queue/dead/replay',
  audience: ['engineer'],
  area,
  summary: 'Puts dead letters back into their queue as if they were new: those with these ids, of a group, or all.',
  errors: [AWAY, 'bus.unknown-queue'],
  params: queueParams,
  body: choice,
  answer: { status: 200, schema: settledSchema },
  run: async ({ params: { queue }, body, principal, services: { bus } }) => bus.replay(queue, body, principal.id),
});

const drop = route({
  method: 'POST',
  path: '/api/v1/bus/queues/:queue/dead/drop',
  audience: ['engineer'],
  area,
  summary: 'Removes dead letters for good: those with these ids, of a group, or all.',
  errors: [AWAY, 'bus.unknown-queue'],
  params: queueParams,
  body: choice,
  answer: { status: 200, schema: settledSchema },
  run: async ({ params: { queue }, body, principal, services: { bus } }) => bus.drop(queue, body, principal.id),
});

const state = route({
  method: 'GET',
  path: '/api/v1/bus/state',
  audience: 'readers',
  area,
  summary: 'Shows which broker this server uses, what it can do, and whether it is reached.',
  answer: { status: 200, schema: stateSchema },
  run: ({ services: { bus } }) => stateOf(bus.state()),
});

const test = route({
  method: 'POST',
  path: '/api/v1/bus/test',
  audience: ['engineer'],
  area,
  summary: 'Sends a few messages to a queue of their own, and says how long each took to come back.',
  errors: [...PUBLISHING_ERRORS, 'bus.no-round-trip'],
  answer: { status: 200, schema: testSchema },
  run: async ({ services: { bus } }) => {
    const roundTripsMs = [...(await bus.test())];
    return { ...stateOf(bus.state()), roundTripsMs };
  },
});

const analyzerCommands = route({
  method: 'POST',
  path: '/api/v1/bus/analyzer-commands',
  audience: ['engineer'],
  area,
  errors: [AWAY],
  summary: 'Sends each command that an analyzer takes, once, and says which were heard; a live one carries them out.',
  answer: { status: 200, schema: trialSchema },
  run: async ({ principal, services: { bus } }) => trialOf(await bus.sendAnalyzerCommands(principal.id)),
});

const plan = route({
  method: 'POST',
  path: '/api/v1/bus/topology/plan',
  audience: ['engineer'],
  area,
  summary:
    'Says which queues of this server and of services the broker lacks, or has with other settings; changes nothing.',
  errors: [AWAY, 'bus.queue-differs'],
  answer: { status: 200, schema: planSchema },
  run: async ({ services: { bus } }) => planOf(await bus.planTopology()),
});

const apply = route({
  method: 'POST',
  path: '/api/v1/bus/topology/apply',
  audience: ['administrator'],
  area,
  summary: 'Gives queues with other settings a new version with those that are wanted, and moves what waits in them.',
  errors: [AWAY, 'bus.queue-differs'],
  answer: { status: 200, schema: changesSchema },
  run: async ({ principal, services: { bus } }) => changesOf(await bus.applyTopology(principal.id)),
});

export const busRoutes: readonly Route[] = [
  ...[services, call, send, emit, queues, dead, replay, drop, state],
  ...[test, analyzerCommands, plan, apply],
];
