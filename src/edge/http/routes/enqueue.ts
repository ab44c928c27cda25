/** Jobs in: one, many, or a parent with its children. */
import { z } from 'zod';
import type { BatchedJob, JobBatchAnswer, StoredFlow } from '../../../client/wire-jobs.ts';
import { MAX_CHILDREN } from '../../../jobs/flow.ts';
import type { JobRequest } from '../../../jobs/intake.ts';
import { isMillraceError, type MillraceError } from '../../../kernel/errors.ts';
import { formatJobId } from '../../../kernel/ids.ts';
import type { Services } from '../../services.ts';
import { JSON_TYPE, NDJSON_TYPE } from '../content.ts';
import { judge } from '../judge.ts';
import { KIND_ERRORS, requireKinds } from '../known-kinds.ts';
import { type Call, type Route, route } from '../route.ts';
import { traceParentOf } from '../trace.ts';
import { duration, instant, jobIdText, json, text } from '../wire-schema.ts';

const area = 'Jobs';
/** Who brings work. */
const ENQUEUERS = ['engineer', 'worker'] as const;
const ENQUEUE_ERRORS = [
  ...KIND_ERRORS,
  ...['job.payload-too-large', 'job.bad-payload', 'job.bad-key'],
  ...['job.queue-full', 'duration.malformed'],
];

/** Jobs of one call, and what its body may weigh. */
export const MAX_BATCH_JOBS = 10_000;
export const JOB_BODY_BYTES = 2_000_000;
export const BATCH_BODY_BYTES = 32_000_000;
export const MAX_PRIORITY = 100;
const MAX_ATTEMPTS = 1_000;

const newJob = z
  .strictObject({
    kind: text(100),
    payload: json.exactOptional(),
    priority: z.int().min(-MAX_PRIORITY).max(MAX_PRIORITY).describe('Higher is sooner.').exactOptional(),
    runAt: instant.describe('Not before.').exactOptional(),
    delay: duration.describe('Not before so long has passed.').exactOptional(),
    key: text(200).describe('Jobs of one kind and key keep their order.').exactOptional(),
    dedupKey: text(200)
      .describe('While a job of this kind with the same one lives, that job is meant.')
      .exactOptional(),
    maxAttempts: z.int().min(1).max(MAX_ATTEMPTS).exactOptional(),
  })
  .refine(({ runAt, delay }) => runAt === undefined || delay === undefined, {
    error: 'has either a time or a delay',
    path: ['delay'],
  });
type NewJob = z.output<typeof newJob>;

type From = Pick<Call<unknown, unknown, unknown>, 'services' | 'headers'>;

function requestOf({ runAt, delay, payload = null, ...job }: NewJob, { services, headers }: From): JobRequest {
  const trace = traceParentOf(headers.traceparent);
  const dueAt = delay === undefined ? runAt : services.store.now() + delay;
  return { ...job, payload, ...(dueAt !== undefined && { dueAt }), ...(trace !== undefined && { trace }) };
}

const enqueue = route({
  method: 'POST',
  path: '/api/v1/jobs',
  audience: ENQUEUERS,
  area,
  summary:
    'Stores a job for the workers of its kind. isNew: false – a live job has the same dedup key, and this is its id.',
  errors: ENQUEUE_ERRORS,
  body: newJob,
  bodyLimitBytes: JOB_BODY_BYTES,
  answer: { status: 201, schema: z.strictObject({ id: jobIdText, isNew: z.boolean() }) },
  run: async (call) => {
    await requireKinds(call.services, [call.body.kind]);
    const [stored] = await call.services.jobs.enqueueMany([requestOf(call.body, call)]);
    if (stored === undefined) throw new TypeError('a stored job has an id');
    return { id: formatJobId(stored.id), isNew: stored.isNew };
  },
});

const batched = z.union([
  z.strictObject({ id: jobIdText, isNew: z.boolean() }),
  z.strictObject({ code: z.string(), detail: z.string() }),
]) satisfies z.ZodType<BatchedJob>;

