/** The history checker sees what must not happen; else a run without violations would say nothing. */
import { describe, expect, it } from 'vitest';
import type { AttemptRow } from '../../../src/jobs/attempt.ts';
import { type JobRow, newJobRow } from '../../../src/jobs/job.ts';
import type { JobId } from '../../../src/kernel/ids.ts';
import type { Event } from '../../jobs/faults/crashed.ts';
import { checked } from './history.ts';

/** A job that was done by its first claim, unless it says otherwise. */
function doneRow(id: number, changes: Partial<JobRow> = {}): JobRow {
  const row = newJobRow({ id: id as JobId, kind: 'plain', payload: {} }, 0);
  return { ...row, state: 'done', attempt: 1, epoch: 2, ...changes };
}

const event = (what: Event['what'], at: number, changes: Partial<Event> = {}): Event => ({
  ...{ what, at, by: 'process-0.0', job: 1, epoch: 1, attempt: 1, kind: 'plain', key: null, dedupKey: null },
  ...{ isNew: true, answer: 'done', askedAt: at - 1, isDelayed: false, code: '', fails: 0, ...changes },
});

/** From its enqueue to its acknowledged end, ten moments apart. */
const life = (job: number, from: number, changes: Partial<Event> = {}): Event[] => [
  event('enqueued', from, { job, ...changes }),
  event('started', from + 10, { job, ...changes }),
  event('settling', from + 20, { job, ...changes }),
  event('completed', from + 30, { job, ...changes }),
];

const lost = (startedAt: number): AttemptRow => ({
  ...{ job: 1, epoch: 1, verb: 'lose', startedAt, endedAt: startedAt + 100, worker: 'process-0.0' },
  ...{ actor: 'system', error: null },
});

const problemsOf = (rows: readonly JobRow[], events: readonly Event[], attempts: readonly AttemptRow[] = []) =>
  checked({ rows, attempts, events }).problems;

describe('the history checker', () => {
  it('finds nothing where everything ended once', () => {
    expect(problemsOf([doneRow(1), doneRow(2)], [...life(1, 0), ...life(2, 5)])).toEqual([]);
  });

  it('finds a job that was acknowledged and is not there, and one that has not ended', () => {
    expect(problemsOf([doneRow(2, { state: 'ready' })], life(1, 0))).toEqual([
      'job 1 was acknowledged and is not there',
      'job 2 (plain) has not ended: it is ready',
    ]);
  });

  it('finds two completions, and one by an old claim', () => {
    const twice = problemsOf([doneRow(1)], [...life(1, 0), event('completed', 50)]);
    expect(twice).toContain('job 1 (plain) was completed 2 times');
    const late = problemsOf([doneRow(1, { epoch: 4 })], life(1, 0));
    expect(late).toEqual(['job 1 (plain) was completed by claim 1, and is at 4']);
  });

  it('finds an attempt that was spent', () => {
    expect(problemsOf([doneRow(1, { attempt: 2 })], life(1, 0))).toEqual([
      'job 1 (plain) took 2 attempts instead of 1',
    ]);
  });

  it('finds jobs of one key that overlap or change places', () => {
    const rows = [doneRow(1, { key: 'a' }), doneRow(2, { key: 'a' })];
    expect(problemsOf(rows, [...life(1, 0, { key: 'a' }), ...life(2, 30, { key: 'a' })])).toEqual([]);
    expect(problemsOf(rows, [...life(1, 0, { key: 'a' }), ...life(2, 5, { key: 'a' })])).not.toEqual([]);
    const [first, ...later] = life(1, 0, { key: 'a' }) as [Event, ...Event[]];
    const late = later.map((told) => ({ ...told, at: told.at + 100 }));
    expect(problemsOf(rows, [first, ...life(2, 30, { key: 'a' }), ...late])).not.toEqual([]);
    expect(problemsOf(rows, [first, ...life(2, 30, { key: 'a' })])).not.toEqual([]);
  });

  it('finds two that live with one dedup key, and one that was told to live when it was over', () => {
    const dedupKey = 'd';
    const rows = [doneRow(1, { dedupKey }), doneRow(2, { dedupKey })];
    expect(problemsOf(rows, [...life(1, 0, { dedupKey }), ...life(2, 25, { dedupKey })])).toEqual([]);
    expect(problemsOf(rows, [...life(1, 0, { dedupKey }), ...life(2, 5, { dedupKey })])).not.toEqual([]);
    const told = event('enqueued', 50, { dedupKey, isNew: false });
    expect(problemsOf(rows, [...life(1, 0, { dedupKey }), told])).toEqual([
      'job 1 was told to live, and had been completed before',
    ]);
  });

  it('knows that a job whose dedup key came free comes in behind the others of its call', () => {
    const key = 'k';
    const rows = [doneRow(3, { key, dedupKey: 'd' }), doneRow(2, { key })];
    const born = [
      event('enqueued', 20, { job: 3, key, dedupKey: 'd', askedAt: 10 }),
      event('enqueued', 20, { job: 2, key, askedAt: 10 }),
    ];
    const worked = (job: number, from: number) => life(job, from, { key }).slice(1);
    expect(problemsOf(rows, [...born, ...worked(2, 30), ...worked(3, 70)])).toEqual([]);
    expect(problemsOf(rows, [...born, ...worked(3, 30), ...worked(2, 70)])).not.toEqual([]);
  });

  it('finds a lease that a process lost which ended in order, unless a fault had taken it', () => {
    const events = [...life(1, 0, { epoch: 2 }), event('stopped', 1_000, { job: 0 })];
    const row = doneRow(1, { epoch: 3, lost: 1 });
    expect(problemsOf([row], events, [lost(800)])).toEqual(['job 1 was lost by process-0.0, which ended in order']);
    expect(problemsOf([row], [...events, event('disturbed', 810, { job: 0, by: '*' })], [lost(800)])).toEqual([]);
  });
});
