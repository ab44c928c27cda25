/** A device is whatever sends measurements: a machine, a line, a station. It declares its fields before it sends. */
import { z } from 'zod';
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { deviceId, label } from '../input.ts';
import { type Field, fieldSchema } from './field.ts';

export const MAX_FIELDS = 100;
/** A year: no cycle, interval or gap is longer. */
const MAX_DURATION_MS = 366 * 86_400_000;

export const deviceFamily = defineFamily({
  name: 'device',
  area: 'measurements',
  columns: {
    id: 'text',
    name: 'text',
    /** The production line it stands in; empty: none. */
    line: 'text',
    /** JSON list of fields. */
    fields: 'text',
    idealCycleMs: 'real?',
    /** The measurement service that analyses its readings. */
    service: 'text?',
    expectedIntervalMs: 'real?',
    maxGapMs: 'real?',
    /** JSON: product → ideal cycle in milliseconds. */
    products: 'text?',
    /** Goes up with every change of the device or of one of its criteria. */
    settingsVersion: 'integer',
    createdAt: 'integer',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['id'],
  indexes: [{ columns: ['line', 'id'] }, { columns: ['service', 'id'] }],
});
export type DeviceRow = RowOf<typeof deviceFamily>;

export type Device = {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  readonly fields: readonly Field[];
  readonly idealCycleMs: number | null;
  readonly service: string | null;
  /** Null: as the service says. */
  readonly expectedIntervalMs: number | null;
  readonly maxGapMs: number | null;
  readonly products: Readonly<Record<string, number>>;
  readonly settingsVersion: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
};

/** A device, and the event time of its latest reading; null: none yet. */
export type DeviceView = Device & { readonly lastAt: Instant | null };

const durationMs = z.number().positive().max(MAX_DURATION_MS);
const settings = {
  idealCycleMs: durationMs.nullable(),
  service: z.string().max(50).nullable(),
  expectedIntervalMs: durationMs.nullable(),
  maxGapMs: durationMs.nullable(),
  products: z.record(label.min(1), durationMs),
};
const fields = z
  .array(fieldSchema)
  .min(1)
  .max(MAX_FIELDS)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'two fields have the same name');

export const newDevice = z.strictObject({
  id: deviceId,
  name: label.min(1).exactOptional(),
  line: label.default(''),
  fields,
  idealCycleMs: settings.idealCycleMs.default(null),
  service: settings.service.default(null),
  expectedIntervalMs: settings.expectedIntervalMs.default(null),
  maxGapMs: settings.maxGapMs.default(null),
  products: settings.products.default({}),
});
/** A device of a service may leave its fields out. */
export type NewDevice = Omit<z.input<typeof newDevice>, 'fields'> & Partial<Pick<z.input<typeof newDevice>, 'fields'>>;

export const deviceChange = z.strictObject({
  name: label.min(1).exactOptional(),
  line: label.exactOptional(),
  fields: fields.exactOptional(),
  idealCycleMs: settings.idealCycleMs.exactOptional(),
  service: settings.service.exactOptional(),
  expectedIntervalMs: settings.expectedIntervalMs.exactOptional(),
  maxGapMs: settings.maxGapMs.exactOptional(),
  products: settings.products.exactOptional(),
});
export type DeviceChange = z.input<typeof deviceChange>;

export const deviceOf = (row: DeviceRow): Device => ({
  ...row,
  fields: JSON.parse(row.fields) as Field[],
  products: row.products === null ? {} : (JSON.parse(row.products) as Record<string, number>),
});
export const deviceRow = (device: Device): DeviceRow => ({
  ...device,
  fields: JSON.stringify(device.fields),
  products: Object.keys(device.products).length === 0 ? null : JSON.stringify(device.products),
});
