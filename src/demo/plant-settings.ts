/** What the demo plant is set up with: devices, criteria, shifts, people and whom mails go to. */
import type { NewPerson, NewRecipientList } from '../client/wire-access.ts';
import type { NewCriterion, NewDevice, NewShiftPlan } from '../client/wire-measurements.ts';
import { MACHINES } from './machines.ts';

/** Where criteria start: beyond what chance does to a healthy machine, below what a cleaned sensor does. */
export const FIRST_LIMIT = 4;
/** So that one long disturbance fires a criterion once. */
const HYSTERESIS = 1.5;

export const DEVICES: readonly NewDevice[] = MACHINES.map(({ signals, ...machine }) => ({
  ...machine,
  fields: signals.map(({ name, unit, min, max, resolution }) => ({ name, unit, min, max, resolution })),
}));

/** A: the z-score of the temperature. B: a sudden change of it. */
export const CRITERIA: readonly NewCriterion[] = MACHINES.flatMap(({ id }) => [
  criterion(id, { name: 'A', detector: 'z-score' }),
  criterion(id, { name: 'B', detector: 'sudden-change' }),
]);

export const SHIFT_PLAN: NewShiftPlan = {
  id: 'three-shifts',
  timeZone: 'UTC',
  lines: [...new Set(MACHINES.map(({ line }) => line))],
  rules: [shift('early', '06:00', '14:00'), shift('late', '14:00', '22:00'), shift('night', '22:00', '06:00')],
};

export const PEOPLE: readonly (NewPerson & { readonly email: string })[] = [
  { name: 'Olga Brandt', email: 'olga.brandt@plant.example', roles: ['operator'] },
  { name: 'Emil Novak', email: 'emil.novak@plant.example', roles: ['engineer'] },
  { name: 'Tariq Haddad', email: 'tariq.haddad@plant.example', roles: ['technologist'] },
];

export const RECIPIENT_LISTS: readonly NewRecipientList[] = [
  { name: 'operators', members: [{ kind: 'role', value: 'operator' }] },
  { name: 'engineers', members: [{ kind: 'role', value: 'engineer' }] },
  { name: 'technologists', members: [{ kind: 'role', value: 'technologist' }] },
];

function criterion(
  device: string,
  { name, detector }: { readonly name: string; readonly detector: string },
): NewCriterion {
  const signal = { field: 'temperature', detector };
  return { device, name, settings: { signal, limit: FIRST_LIMIT, direction: 'above', hysteresis: HYSTERESIS } };
}

function shift(name: string, from: string, to: string): NewShiftPlan['rules'][number] {
  return { name, days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from, to };
}
