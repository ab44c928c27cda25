/** The parts of the unit that brings jobs into the world: their rows, what counts them, and what guards their uniqueness. */
import type { Instant } from '../kernel/clock.ts';
import { type Guard, isAbsent, put, type Unit, type Write } from '../store/unit.ts';
import { dedupFamily } from './dedup.ts';
import { childFamily, flowFamily } from './flow.ts';
import { type JobRow, jobFamily } from './job.ts';
import { count, kindSubject } from './statistics.ts';

/** Of one job. The unit conflicts when a live job has the same dedup key. */
export function birthOf(row: JobRow, now: Instant): Unit {
  const writes: Write[] = [put(jobFamily, row), count(kindSubject(row.kind), now, { started: 1 })];
  if (row.dedupKey === null) return { guards: [], writes };
  const key = [row.kind, row.dedupKey];
  writes.push(put(dedupFamily, { kind: row.kind, dedupKey: row.dedupKey, job: row.id }));
  return { guards: [isAbsent(dedupFamily, key)], writes };
}

/** Of a parent and its children: all or none. */
export function flowOf(
  parent: JobRow,
  children: readonly JobRow[],
  { now, failsWithChild }: { readonly now: Instant; readonly failsWithChild: boolean },
): Unit {
  const guards: Guard[] = [];
  const writes: Write[] = [];
  for (const row of [parent, ...children]) {
    const birth = birthOf(row, now);
    guards.push(...birth.guards);
    writes.push(...birth.writes);
  }
  for (const { id } of children) writes.push(put(childFamily, { parent: parent.id, child: id }));
  const counts = { pending: children.length, failed: 0, failsWithChild: failsWithChild ? 1 : 0 };
  writes.push(put(flowFamily, { parent: parent.id, ...counts, children: children.length }));
  return { guards, writes };
}
