/**
 * What workers and servers say to each other over a broker: the words of the HTTP desk, as calls of two services. Claims
 * have a queue of their own, so that a settlement never stands behind those who wait for work. Ids are public ones,
 * durations are text, so that any language can join in.
 */
import { z } from 'zod';
import { declareService } from '../../bus/service/define-service.ts';
import { rpc } from '../../bus/service/rpc.ts';
import { formatDuration, parseDuration } from '../../kernel/duration.ts';
import { formatJobId, parseJobId } from '../../kernel/ids.ts';
import type { Settlement } from '../../kernel/settlement.ts';
import type { DeskSettlement, Heartbeat, Held, OfferedJob, WorkerReport } from '../desk.ts';

export const CLAIMS_SERVICE = 'millrace-job-claims';
export const DESK_SERVICE = 'millrace-job-desk';

/** Text of one message at most, so that the largest payload still fits and a message never exceeds the broker's limit. */
export const MAX_TEXT_LENGTH = 1_000_000;
/** Jobs that one message names at most. */
export const MAX_ITEMS = 1_000;
/** A server that has no job answers so long before its caller stops listening. */
export const ANSWER_MS = 10_000;

const duration = z.string().max(100).transform(parseDuration);
const worker = z.string().min(1).max(200);
const held = z.object({ id: z.string(), epoch: z.int() });
const named = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ worker, ...shape });
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).max(MAX_ITEMS);

export const claimBody = named({
  kinds: z.array(z.string()).min(1).max(MAX_ITEMS),
  limit: z.int().min(1).max(MAX_ITEMS),
  wait: duration.optional(),
  lease: duration.optional(),
});
export const settlement = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), outcome: z.string(), output: z.record(z.string(), z.unknown()).optional() }),
  z.object({
    kind: z.literal('error'),
    code: z.string(),
    message: z.exactOptional(z.string()),
    output: z.exactOptional(z.record(z.string(), z.unknown())),
  }),
  z.object({ kind: z.literal('fail'), error: z.string() }),
  z.object({ kind: z.literal('snooze'), delay: duration }),
  z.object({ kind: z.literal('discard'), reason: z.string() }),
]);
export const settleBody = named({ results: listOf(held.extend({ settlement })) });
export const releaseBody = named({ jobs: listOf(held) });
const line = z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() });
const progress = z.object({ share: z.number(), note: z.string().optional() });
const beat = held.extend({ progress: progress.optional(), lines: z.array(line).optional() });
export const heartbeatBody = named({ jobs: listOf(beat), lease: duration.optional() });
export const reportBody = z.object({
  id: worker,
  kinds: z.array(z.string()).max(MAX_ITEMS),
  concurrency: z.int(),
  state: z.enum(['running', 'draining']),
  running: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  host: z.string().max(255),
  pid: z.int(),
  version: z.string().max(100),
  every: duration,
});
export const leaveBody = named({});

/** Nothing here is changed in reading: what a server answers is checked by the same schema before it leaves. */
const offer = held.extend({
  kind: z.string(),
  attempt: z.int(),
  maxAttempts: z.int(),
  payload: z.unknown(),
  key: z.string().nullable(),
  owner: z.object({ kind: z.string(), id: z.int(), seq: z.int() }).nullable(),
  lease: z.string(),
  timeout: z.string().nullable(),
  trace: z.string().nullable(),
});
export const offers = z.object({ jobs: z.array(offer) });
export const verdicts = z.object({
  results: z.array(z.object({ id: z.string(), verdict: z.enum(['ok', 'stale', 'cancel']) })),
});

/** As a worker knows them. */
export const claimsService = declareService(CLAIMS_SERVICE, {
  claim: rpc('claim', { body: claimBody, result: offers }),
});
export const deskService = declareService(DESK_SERVICE, {
  settle: rpc('settle', { body: settleBody, result: verdicts, idempotent: true }),
  release: rpc('release', { body: releaseBody, result: verdicts, idempotent: true }),
  heartbeat: rpc('heartbeat', { body: heartbeatBody, result: verdicts, idempotent: true }),
  report: rpc('report', { body: reportBody, idempotent: true }),
  leave: rpc('leave', { body: leaveBody, idempotent: true }),
});

export const heldOf = ({ id, epoch }: z.output<typeof held>): Held => ({ id: parseJobId(id), epoch });
export const heldText = ({ id, epoch }: Held): z.input<typeof held> => ({ id: formatJobId(id), epoch });

export function settlementOf(said: z.output<typeof settlement>): Settlement {
  if (said.kind === 'snooze') return { kind: 'snooze', delayMs: said.delay };
  if (said.kind !== 'done') return said;
  const { kind, outcome, output } = said;
  return output === undefined ? { kind, outcome } : { kind, outcome, output };
}

export function settlementText({ settlement: said, ...job }: DeskSettlement): SettlementText {
  return { ...heldText(job), settlement: settlementWords(said) };
}
export const settlementWords = (said: Settlement): SettlementText['settlement'] =>
  said.kind === 'snooze' ? { kind: said.kind, delay: formatDuration(said.delayMs) } : said;
export type SettlementText = z.input<typeof settleBody>['results'][number];

export function beatOf({ progress: far, lines, ...job }: z.output<typeof beat>): Heartbeat {
  const shown = far && { share: far.share, ...(far.note !== undefined && { note: far.note }) };
  return { ...heldOf(job), ...(shown && { progress: shown }), ...(lines && { lines }) };
}

export function beatText({ progress: far, lines, ...job }: Heartbeat): BeatText {
  return { ...heldText(job), ...(far && { progress: { ...far } }), ...(lines && { lines: [...lines] }) };
}
export type BeatText = z.input<typeof beat>;

export const reportOf = ({ every, ...said }: z.output<typeof reportBody>): WorkerReport => ({
  ...said,
  everyMs: every,
});
export const reportText = ({ everyMs, kinds, ...said }: WorkerReport): z.input<typeof reportBody> => ({
  ...said,
  kinds: [...kinds],
  every: formatDuration(everyMs),
});

export function offerText({ leaseMs, timeoutMs, ...job }: OfferedJob): z.input<typeof offer> {
  const timeout = timeoutMs === null ? null : formatDuration(timeoutMs);
  return { ...job, id: formatJobId(job.id), lease: formatDuration(leaseMs), timeout };
}

export const offerOf = ({ lease, timeout, payload, ...job }: z.output<typeof offer>): OfferedJob => ({
  ...job,
  id: parseJobId(job.id),
  payload: payload ?? null,
  leaseMs: parseDuration(lease),
  timeoutMs: timeout === null ? null : parseDuration(timeout),
});
