/** What a field is for. */
import type { Field } from '../api/measurements.ts';

export const isNumeric = ({ role = 'gauge' }: Field): boolean => role === 'gauge' || role === 'counter';
export const isCounter = ({ role }: Field): boolean => role === 'counter';
