/** Messages and signals to process instances. */
import { z } from 'zod';
import type { Correlation, SignalSent } from '../../../client/wire-process.ts';
import { formatInstanceId, formatJobId } from '../../../kernel/ids.ts';
import { type Route, route } from '../route.ts';
import { duration, instanceIdText, jobIdText, text, variables } from '../wire-schema.ts';
import { STARTERS } from './instances.ts';

const send = route({
  method: 'POST',
  path: '/api/v1/messages',
  audience: STARTERS,
  area: 'Messages',
  summary: 'Brings a message to the instances that wait for it, starts what it starts, or keeps it for its ttl.',
  errors: ['duration.malformed', 'process.variables-too-large'],
  body: z.strictObject({
    name: text(200),
    correlationKey: text(200),
    variables: variables.exactOptional(),
    ttl: duration.exactOptional(),
    id: text(200).describe('The same id again is the same message, and is taken in once.').exactOptional(),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({
      delivered: z.int(),
      buffered: z.boolean(),
      started: z.array(instanceIdText),
    }) satisfies z.ZodType<Correlation>,
  },
  run: async ({ body: { ttl, ...message }, principal, services }) => {
    const { delivered, buffered, started } = await services.process.correlator.send(
      { ...message, ...(ttl !== undefined && { ttlMs: ttl }) },
      principal.id,
    );
    return { delivered, buffered, started: started.map(formatInstanceId) };
  },
});

const broadcast = route({
  method: 'POST',
  path: '/api/v1/signals',
  audience: STARTERS,
  area: 'Messages',
  summary: 'Broadcasts a signal: to every instance that waits for it, and to every definition that starts by it.',
  errors: [],
  body: z.strictObject({ name: text(200), variables: variables.exactOptional() }),
  answer: {
    status: 202,
    schema: z.strictObject({
      job: jobIdText.describe('The job that carries it; when it is done everyone has been told.'),
    }) satisfies z.ZodType<SignalSent>,
  },
  run: async ({ body: { name, variables: given = {} }, services }) => ({
    job: formatJobId(await services.process.deliveries.send({ to: 'signal', name, variables: given })),
  }),
});

export const messageRoutes: readonly Route[] = [send, broadcast];
