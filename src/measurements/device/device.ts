/** A device is whatever sends measurements: a machine, a line, a station. It declares its fields before it sends. */
import { z } from 'zod';
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { deviceId, label } from '../input.ts';
import { type Field, fieldSchema } from './field.ts';

export const MAX_FIELDS = 100;

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
    /** Goes up with every change of the device or of one of its criteria. */
    settingsVersion: 'integer',
    createdAt: 'integer',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['id'],
  indexes: [{ columns: ['line', 'id'] }],
});
export type DeviceRow = RowOf<typeof deviceFamily>;

export type Device = {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  readonly fields: readonly Field[];
  readonly idealCycleMs: number | null;
  readonly settingsVersion: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
};

/** A device, and the event time of its latest reading; null: none yet. */
export type DeviceView = Device & { readonly lastAt: Instant | null };

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
  idealCycleMs: z.number().positive().nullable().default(null),
});
export type NewDevice = z.input<typeof newDevice>;

export const deviceChange = z.strictObject({
  name: label.min(1).exactOptional(),
  line: label.exactOptional(),
  fields: fields.exactOptional(),
  idealCycleMs: z.number().positive().nullable().exactOptional(),
});
export type DeviceChange = z.input<typeof deviceChange>;

export const deviceOf = (row: DeviceRow): Device => ({ ...row, fields: JSON.parse(row.fields) as Field[] });
export const deviceRow = (device: Device): DeviceRow => ({ ...device, fields: JSON.stringify(device.fields) });