const batch = route({
  method: 'POST',
  path: '/api/v1/jobs/batch',
  audience: ENQUEUERS,
  area,
  summary: 'Stores up to 10,000 jobs, from JSON or NDJSON. Each is answered for itself: a bad one holds up no other.',
  body: z
    .array(z.unknown().meta({ description: 'As POST /api/v1/jobs takes it.' }))
    .min(1)
    .max(MAX_BATCH_JOBS),
  accepts: [JSON_TYPE, NDJSON_TYPE],
  bodyLimitBytes: BATCH_BODY_BYTES,
  answer: {
    status: 200,
    schema: z.strictObject({
      items: z.array(batched).describe('In the order of the call.'),
      stored: z.int(),
      refused: z.int(),
    }) satisfies z.ZodType<JobBatchAnswer>,
  },
  run: async (call) => {
    const judged = await Promise.all(call.body.map((item) => judgedJob(item, call)));
    const requests = judged.flatMap((one) => ('request' in one ? [one.request] : []));
    const stored = await storeEach(call.services, requests);
    let place = 0;
    const items = judged.map((one): BatchedJob => ('request' in one ? (stored[place++] as BatchedJob) : one));
    const refused = items.filter((item) => 'code' in item).length;
    return { items, stored: items.length - refused, refused };
  },
});

type Refusal = { readonly code: string; readonly detail: string };

async function judgedJob(item: unknown, from: From): Promise<{ readonly request: JobRequest } | Refusal> {
  const verdict = judge(newJob, item);
  if (!('value' in verdict)) return verdict;
  try {
    await requireKinds(from.services, [verdict.value.kind]);
    return { request: requestOf(verdict.value, from) };
  } catch (error) {
    return refusalOf(error);
  }
}

/** All in one go, and one by one when one of them is refused: so that the others come in. */
async function storeEach({ jobs }: Services, requests: readonly JobRequest[]): Promise<BatchedJob[]> {
  const shown = ({ id, isNew }: Awaited<ReturnType<typeof jobs.enqueueMany>>[number]) => ({
    id: formatJobId(id),
    isNew,
  });
  try {
    return (await jobs.enqueueMany(requests)).map(shown);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  return Promise.all(
    requests.map(async (request) => {
      const [stored] = await jobs.enqueueMany([request]).catch((error: unknown) => [refusalOf(error)]);
      return stored === undefined || 'code' in stored ? (stored as Refusal) : shown(stored);
    }),
  );
}

/** Of the job, not of the store. */
const isRefusal = (error: unknown): error is MillraceError => isMillraceError(error) && error.code.startsWith('job.');

function refusalOf(error: unknown): Refusal {
  if (!isRefusal(error)) throw error;
  return { code: error.code, detail: error.message };
}

const flow = route({
  method: 'POST',
  path: '/api/v1/jobs/flow',
  audience: ENQUEUERS,
  area,
  summary: 'Stores a job that waits for others, and those others: all or none.',
  errors: [...ENQUEUE_ERRORS, 'job.bad-flow'],
  body: z.strictObject({
    parent: newJob,
    children: z.array(newJob).min(1).max(MAX_CHILDREN),
    failsWithChild: z
      .boolean()
      .describe('The parent is dead when a child is; else it runs all the same.')
      .default(false),
  }),
  bodyLimitBytes: BATCH_BODY_BYTES,
  answer: {
    status: 201,
    schema: z.strictObject({ id: jobIdText, children: z.array(jobIdText) }) satisfies z.ZodType<StoredFlow>,
  },
  run: async (call) => {
    const { parent, children, failsWithChild } = call.body;
    await requireKinds(
      call.services,
      [parent, ...children].map(({ kind }) => kind),
    );
    const stored = await call.services.jobs.enqueueFlow({
      parent: requestOf(parent, call),
      children: children.map((child) => requestOf(child, call)),
      failsWithChild,
    });
    return { id: formatJobId(stored.id), children: stored.children.map(formatJobId) };
  },
});

export const enqueueRoutes: readonly Route[] = [enqueue, batch, flow];
