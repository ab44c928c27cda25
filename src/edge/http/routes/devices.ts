/** Devices: what sends measurements, its series and its anomalies. */
import { z } from 'zod';
import type { Anomaly as WireAnomaly } from '../../../client/wire-measurements.ts';
import type { Anomaly } from '../../../measurements/anomaly/anomaly.ts';
import type { Device } from '../../../measurements/device/device.ts';
import { simulatedDeviceFamily } from '../../../measurements/device/simulated-device.ts';
import { analyzerFamily } from '../../../measurements/ingest/analyzer.ts';
import { MAX_POINTS } from '../../../measurements/series/series.ts';
import type { Services } from '../../services.ts';
import { pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { deviceChangeBody, deviceInput, deviceOf, deviceSchema, newDeviceBody } from '../views/device-view.ts';
import { instant, isoTime, text, time } from '../wire-schema.ts';

const area = 'Devices';
const params = z.strictObject({ id: text(200) });

const list = route({
  method: 'GET',
  path: '/api/v1/devices',
  audience: 'readers',
  area,
  summary: 'Lists devices by id.',
  query: z.strictObject({ line: z.string().max(200).exactOptional(), ...paging }),
  answer: { status: 200, schema: pageSchema(deviceSchema) },
  run: async ({ query, services }) => {
    const { items, next } = await services.measurements.devices.list(query);
    return { items: await shown(services, items), next };
  },
});

const create = route({
  method: 'POST',
  path: '/api/v1/devices',
  audience: ['engineer'],
  area,
  summary: 'Makes a device known, with the fields it sends.',
  errors: ['device.invalid', 'device.exists', 'measurement.unknown-service', 'duration.malformed'],
  body: newDeviceBody,
  answer: { status: 201, schema: deviceSchema },
  run: async ({ body, principal, services }) => {
    const device = await services.measurements.devices.create(deviceInput(body) as never, { actor: principal.id });
    return one(services, device);
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/devices/:id',
  audience: 'readers',
  area,
  summary: 'Shows a device.',
  errors: ['device.unknown'],
  params,
  answer: { status: 200, schema: deviceSchema },
  run: async ({ params: { id }, services }) => one(services, await services.measurements.devices.get(id)),
});

const change = route({
  method: 'PATCH',
  path: '/api/v1/devices/:id',
  audience: ['engineer'],
  area,
  summary: 'Changes the given parts of a device.',
  errors: [
    ...['device.unknown', 'device.invalid', 'device.field-in-use'],
    ...['measurement.unknown-service', 'duration.malformed'],
  ],
  params,
  body: deviceChangeBody,
  answer: { status: 200, schema: deviceSchema },
  run: async ({ params: { id }, body, principal, services }) => {
    const device = await services.measurements.devices.update(id, deviceInput(body) as never, { actor: principal.id });
    return one(services, device);
  },
});

const series = route({
  method: 'GET',
  path: '/api/v1/devices/:id/series',
  audience: 'readers',
  area,
  summary:
    'Shows a field over time, thinned out so that no spike is lost: of each stretch the least and the greatest value.',
  errors: ['device.unknown', 'device.unknown-field', 'measurement.invalid-range', 'measurement.range-too-large'],
  params,
  query: z.strictObject({
    field: text(100),
    from: instant.exactOptional(),
    to: instant.exactOptional(),
    points: z.coerce.number().int().min(1).max(MAX_POINTS).default(600),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({
      field: z.string(),
      unit: z.string().nullable(),
      from: time,
      to: time,
      points: z.array(z.tuple([z.int(), z.number(), z.number()])).describe('Milliseconds since 1970, least, greatest.'),
    }),
  },
  run: async ({ params: { id }, query, services }) => {
    const { field, unit, from, to, points } = await services.measurements.series({ device: id, ...query });
    return {
      field,
      unit,
      from: isoTime(from),
      to: isoTime(to),
      points: points.map(([at, min, max]): [number, number, number] => [at, min, max]),
    };
  },
});

const anomalySchema = z.strictObject({
  id: z.string(),
  device: z.string(),
  field: z.string(),
  detector: z.string(),
  from: time,
  to: time,
  score: z.number(),
  severity: z.string(),
  evidence: z
    .strictObject({ at: time, value: z.number(), expected: z.number(), sigma: z.number() })
    .describe(
      'The reading with the highest score, and what the detector had expected there, in the unit of the field.',
    ),
  service: z
    .string()
    .describe('The measurement service whose analysis found it; empty: it was found as the readings came.'),
  isOpen: z.boolean(),
  isRevised: z.boolean().describe('Rows that came late, or other settings, have taken it back.'),
  label: z.string().nullable(),
  labelledBy: z.string().nullable(),
}) satisfies z.ZodType<WireAnomaly>;

const anomalies = route({
  method: 'GET',
  path: '/api/v1/devices/:id/anomalies',
  audience: 'readers',
  area,
  summary: 'Lists the anomalies of a device, the latest first.',
  errors: ['device.unknown', 'measurement.invalid-cursor'],
  params,
  query: z.strictObject({ from: instant.exactOptional(), to: instant.exactOptional(), ...paging }),
  answer: { status: 200, schema: pageSchema(anomalySchema) },
  run: async ({ params: { id }, query, services }) => {
    await services.measurements.devices.get(id);
    const { items, next } = await services.measurements.anomalies.list({ device: id, ...query });
    return { items: items.map(anomalyOf), next };
  },
});

export const deviceRoutes: readonly Route[] = [list, create, get, change, series, anomalies];

const anomalyOf = ({
  id,
  device,
  field,
  detector,
  from,
  to,
  score,
  severity,
  evidence: { at, value, expected, sigma },
  service,
  isOpen,
  revisedBy,
  label,
  labelledBy,
}: Anomaly): WireAnomaly => ({
  id,
  device,
  field,
  detector,
  from: isoTime(from),
  to: isoTime(to),
  score,
  severity,
  evidence: { at: isoTime(at), value, expected, sigma },
  service,
  isOpen,
  isRevised: revisedBy !== null,
  label,
  labelledBy,
});

async function one(services: Services, device: Device) {
  const [view] = await shown(services, [device]);
  return view as NonNullable<typeof view>;
}

/** When a device was last heard of is known to the analysis of its readings. */
async function shown({ store }: Services, devices: readonly Device[]) {
  const keys = devices.map(({ id }) => [id]);
  const [rows, simulated] = await Promise.all([
    store.getMany(analyzerFamily, keys),
    store.getMany(simulatedDeviceFamily, keys),
  ]);
  return devices.map((device, place) => {
    const row = rows[place];
    return deviceOf(device, {
      lastSeenAt: row === undefined || row.lastAt === null ? null : row.updatedAt,
      lastReadingAt: row?.lastAt ?? null,
      simulated: simulated[place] !== undefined,
    });
  });
}
