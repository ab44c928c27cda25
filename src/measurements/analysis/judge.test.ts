/** One look at what a run found, by a criterion on an anomaly. */
import { describe, expect, it } from 'vitest';
import type { Criterion } from '../criterion/criterion.ts';
import { firingOf } from '../criterion/firing.ts';
import type { Judgement } from '../criterion/judgement.ts';
import { judge, NOT_JUDGED } from './judge.ts';
import { FIRING_WITHIN_MS, type FoundAnomaly, type Seen } from './seen.ts';

const NOW = FIRING_WITHIN_MS * 10;
const MINUTE_MS = 60_000;
const criterion: Criterion = {
  ...{ id: 'press-1.stopped', device: 'press-1', name: 'stopped', version: 1, updatedAt: 0, updatedBy: 'ada' },
  settings: { signal: { anomaly: 'stoppage' }, durationMs: 0, enabled: true },
};
const finding = (id: string, [from, to]: readonly [number, number], isOpen = true): FoundAnomaly => ({
  ...{ id, field: 'count', detector: 'stoppage', from: NOW + from * MINUTE_MS, to: NOW + to * MINUTE_MS, isOpen },
  ...{ score: 2, severity: 'minor', evidence: { at: NOW, value: 1, expected: 0, sigma: 0, threshold: 300_000 } },
});
const seen = (findings: readonly FoundAnomaly[], more: Partial<Seen> = {}): Seen => ({
  ...{
    findings,
    minutes: new Map(),
    minutesFrom: 0,
    marks: [],
    foundFrom: NOW - 60 * MINUTE_MS,
    horizon: NOW,
    quietTo: -1,
    now: NOW,
  },
  ...more,
});
const look = (before: Judgement, findings: readonly FoundAnomaly[], more?: Partial<Seen>) => {
  const { judgement, findings: events } = judge(criterion, before, seen(findings, more));
  return { judgement, told: events.map(({ event, anomalies }) => [event.kind, ...anomalies]) };
};

describe('what a criterion makes of anomalies', () => {
  it('says nothing when late rows move the beginning of one, and clears the one it has become', () => {
    const fired = look(NOT_JUDGED, [finding('one', [-20, 0])]);
    expect(fired.told).toEqual([['fired', 'one']]);
    const moved = look(fired.judgement, [finding('other', [-25, 1])]);
    expect(moved.told).toEqual([]);
    expect(moved.judgement.standing.state.phase).toBe('fired');
    expect(look(moved.judgement, [finding('other', [-25, 1], false)]).told).toEqual([['cleared', 'other']]);
    const later = look(fired.judgement, [finding('apart', [5, 6])]);
    expect(later.told).toEqual([
      ['cleared', 'one'],
      ['fired', 'apart'],
    ]);
  });

  it('takes none that it fired on itself for what another has become', () => {
    const fired = look(NOT_JUDGED, [finding('one', [-20, 0]), finding('two', [-18, 0])]);
    const next = look(fired.judgement, [finding('two', [-18, 1])]);
    expect(next.told).toEqual([['cleared', 'one']]);
    expect(next.judgement.standing.state.phase).toBe('fired');
  });

  it('gives the firing an id that follows from criterion and anomaly, whatever message carries it', () => {
    const ids = (id: string) =>
      judge(criterion, NOT_JUDGED, seen([finding(id, [-20, 0])])).findings.flatMap((found) =>
        [1, 2].map((at) => firingOf(found, at).id),
      );
    const [one, again] = ids('one');
    expect(again).toBe(one);
    expect(ids('two')[0]).not.toBe(one);
  });

  it('takes no new anomaly for one that a run did not look at again', () => {
    const over = look(NOT_JUDGED, [finding('one', [-20, -5], false)]);
    expect(over.told).toEqual([
      ['fired', 'one'],
      ['cleared', 'one'],
    ]);
    const next = look(over.judgement, [finding('next', [-10, 0])], { foundFrom: NOW - 2 * MINUTE_MS });
    expect(next.told).toEqual([['fired', 'next']]);
  });

  it('never tells of one twice, not even when it was taken back in between', () => {
    const fired = look(NOT_JUDGED, [finding('one', [-20, 0])]);
    const gone = look(fired.judgement, []);
    expect(gone.told).toEqual([['cleared', 'one']]);
    expect(look(gone.judgement, [finding('one', [-20, 2])]).told).toEqual([]);
  });

  it('forgets those that are too old to fire again, and remembers the open ones', () => {
    const fired = look(NOT_JUDGED, [finding('one', [-20, 0])]);
    const later = { now: NOW + 3 * FIRING_WITHIN_MS };
    expect(look(fired.judgement, [finding('one', [-20, 0])], later).judgement.firedOn).toHaveLength(1);
    expect(look(fired.judgement, [finding('one', [-20, 0], false)], later).judgement.firedOn).toEqual([]);
  });
});

