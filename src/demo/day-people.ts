/**
 * The people of the simulated day: how long each takes, and what each answers. They know what really happened, as people
 * do who went and looked at the machine.
 */
import type { Anomaly } from '../client/wire-measurements.ts';
import type { Firing, TaskCompletion } from '../client/wire-process.ts';
import type { Random } from '../kernel/random.ts';
import { type Fault, type FaultKind, isHarmless } from './fault.ts';

export type Role = 'operator' | 'engineer' | 'technologist';

/** Minutes until a task is done: at least, and at most so many more. */
const TAKES_MINUTES: { readonly [Name in Role]: readonly [least: number, more: number] } = {
  operator: [3, 7],
  engineer: [10, 16],
  technologist: [12, 19],
};
const SEEN: { readonly [Kind in FaultKind]: string } = {
  'bearing-wear': 'The bearing runs rough; vibration went up with the temperature.',
  'lost-cooling': 'There is no coolant flow; it keeps heating up.',
  'sensor-cleaned': 'The sensor was out for cleaning; the machine is fine.',
};
const REPAIRED: { readonly [Kind in FaultKind]?: string } = {
  'bearing-wear': 'Bearing replaced.',
  'lost-cooling': 'Coolant valve opened, filter cleaned.',
};
/** No cleaned sensor has ever scored higher, and every fault does. */
const SAFE_LIMIT = 10;
const ABOVE_PEAK = 1;

export type NewLimit = { readonly id: string; readonly limit: number };
/** What a role answers, and which limits come of it. */
export type Answer = {
  readonly completion: TaskCompletion & { readonly comment: string };
  readonly limits: readonly NewLimit[];
};

export const isRole = (name: string): name is Role => Object.hasOwn(TAKES_MINUTES, name);

export function minutesOf(role: Role, random: Random): number {
  const [least, more] = TAKES_MINUTES[role];
  return least + Math.floor(random() * more);
}

/** What somebody has before their eyes: what really happened to the machine, if anything did, and what was measured. */
export type Case = {
  readonly fault: Fault | undefined;
  readonly evidence: readonly Firing[];
  readonly anomalies: readonly Anomaly[];
};

export function answerOf(role: string, seen: Case): Answer {
  if (role === 'operator') return { completion: verdictOf(seen.fault), limits: [] };
  if (role === 'technologist') return { completion: repairOf(seen.fault), limits: [] };
  return changeOf(seen);
}

function verdictOf(fault: Fault | undefined): Answer['completion'] {
  if (fault === undefined) return { outcome: 'rejected', comment: 'There is nothing to be found.' };
  return { outcome: isHarmless(fault.kind) ? 'rejected' : 'confirmed', comment: SEEN[fault.kind] };
}

function repairOf(fault: Fault | undefined): Answer['completion'] {
  return { outcome: 'repaired', comment: (fault && REPAIRED[fault.kind]) ?? 'Checked; nothing had to be replaced.' };
}

/** Raises each criterion that fired above what fired it. */
function changeOf({ evidence, anomalies }: Case): Answer {
  const limits = new Map<string, number>();
  for (const firing of evidence) {
    if (firing.criterionId === undefined || typeof firing.limit !== 'number') continue;
    const scores = anomalies.filter(({ id }) => firing.anomalies?.includes(id)).map(({ score }) => score);
    const peak = Math.max(firing.value ?? 0, ...scores);
    const before = limits.get(firing.criterionId) ?? SAFE_LIMIT;
    limits.set(firing.criterionId, Math.max(before, Math.ceil(peak + ABOVE_PEAK)));
  }
  const criteria = [...limits].map(([id, limit]) => ({ id, limit }));
  const comment = 'Limits raised above what cleaning a sensor does.';
  return { completion: { outcome: 'done', comment, variables: { criteria } }, limits: criteria };
}
