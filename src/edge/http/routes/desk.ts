/**
 * The desk over HTTP: claim, heartbeat, settle. A worker is who its name and its token say: jobs are held under
 * `name@principal`, so that nobody answers for the jobs of another token, whatever name it gives.
 */
import { z } from 'zod';
import type { JobVerdict } from '../../../client/wire-jobs.ts';
import { MAX_CLAIM, MAX_CLAIM_WAIT_MS } from '../../../jobs/claims.ts';
import type { DeskVerdict, Heartbeat, Held, OfferedJob } from '../../../jobs/desk.ts';
import { MAX_LINES } from '../../../jobs/lines.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { formatJobId } from '../../../kernel/ids.ts';
import type { Settlement } from '../../../kernel/settlement.ts';
import { judge } from '../judge.ts';
import { type Route, route } from '../route.ts';
import { claimedOf, claimedSchema, logLevel } from '../views/job-view.ts';
import { lease } from '../views/kind-view.ts';
import { duration, jobId, json, text } from '../wire-schema.ts';
import { workerName, workerOf } from '../worker-name.ts';

const area = 'Workers';
const WORKERS = ['worker'] as const;

/** Kinds of one claim; jobs of one call; the bytes of its body, and of the payloads that one claim gives. */
export const MAX_CLAIM_KINDS = 100;
export const MAX_DESK_JOBS = 1_000;
export const DESK_BODY_BYTES = 16_000_000;
export const MAX_CLAIM_BYTES = 8_000_000;
const MAX_SNOOZE_MS = 365 * 86_400_000;
const MAX_TEXT = 100_000;

const claim = route({
  method: 'POST',
  path: '/api/v1/jobs/claim',
  audience: WORKERS,
  area,
  summary: 'Leases jobs to a worker, and waits for the first as long as the call says, at most 60 s.',
  errors: ['job.internal-kind', 'job.bad-kind', 'job.too-many-waiting', 'duration.malformed', 'store.conflict'],
  body: z.strictObject({
    worker: workerName,
    kinds: z.array(text(100)).min(1).max(MAX_CLAIM_KINDS),
    limit: z.int().min(1).max(MAX_CLAIM).describe('No more than the worker has hands free.').default(1),
    wait: duration.refine((ms) => ms <= MAX_CLAIM_WAIT_MS, 'must be at most 60s').exactOptional(),
    lease: lease.describe('Else what the kind says.').exactOptional(),
  }),
  answer: { status: 200, schema: z.strictObject({ jobs: z.array(claimedSchema) }) },
  run: async (call) => {
    const { body, principal, services, signal } = call;
    const { jobs } = services;
    const internal = body.kinds.find((kind) => jobs.kinds.isInternal(kind));
    if (internal !== undefined) throw new MillraceError('job.internal-kind', { kind: internal });
    await jobs.kinds.welcome(body.kinds, principal.id);
    const worker = workerOf(body.worker, principal);
    const kinds = [...new Set(body.kinds)];
    const { limit, wait: waitMs, lease: leaseMs } = body;
    const wanted = {
      worker,
      kinds,
      limit,
      ...(waitMs !== undefined && { waitMs }),
      ...(leaseMs !== undefined && { leaseMs }),
    };
    const offered = await jobs.claim(wanted, signal);
    const given = signal.aborted ? [] : within(offered, MAX_CLAIM_BYTES);
    if (given.length < offered.length) await jobs.release(worker, offered.slice(given.length));
    return { jobs: given.map((job) => claimedOf(leaseMs === undefined ? job : { ...job, leaseMs })) };
  },
});

/** As many as fit, and at least one: the rest is given back, and comes with the next claim. */
function within(jobs: readonly OfferedJob[], most: number): readonly OfferedJob[] {
  let bytes = 0;
  for (const [place, { payload }] of jobs.entries()) {
    bytes += JSON.stringify(payload).length;
    if (bytes > most && place > 0) return jobs.slice(0, place);
  }
  return jobs;
}

const held = { id: jobId, epoch: z.int() };
const settlement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('done'),
    outcome: text(200).default('done'),
    output: z.record(z.string(), json).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('fail'), error: z.string().max(MAX_TEXT) }),
  z.strictObject({
    kind: z.literal('snooze'),
    delay: duration.refine((ms) => ms <= MAX_SNOOZE_MS, 'must be at most 365d'),
  }),
  z.strictObject({ kind: z.literal('discard'), reason: z.string().max(MAX_TEXT) }),
  z.strictObject({
    kind: z.literal('error').describe('A BPMN error, caught by a boundary event or event sub-process.'),
    code: text(200),
    message: z.string().max(MAX_TEXT).exactOptional(),
    output: z.record(z.string(), json).exactOptional(),
  }),
]);
const result = z.strictObject({ ...held, settlement });

