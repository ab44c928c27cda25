/** The history checker: what processes wrote down and the rows that are left must tell one story. Answers what does not fit. */
import { type JobRow, MAX_LOST } from '../../../src/jobs/job.ts';
import type { Event } from '../../jobs/faults/crashed.ts';

export type History = { readonly rows: readonly JobRow[]; readonly events: readonly Event[] };

export function violations({ rows, events }: History): string[] {
  const byJob = new Map<number, Event[]>();
  for (const event of events)
    if (event.job !== undefined) byJob.set(event.job, [...(byJob.get(event.job) ?? []), event]);
  const ids = new Map(rows.map((row) => [row.id, row]));
  const lost = events
    .filter(({ what, job }) => what === 'enqueued' && !ids.has(job))
    .map(({ job }) => `job ${job} was acknowledged and is not there`);
  return [
    ...lost,
    ...rows.flatMap((row) => ofJob(row, byJob.get(row.id) ?? [])),
    ...keysOutOfOrder(rows, byJob),
    ...twins(events, ids),
  ];
}

/** One end, by the claim that was held, with no attempt but those that were planned. */
function ofJob(row: JobRow, events: readonly Event[]): string[] {
  const name = `job ${row.id} (${row.kind})`;
  const { fails = 0 } = JSON.parse(row.payload) as { fails?: number };
  const wrong: string[] = [];
  const completed = events.filter(({ what }) => what === 'completed');
  if (completed.length > 1) wrong.push(`${name} was completed ${completed.length} times`);
  if (row.state === 'quarantined') {
    if (row.lost !== MAX_LOST) wrong.push(`${name} was put aside, though it was lost ${row.lost} times`);
    if (completed.length > 0) wrong.push(`${name} was put aside, though it was completed`);
    return wrong;
  }
  if (row.state !== 'done') wrong.push(`${name} has not ended: it is ${row.state}`);
  else if (row.attempt !== fails + 1) wrong.push(`${name} took ${row.attempt} attempts instead of ${fails + 1}`);
  for (const { epoch } of completed)
    if (row.epoch !== epoch + 1) wrong.push(`${name} was completed by claim ${epoch}, and is at ${row.epoch}`);
  const starts = events.filter(({ what }) => what === 'started').map(({ epoch }) => epoch);
  if (new Set(starts).size < starts.length) wrong.push(`${name} was given out twice with one epoch`);
  return wrong;
}

/** Jobs of one key start in the order in which they were enqueued, and none before the one in front of it has ended. */
function keysOutOfOrder(rows: readonly JobRow[], byJob: ReadonlyMap<number, readonly Event[]>): string[] {
  const wrong: string[] = [];
  const front = new Map<string, { readonly row: JobRow; readonly at: number }>();
  for (const row of rows) {
    if (row.key === null || row.dueAt > row.createdAt) continue;
    const start = byJob.get(row.id)?.find(({ what }) => what === 'started');
    if (start === undefined) continue;
    const before = front.get(row.key);
    if (before !== undefined && start.at < before.at)
      wrong.push(`job ${row.id} of key ${row.key} began before ${before.row.id}, which is in front of it`);
    front.set(row.key, { row, at: start.at });
  }
  return wrong;
}

/** Whoever was told that a job lives already was told of one with the same dedup key. */
const twins = (events: readonly Event[], ids: ReadonlyMap<number, JobRow>): string[] =>
  events
    .filter(({ what, isNew, job, dedupKey }) => what === 'enqueued' && !isNew && ids.get(job)?.dedupKey !== dedupKey)
    .map(({ job, dedupKey }) => `job ${job} was told to have the dedup key ${dedupKey}`);
