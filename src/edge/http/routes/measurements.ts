/** Measurements in, and what became of those that were refused. */
import { z } from 'zod';
import type { IngestAnswer, QuarantinedRow, RetryAnswer } from '../../../client/wire-measurements.ts';
import { formatJobId } from '../../../kernel/ids.ts';
import { MAX_CALL_ROWS } from '../../../measurements/ingest/ingest.ts';
import { QUARANTINE_CODES, QUARANTINE_PROBLEMS } from '../../../measurements/ingest/quarantine.ts';
import type { Quarantined } from '../../../measurements/ingest/quarantine-list.ts';
import { RETRY_KIND, type RetryPayload } from '../../../measurements/ingest/retry-job.ts';
import { JSON_TYPE, NDJSON_TYPE } from '../content.ts';
import { pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { checkedInside, isoTime, text, time } from '../wire-schema.ts';

const area = 'Measurements';
/** 10,000 rows of a machine with a hundred fields. */
export const INGEST_BODY_BYTES = 16_000_000;

const row = z.object({
  device: z.string(),
  ts: z.union([z.string(), z.int()]).describe('ISO 8601, or milliseconds since 1970.'),
  values: z.record(z.string(), z.number()),
});
/** Rows are judged one by one: a bad one goes to quarantine and holds up no other. */
const rows = z.array(z.unknown().meta({ ...checkedInside(row).meta() })).describe(`At most ${MAX_CALL_ROWS} rows.`);

const send = route({
  method: 'POST',
  path: '/api/v1/measurements',
  audience: ['device', 'engineer'],
  area,
  summary:
    'Stores up to 10,000 rows, from JSON or NDJSON. A bad row goes to quarantine; a row that was sent before is counted.',
  errors: ['measurement.too-many-rows', 'measurement.overloaded'],
  query: z.strictObject({
    mode: z
      .enum(['live', 'replay', 'import'])
      .default('live')
      .describe(
        'live: now. replay: judged in event time as if it were now. import: stored and analysed, starts no process.',
      ),
  }),
  body: rows,
  accepts: [JSON_TYPE, NDJSON_TYPE],
  bodyLimitBytes: INGEST_BODY_BYTES,
  judgesRows: true,
  answer: {
    status: 200,
    schema: z.strictObject({
      stored: z.int(),
      duplicate: z.int(),
      quarantined: z
        .array(z.strictObject({ row: z.int(), code: z.string() }))
        .describe('By place in the call, from 0.'),
    }) satisfies z.ZodType<IngestAnswer>,
  },
  run: async ({ query: { mode }, body, principal, services }) => {
    const { stored, duplicate, quarantined } = await services.measurements.ingest(body, { mode, actor: principal.id });
    return { stored, duplicate, quarantined: quarantined.map(({ row: place, code }) => ({ row: place, code })) };
  },
});

const which = {
  device: text(200).exactOptional(),
  code: z.enum(QUARANTINE_CODES).describe('Why they were refused.').exactOptional(),
};
const quarantine = route({
  method: 'GET',
  path: '/api/v1/quarantine',
  audience: 'readers',
  area,
  summary: 'Lists refused rows, the latest first.',
  errors: ['measurement.invalid-cursor'],
  query: z.strictObject({ ...which, ...paging }),
  answer: {
    status: 200,
    schema: pageSchema(
      z.strictObject({
        id: z.string(),
        device: z.string().nullable(),
        code: z.enum(QUARANTINE_CODES),
        problem: z.string(),
        row: z.unknown().describe('As it came; text when it was cut or is no JSON.'),
        at: time,
        actor: z.string(),
      }) satisfies z.ZodType<QuarantinedRow>,
    ),
  },
  run: async ({ query, services }) => {
    const { items, next } = await services.measurements.quarantine.list(query);
    return { items: items.map(quarantinedOf), next };
  },
});

const retry = route({
  method: 'POST',
  path: '/api/v1/quarantine/retry',
  audience: ['engineer'],
  area,
  summary:
    'Takes refused rows in once more, as a job whose output says what became of them. They count as received when they came, and start no process; what is refused again stays.',
  errors: ['job.queue-full'],
  body: z.strictObject(which),
  answer: { status: 200, schema: z.strictObject({ job: z.string() }) satisfies z.ZodType<RetryAnswer> },
  run: async ({ body, principal, services: { jobs } }) => {
    const payload: RetryPayload = { ...body, actor: principal.id };
    const [stored] = await jobs.enqueueMany([{ kind: RETRY_KIND, payload }]);
    if (stored === undefined) throw new TypeError('a stored job has an id');
    return { job: formatJobId(stored.id) };
  },
});

export const measurementRoutes: readonly Route[] = [send, quarantine, retry];

const quarantinedOf = ({ id, device, code, row: stored, receivedAt, actor }: Quarantined): QuarantinedRow => ({
  id,
  device,
  code,
  problem: QUARANTINE_PROBLEMS[code],
  row: parsed(stored),
  at: isoTime(receivedAt),
  actor,
});

function parsed(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch {
    return stored;
  }
}
