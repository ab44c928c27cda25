/** What a field is for. */
import type { Field } from '../api/measurements.ts';

export const isNumeric = ({ role = 'gauge' }: Field): boolean => role === 'gauge' || role === 'counter';
export const isCounter = ({ role }: Field): boolean => role === 'counter';

/** Without counters and states a machine has neither states nor KPIs, whatever analyses it. */
export const tellsStates = (fields: readonly Field[]): boolean =>
  fields.some(({ role }) => role === 'counter' || role === 'state');