function settlementOf(given: z.output<typeof settlement>): Settlement {
  return given.kind === 'snooze' ? { kind: 'snooze', delayMs: given.delay } : given;
}

const verdicts = z.strictObject({
  results: z
    .array(
      z.strictObject({
        id: z.string(),
        verdict: z
          .enum(['ok', 'stale', 'cancel', 'invalid'])
          .describe('stale, cancel: the job is this worker’s no longer. invalid: not understood; code says why.'),
        code: z.string().exactOptional(),
        detail: z.string().exactOptional(),
      }) satisfies z.ZodType<JobVerdict>,
    )
    .describe('In the order of the call.'),
});
const items = (what: string) =>
  z
    .array(z.unknown().meta({ description: what }))
    .min(1)
    .max(MAX_DESK_JOBS);

/** Asks about the items that were understood, and puts all answers in their places. */
async function answerEach<Schema extends z.ZodType<Held & { readonly [part: string]: unknown }>>(
  given: readonly unknown[],
  schema: Schema,
  ask: (items: readonly z.output<Schema>[]) => Promise<readonly DeskVerdict[]>,
): Promise<{ results: JobVerdict[] }> {
  const judged = given.map((item) => judge(schema, item));
  const understood = judged.flatMap((one) => ('value' in one ? [one.value] : []));
  const answers = understood.length === 0 ? [] : await ask(understood);
  let place = 0;
  const results = judged.map((one, at): JobVerdict => {
    if (!('value' in one)) return { id: idIn(given[at]), verdict: 'invalid', ...one };
    return { id: formatJobId(one.value.id), verdict: answers[place++] ?? 'stale' };
  });
  return { results };
}

const idIn = (item: unknown): string => {
  const id = (item as { readonly id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 40) : '';
};

const settle = route({
  method: 'POST',
  path: '/api/v1/jobs/settle',
  audience: WORKERS,
  area,
  summary: 'Says how jobs ended: done, fail, snooze, discard or error. Each gets a verdict of its own.',
  errors: ['store.conflict'],
  body: z.strictObject({ worker: workerName, results: items('{id, epoch, settlement}') }),
  bodyLimitBytes: DESK_BODY_BYTES,
  answer: { status: 200, schema: verdicts },
  run: ({ body, principal, services: { jobs } }) =>
    answerEach(body.results, result, (results) =>
      jobs.settle(
        workerOf(body.worker, principal),
        results.map(({ id, epoch, settlement: ended }) => ({ id, epoch, settlement: settlementOf(ended) })),
        principal.id,
      ),
    ),
});

const progress = z.strictObject({
  share: z.number().min(0).max(1),
  note: z.string().max(1_000).exactOptional(),
});
const line = z.strictObject({ level: logLevel, text: z.string().max(MAX_TEXT) });
const beat = z.strictObject({
  ...held,
  progress: progress.exactOptional(),
  lines: z.array(line).max(MAX_LINES).exactOptional(),
});

const heartbeat = route({
  method: 'POST',
  path: '/api/v1/jobs/heartbeat',
  audience: WORKERS,
  area,
  summary: 'Renews the leases of jobs, and takes down how far they are and what they say.',
  errors: ['duration.malformed'],
  body: z.strictObject({
    worker: workerName,
    jobs: items('{id, epoch, progress?, lines?}'),
    lease: lease.describe('Else what the kind says.').exactOptional(),
  }),
  bodyLimitBytes: DESK_BODY_BYTES,
  answer: { status: 200, schema: verdicts },
  run: ({ body, principal, services: { jobs } }) =>
    answerEach(body.jobs, beat, (beats: readonly Heartbeat[]) =>
      jobs.heartbeat(workerOf(body.worker, principal), beats, body.lease),
    ),
});

const release = route({
  method: 'POST',
  path: '/api/v1/jobs/release',
  audience: WORKERS,
  area,
  summary: 'Gives jobs back untouched: it costs no attempt.',
  body: z.strictObject({ worker: workerName, jobs: items('{id, epoch}') }),
  bodyLimitBytes: DESK_BODY_BYTES,
  answer: { status: 200, schema: verdicts },
  run: ({ body, principal, services: { jobs } }) =>
    answerEach(body.jobs, z.strictObject(held), (given) => jobs.release(workerOf(body.worker, principal), given)),
});

export const deskRoutes: readonly Route[] = [claim, settle, heartbeat, release];