describe('what a criterion makes of minutes that late rows changed', () => {
  const slow: Criterion = {
    ...criterion,
    settings: {
      ...{ signal: { field: 'speed' }, direction: 'below', limit: 100, hysteresis: 0 },
      ...{ durationMs: 2 * MINUTE_MS, enabled: true },
    },
  };
  const FIRST = NOW - 60 * MINUTE_MS;
  /** One speed a minute, the first of them at `from`; a run that goes on from there. */
  const minutes = (before: Judgement, from: number, speeds: readonly number[]) => {
    const at = (minute: number) => FIRST + minute * MINUTE_MS;
    const readings = speeds.map((value, place) => ({ at: at(from + place), value }));
    const more = { minutes: new Map([['speed', readings]]), minutesFrom: at(from), marks: [at(5), at(10)] };
    const { judgement, findings } = judge(slow, before, seen([], more));
    const told = findings.map((one) => [one.event.kind, (one.event.since - FIRST) / MINUTE_MS]);
    return { judgement, told, ids: findings.map((one) => firingOf(one, 1).id) };
  };
  const [FAST, SLOW] = [200, 50];
  const fast = (count: number) => new Array<number>(count).fill(FAST);
  const slowly = (count: number) => new Array<number>(count).fill(SLOW);

  it('fires for a stretch that was fine before they came', () => {
    const first = minutes(NOT_JUDGED, 0, fast(15));
    expect(first.told).toEqual([]);
    const again = minutes(first.judgement, 5, [...fast(2), ...slowly(4), ...fast(4)]);
    expect(again.told).toEqual([
      ['fired', 7],
      ['cleared', 7],
    ]);
    expect(minutes(again.judgement, 5, [...fast(2), ...slowly(4), ...fast(4)]).told).toEqual([]);
  });

  it('tells of none twice, wherever it begins and ends now', () => {
    const first = minutes(NOT_JUDGED, 0, [...fast(7), ...slowly(4), ...fast(4)]);
    expect(first.told).toEqual([
      ['fired', 7],
      ['cleared', 7],
    ]);
    expect(minutes(first.judgement, 5, [...fast(1), ...slowly(6), ...fast(3)]).told).toEqual([]);
    const lasting = minutes(first.judgement, 5, [...fast(2), ...slowly(8)]);
    expect(lasting.told).toEqual([]);
    expect(lasting.judgement.standing.state.phase).toBe('fired');
    expect(minutes(lasting.judgement, 15, fast(1)).told).toEqual([]);
  });

  it('clears one that is no longer there, and tells nothing when it comes back', () => {
    const first = minutes(NOT_JUDGED, 0, [...fast(7), ...slowly(8)]);
    expect(first.told).toEqual([['fired', 7]]);
    const gone = minutes(first.judgement, 5, fast(10));
    expect(gone.told).toEqual([['cleared', 7]]);
    expect(gone.judgement.standing.state.phase).toBe('idle');
    expect(minutes(gone.judgement, 5, [...fast(2), ...slowly(8)]).told).toEqual([]);
  });

  it('goes on with one that began before the minutes that came again', () => {
    const first = minutes(NOT_JUDGED, 0, [...fast(2), ...slowly(13)]);
    expect(first.told).toEqual([['fired', 2]]);
    const again = minutes(first.judgement, 10, [...slowly(3), ...fast(2)]);
    expect(again.told).toEqual([['cleared', 2]]);
    expect(again.ids).toEqual(first.ids);
  });

  it('judges none again that came before the criterion was last set', () => {
    const first = minutes(NOT_JUDGED, 0, fast(15));
    const set = { ...slow, updatedAt: FIRST + 14 * MINUTE_MS };
    const readings = [...fast(2), ...slowly(8)].map((value, place) => ({ at: FIRST + (5 + place) * MINUTE_MS, value }));
    const more = { minutes: new Map([['speed', readings]]), minutesFrom: FIRST + 5 * MINUTE_MS };
    expect(judge(set, first.judgement, seen([], more)).findings).toEqual([]);
  });
});
