import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CriterionEvent, type CriterionState, evaluateCriterion, IDLE } from './evaluate.ts';
import type { LimitRule } from './settings.ts';

const above = (rule: Partial<Extract<LimitRule, { direction: 'above' | 'below' }>> = {}): LimitRule => ({
  direction: 'above',
  limit: 10,
  hysteresis: 0,
  durationMs: 0,
  enabled: true,
  ...rule,
});

/** Judges [at, value] readings in turn. */
function judge(
  rule: LimitRule,
  readings: readonly (readonly [number, number])[],
  start: CriterionState = IDLE,
): { state: CriterionState; events: CriterionEvent[] } {
  let state = start;
  const events: CriterionEvent[] = [];
  for (const [at, value] of readings) {
    const judged = evaluateCriterion(rule, state, { at, value });
    state = judged.state;
    events.push(...judged.events);
  }
  return { state, events };
}
const kinds = (rule: LimitRule, readings: readonly (readonly [number, number])[]) =>
  judge(rule, readings).events.map(({ kind, at }) => [kind, at]);

describe('a criterion', () => {
  it('fires beyond its limit, not on it, and clears when the signal is back', () => {
    expect(
      kinds(above(), [
        [0, 10],
        [1, 11],
        [2, 12],
        [3, 10],
      ]),
    ).toEqual([
      ['fired', 1],
      ['cleared', 3],
    ]);
  });

  it('waits for its duration in event time, and forgets a shorter excursion', () => {
    const rule = above({ durationMs: 10 });
    expect(
      kinds(rule, [
        [0, 11],
        [9, 11],
        [10, 11],
        [11, 11],
      ]),
    ).toEqual([['fired', 10]]);
    expect(
      kinds(rule, [
        [0, 11],
        [5, 9],
        [9, 11],
        [18, 11],
      ]),
    ).toEqual([]);
  });

  it('says since when the signal was beyond the limit', () => {
    const { events } = judge(above({ durationMs: 10 }), [
      [3, 11],
      [20, 12],
      [30, 1],
    ]);
    expect(events).toEqual([
      { kind: 'fired', at: 20, since: 3, value: 12 },
      { kind: 'cleared', at: 30, since: 3, value: 1 },
    ]);
  });

  it('clears only when the signal has come back by the hysteresis', () => {
    expect(
      kinds(above({ hysteresis: 2 }), [
        [0, 11],
        [1, 9],
        [2, 8.5],
        [3, 11],
        [4, 8],
      ]),
    ).toEqual([
      ['fired', 0],
      ['cleared', 4],
    ]);
  });

  it('looks below a limit, and outside a band', () => {
    expect(
      kinds(above({ direction: 'below' }), [
        [0, 10],
        [1, 9],
      ]),
    ).toEqual([['fired', 1]]);
    const band: LimitRule = {
      direction: 'outside',
      limit: { low: 0, high: 10 },
      hysteresis: 1,
      durationMs: 0,
      enabled: true,
    };
    expect(
      kinds(band, [
        [0, 10],
        [1, 10.5],
        [2, 9.5],
        [3, 9],
        [4, -1],
        [5, 0.5],
        [6, 1],
      ]),
    ).toEqual([
      ['fired', 1],
      ['cleared', 3],
      ['fired', 4],
      ['cleared', 6],
    ]);
  });

  it('judges the next reading by a changed limit', () => {
    const { state } = judge(above({ hysteresis: 1 }), [[0, 11]]);
    expect(state.phase).toBe('fired');
    expect(judge(above({ limit: 20 }), [[1, 11]], state).events).toEqual([
      { kind: 'cleared', at: 1, since: 0, value: 11 },
    ]);
    expect(judge(above({ limit: 5 }), [[1, 6]]).events).toMatchObject([{ kind: 'fired' }]);
  });

  it('clears with the next reading when it is switched off, and never fires', () => {
    const off = above({ enabled: false });
    const { state } = judge(above(), [[0, 11]]);
    expect(judge(off, [[1, 99]], state).events).toMatchObject([{ kind: 'cleared' }]);
    expect(judge(off, [[1, 99]]).events).toEqual([]);
  });

  it('fires and clears in turn, each firing after a stretch that was beyond the limit for the duration', () => {
    const readings = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 20 })), { maxLength: 60 })
      .map((steps) => {
        let at = 0;
        return steps.map(([ms, value]) => {
          at += ms;
          return [at, value] as const;
        });
      });
    fc.assert(
      fc.property(
        readings,
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        (list, durationMs, hysteresis) => {
          const { events } = judge(above({ durationMs, hysteresis }), list);
          for (const [place, event] of events.entries()) {
            expect(event.kind).toBe(place % 2 === 0 ? 'fired' : 'cleared');
            if (event.kind === 'fired') {
              expect(event.at - event.since).toBeGreaterThanOrEqual(durationMs);
              // Several readings can share the moment at which the stretch began.
              const stretch = list.filter(([at]) => at > event.since && at < event.at);
              expect(stretch.every(([, value]) => value > 10)).toBe(true);
            } else expect(event.value).toBeLessThanOrEqual(10 - hysteresis);
          }
        },
      ),
    );
  });
});
