/**
 * A field is one number that a device sends: its unit, the range it can have, and the smallest step it can show.
 * A reading outside the range is a broken sensor and goes to quarantine; an anomaly is a strange reading inside it.
 */
import { z } from 'zod';
import { fieldName, label } from '../input.ts';

export const fieldSchema = z
  .strictObject({
    name: fieldName,
    unit: label.exactOptional(),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    resolution: z.number().positive().exactOptional(),
  })
  .refine(({ min = -Infinity, max = Infinity }) => min < max, 'min is below max');

export type Field = z.output<typeof fieldSchema>;
