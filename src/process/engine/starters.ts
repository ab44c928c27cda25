/**
 * What starts which definition: an index in the store of the newest version of each key, so that a start finds it however
 * many are deployed. Every definition has a row for starts by command, and one for each event it starts by.
 */
import { defineFamily, type RowOf } from '../../store/family.ts';
import type { Definition, StartPoint, Trigger } from '../core/definition.ts';

export const starterFamily = defineFamily({
  name: 'definition_starter',
  columns: {
    /** `command`, or the kind and name of an event: `message:order`, `signal:stop`, `criterion:too-hot`. */
    event: 'text',
    key: 'text',
    /** The start event; empty where the definition itself says that it starts so. */
    node: 'text',
    version: 'integer',
  },
  key: ['event', 'key', 'node'],
});
export type Starter = RowOf<typeof starterFamily>;

export const BY_COMMAND = 'command';
export const byMessage = (name: string): string => `message:${name}`;
export const bySignal = (name: string): string => `signal:${name}`;
export const byCriterion = (name: string): string => `criterion:${name}`;

/** The rows of one definition. */
export function startersOf({ key, version, start, startMessage, startPoints }: Definition): Starter[] {
  const events = [
    { event: BY_COMMAND, node: '' },
    ...(start?.criteria ?? []).map((name) => ({ event: byCriterion(name), node: '' })),
    ...(startMessage === undefined ? [] : [{ event: byMessage(startMessage), node: '' }]),
    ...startPoints.flatMap(({ node, trigger }) => eventsOf(trigger).map((event) => ({ event, node }))),
  ];
  return events.map((event) => ({ ...event, key, version }));
}

function eventsOf(trigger: Trigger | undefined): string[] {
  if (trigger?.on === 'several') return trigger.triggers.flatMap(eventsOf);
  if (trigger?.on === 'message') return [byMessage(trigger.name)];
  return trigger?.on === 'signal' ? [bySignal(trigger.name)] : [];
}

/** The start events that begin by the clock. */
export const timedStarts = ({ startPoints }: Definition): readonly StartPoint[] =>
  startPoints.filter(({ trigger }) => trigger?.on === 'timer');
