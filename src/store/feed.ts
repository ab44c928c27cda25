/**
 * The feed: one ordered log of what happened in an area. Histories, live updates and cursors all read it.
 * An entry of a process instance is its history; an entry of a setting is its audit trail.
 */
import { type Area, defineLog, type RowOf } from './family.ts';

const feedColumns = {
  /** What happened, as an event name: millrace.<area>.<noun>.<past verb>. */
  topic: 'text',
  /** What it happened to: the public id or key. */
  subject: 'text',
  at: 'integer',
  actor: 'text',
  /** JSON, with its version `v`. */
  body: 'text',
} as const;

const feedOf = (area: Area, name: string) =>
  defineLog({ name, area, columns: feedColumns, indexes: [{ columns: ['subject', 'id'] }] });

export const plantFeed = feedOf('plant', 'feed');
export const measurementFeed = feedOf('measurements', 'measurement_feed');
export type FeedRow = RowOf<typeof plantFeed>;
