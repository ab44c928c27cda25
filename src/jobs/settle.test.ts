/** What a settlement makes of a job, for any job and any settlement. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobId } from '../kernel/ids.ts';
import { discard, done, fail, type Settlement, snooze } from '../kernel/settlement.ts';
import { FINAL_STATES, type JobRow, type JobState, MAX_ERROR_LENGTH, MAX_LOST, newJobRow } from './job.ts';
import { KIND_DEFAULTS as kind } from './kind.ts';
import { cancel, loseLease, settle } from './settle.ts';

const NOW = 1_000_000;
const born = newJobRow({ id: 7 as JobId, kind: 'k', payload: { valve: 'V-12' } }, NOW - 5_000);
const leased: JobRow = { ...born, state: 'leased', epoch: 3, worker: 'worker-1', leaseUntil: NOW + 1_000 };
const half = () => 0.5;

const anyJob = fc
  .record({
    attempt: fc.nat(20),
    maxAttempts: fc.integer({ min: 1, max: 20 }),
    lost: fc.nat(MAX_LOST - 1),
    error: fc.option(fc.string()),
  })
  .map((columns): JobRow => ({ ...leased, ...columns }));
const anySettlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.string().map((outcome) => done(outcome)),
  fc.dictionary(fc.string(), fc.jsonValue()).map((output) => done('done', output)),
  fc.string({ maxLength: 3_000 }).map(fail),
  fc.string({ maxLength: 3_000 }).map(discard),
  fc.nat(1_000_000).map((delayMs) => snooze({ delayMs })),
);

describe('settling', () => {
  it('ends in a state that fits, costs an attempt unless it is put off, and always ends the lease', () => {
    fc.assert(
      fc.property(
        anyJob,
        anySettlement,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (job, settlement, random) => {
          const change = settle(job, settlement, { now: NOW, random: () => random, kind });
          const isFinal = FINAL_STATES.includes(change.state as JobState);
          expect(change.settledAt).toBe(isFinal ? NOW : undefined);
          expect(change.leaseUntil).toBe(null);
          // Who did it stays with the job; one that waits again is nobody's.
          expect(change.worker).toBe(isFinal ? undefined : null);
          expect(change.attempt ?? job.attempt).toBe(job.attempt + (settlement.kind === 'snooze' ? 0 : 1));
          expect(change.lost).toBeUndefined();
          expect(change.outcome === undefined).toBe(settlement.kind !== 'done');
          expect((change.error ?? '').length).toBeLessThanOrEqual(Math.max(MAX_ERROR_LENGTH, job.error?.length ?? 0));
          expect(change.state === 'scheduled').toBe(
            settlement.kind === 'snooze' || (settlement.kind === 'fail' && job.attempt + 1 < job.maxAttempts),
          );
          if (settlement.kind === 'fail' && !isFinal) {
            expect(change.dueAt).toBeGreaterThan(NOW);
            expect(change.dueAt).toBeLessThanOrEqual(NOW + kind.backoff.longestMs);
          }
        },
      ),
    );
  });

  it('keeps the outcome and the output of what is done, and forgets earlier errors', () => {
    const change = settle({ ...leased, error: 'once' }, done('repaired', { hours: 2 }), {
      now: NOW,
      random: half,
      kind,
    });
    expect(change).toMatchObject({ state: 'done', outcome: 'repaired', output: '{"hours":2}', error: null });
  });

  it('puts off for as long as asked', () => {
    const change = settle(leased, snooze({ delayMs: 60_000 }), { now: NOW, random: half, kind });
    expect(change).toMatchObject({ state: 'scheduled', dueAt: NOW + 60_000 });
  });

  it('waits twice as long before each try', () => {
    const waits = [0, 1, 2, 3].map((attempt) => {
      const job = { ...leased, attempt, maxAttempts: 9 };
      return (settle(job, fail('down'), { now: NOW, random: () => 0, kind }).dueAt ?? NOW) - NOW;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('discards at once, whatever attempts are left', () => {
    const change = settle({ ...leased, maxAttempts: 9 }, discard('valve V-12 is gone'), {
      now: NOW,
      random: half,
      kind,
    });
    expect(change).toMatchObject({ state: 'dead', error: 'valve V-12 is gone', attempt: 1 });
  });
});

describe('losing a worker', () => {
  it('costs no attempt, until it has happened so often that the job may be the cause', () => {
    let job: JobRow = leased;
    const states = Array.from({ length: MAX_LOST }, () => {
      const change = loseLease(job, NOW, kind);
      expect(change).toMatchObject({ leaseUntil: null, worker: null });
      job = { ...job, ...change };
      return change.state;
    });
    expect(states).toEqual(['ready', 'ready', 'quarantined']);
    expect(job).toMatchObject({ settledAt: NOW, error: 'Its worker was lost 3 times.' });
  });
});

describe('cancelling', () => {
  it('is final and takes the lease away', () => {
    expect(cancel(NOW, 'nobody wants it')).toMatchObject({ state: 'cancelled', settledAt: NOW, leaseUntil: null });
  });
});
