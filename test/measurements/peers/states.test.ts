/**
 * What users of other products report about states, stops and OEE, as tests: each is worked out by hand, with its source in
 * a comment. 2026-03-02 is a Monday. Times are UTC.
 */
import { describe, expect, it } from 'vitest';
import { kpisOf, sumElements } from '../../../src/measurements/kpi/kpis.ts';
import {
  analysePress,
  EARLY,
  HOUR_MS,
  LATE,
  MINUTE_MS,
  minutesOf,
  NIGHT,
  pressRows,
  scopeOf,
  statesOf,
} from './press.ts';

const MONDAY = '2026-03-02';

describe('OEE', () => {
  // FlowFuse's OEE calculator multiplies good parts in Performance and once more in Quality.
  it('punishes scrap once: 900 of 3,600 rejected at full pace are 75 %, not 56 %', () => {
    const rows = pressRows(`${MONDAY}T00:00Z`, [{ does: 'run', minutes: 60, scrap: 15 }]);
    const { kpis, elements } = scopeOf(analysePress({ rows }), MONDAY);
    expect([elements.pq, elements.sq]).toEqual([3_600, 900]);
    expect(kpis).toMatchObject({ availability: 1, effectiveness: 1, quality: 0.75, oee: 0.75 });
  });

  // ThingWorx answers 100 % when nothing was planned (PTC, "Calculating KPIs").
  it('is unknown, not 100 %, on a day without a shift', () => {
    const rows = pressRows('2026-03-01T00:00Z', [{ does: 'stand', minutes: 24 * 60 }]);
    const sunday = scopeOf(analysePress({ shiftPlan: { rules: [EARLY] }, rows }), '2026-03-01');
    expect(minutesOf(sunday)).toEqual({ no_shift: 1_440 });
    const { availability, effectiveness, oee, oeeLow, oeeHigh, teep } = sunday.kpis;
    expect([availability, effectiveness, oee, oeeLow, oeeHigh, teep]).toEqual([null, null, null, null, null, 0]);
    expect(sunday.assessment).toEqual({ grade: null, efficiency: null });
  });

  it('is 0 with an unknown effectiveness when the machine stood through all that was planned', () => {
    const rows = pressRows(`${MONDAY}T06:00Z`, [{ does: 'stand', minutes: 480 }]);
    const { kpis } = scopeOf(analysePress({ shiftPlan: { rules: [EARLY] }, rows }), MONDAY, 'early');
    expect(kpis).toMatchObject({ availability: 0, effectiveness: null, quality: null, oee: 0 });
  });

  // Averaging the ratios of unequal shifts is what dashboards do that keep ratios: 62.5 % here.
  it('of several shifts is that of their sums, never the mean of their ratios', () => {
    const rules = [
      { ...EARLY, to: '10:00' },
      { ...LATE, from: '10:00', to: '11:00' },
    ];
    const rows = pressRows(`${MONDAY}T06:00Z`, [
      { does: 'run', minutes: 240 },
      { does: 'stand', minutes: 45 },
      { does: 'run', minutes: 15 },
    ]);
    const analysed = analysePress({ shiftPlan: { rules }, rows });
    const shifts = ['early', 'late'].map((name) => scopeOf(analysed, MONDAY, name));
    expect(shifts.map(({ kpis }) => kpis.availability)).toEqual([1, 0.25]);
    expect(kpisOf(sumElements(shifts.map(({ elements }) => elements))).availability).toBe(255 / 300);
  });

  it('above its ideal cycle is shown as it is, with the remark that the cycle is wrong', () => {
    const rows = pressRows(`${MONDAY}T00:00Z`, [{ does: 'run', minutes: 60 }]);
    const { kpis } = scopeOf(analysePress({ device: { idealCycleMs: 1_500 }, rows }), MONDAY);
    expect(kpis).toMatchObject({ effectiveness: 1.5, oee: 1.5, isCycleWrong: true });
  });

  // Cumulocity-IoT/c8y-docs#1238: without a shift plan OEE assumes 24/7. So does Millrace, and says so.
  it('takes all time as planned where there is no shift plan', () => {
    const rows = pressRows(`${MONDAY}T00:00Z`, [
      { does: 'run', minutes: 720 },
      { does: 'stand', minutes: 720 },
    ]);
    const day = scopeOf(analysePress({ rows }), MONDAY);
    expect(minutesOf(day)).toEqual({ running: 720, breakdown: 720 });
    expect(day.kpis).toMatchObject({ availability: 0.5, oee: 0.5, teep: 0.5 });
  });
});

describe('reasons that overlap', () => {
  // point85/OEE-Designer#9: reasons of downtime that overlap were subtracted one by one, availability became negative.
  it('are counted once: the hour loses no more than it has, and availability is 50 %', () => {
    const rule = { ...EARLY, to: '07:00', breaks: [{ from: '06:10', to: '06:40' }] };
    const rows = pressRows(`${MONDAY}T06:00Z`, [
      { does: 'run', minutes: 5 },
      { does: 'stand', minutes: 5 },
      { does: 'stand', minutes: 40, mode: 'maintenance' },
      { does: 'stand', minutes: 5, mode: 'setup' },
      { does: 'run', minutes: 5 },
    ]);
    const analysed = analysePress({ shiftPlan: { rules: [rule] }, rows });
    expect(statesOf(analysed)).toEqual([
      'running 06:00–06:05',
      'breakdown 06:05–06:10',
      'planned 06:10–06:50',
      'setup 06:50–06:55',
      'running 06:55–07:00',
    ]);
    // Stop 50, break 30, maintenance 40 and setup 5 minutes would leave −65 of 60.
    const { kpis, elements } = scopeOf(analysed, MONDAY, 'early');
    expect(elements.calendar).toBe(HOUR_MS);
    expect(kpis).toMatchObject({ availability: 0.5, coverage: 1 });
    // 15 of 20 minutes were used; what is counted at 07:00 comes after the shift: 540 bricks in 600 s.
    expect(kpis.nee).toBeCloseTo((15 / 20) * (540 / 600), 12);
  });
});

describe('a machine that stands when no shift is on', () => {
  // united-manufacturing-hub#37: stops were not classed as no-shift.
  it('is in no shift, not in a stop', () => {
    const rows = pressRows(`${MONDAY}T13:00Z`, [
      { does: 'run', minutes: 50 },
      { does: 'stand', minutes: 16 * 60 + 20 },
      { does: 'run', minutes: 50 },
    ]);
    const analysed = analysePress({ shiftPlan: { rules: [EARLY] }, rows });
    expect(statesOf(analysed)).toEqual([
      'running 13:00–13:50',
      'breakdown 13:50–14:00',
      'no_shift 14:00–06:00',
      'breakdown 06:00–06:10',
      'running 06:10–07:00',
    ]);
    expect(scopeOf(analysed, '2026-03-03', 'early').elements.breakdown).toBe(10 * MINUTE_MS);
  });

  // united-manufacturing-hub#145: a stop that went over several shifts was hidden by the no-shift in between.
  it('has its stop seen in each of the shifts that it touches, and is one failure', () => {
    const rows = pressRows(`${MONDAY}T12:00Z`, [
      { does: 'run', minutes: 60 },
      { does: 'stand', minutes: 10 * 60 },
      { does: 'run', minutes: 60 },
    ]);
    const analysed = analysePress({ shiftPlan: { rules: [EARLY, NIGHT] }, rows });
    expect(statesOf(analysed)).toEqual([
      'running 12:00–13:00',
      'breakdown 13:00–14:00',
      'no_shift 14:00–22:00',
      'breakdown 22:00–23:00',
      'running 23:00–00:00',
    ]);
    const [early, night] = ['early', 'night'].map((name) => scopeOf(analysed, MONDAY, name).elements);
    expect(early).toMatchObject({ breakdown: HOUR_MS, failures: 1, repairs: 0, noShift: 0 });
    expect(night).toMatchObject({ breakdown: HOUR_MS, failures: 0, repairs: 1, sumTtr: 2 * HOUR_MS, noShift: 0 });
  });

  // united-manufacturing-hub#106: a stop of unknown reason should have been cut by the no-shift.
  it('and is silent as well is unknown only where somebody would have worked', () => {
    const rows = pressRows(`${MONDAY}T12:00Z`, [
      { does: 'run', minutes: 60 },
      { does: 'silent', minutes: 18 * 60 },
      { does: 'run', minutes: 60 },
    ]);
    const analysed = analysePress({ shiftPlan: { rules: [EARLY] }, rows });
    expect(statesOf(analysed)).toEqual([
      'running 12:00–13:00',
      'unknown 13:00–14:00',
      'no_shift 14:00–06:00',
      'unknown 06:00–07:00',
      'running 07:00–08:00',
    ]);
  });

  // grafana#6592: alerts were wanted in production hours only.
  it('raises no alarm, nor does one under planned maintenance; the same stop in a shift does', () => {
    const stopAt = (from: string, mode: 'auto' | 'maintenance' = 'auto') =>
      analysePress({
        shiftPlan: { rules: [EARLY] },
        rows: pressRows(`${MONDAY}T${from}Z`, [
          { does: 'run', minutes: 30 },
          { does: 'stand', minutes: 60, mode },
          { does: 'run', minutes: 30 },
        ]),
      }).findings.map(({ detector, from: since, to }) => [detector, (to - since) / MINUTE_MS]);
    expect(stopAt('08:00')).toEqual([['stoppage', 60]]);
    expect(stopAt('20:00')).toEqual([]);
    expect(stopAt('08:00', 'maintenance')).toEqual([]);
    // Of a stop that begins in the shift, its hour ends with the shift.
    expect(stopAt('13:15')).toEqual([['stoppage', 15]]);
  });
});

describe('a device that goes silent', () => {
  // thingsboard#6821: inactivity was noticed up to thirty times too late.
  it('is unknown from its last reading on, not down, and not only from when the silence was noticed', () => {
    const rows = pressRows(`${MONDAY}T06:00Z`, [
      { does: 'run', minutes: 60 },
      { does: 'silent', minutes: 6 },
      { does: 'run', minutes: 54 },
    ]);
    const analysed = analysePress({ shiftPlan: { rules: [{ ...EARLY, to: '08:00' }] }, rows });
    expect(statesOf(analysed)).toEqual(['running 06:00–07:00', 'unknown 07:00–07:06', 'running 07:06–08:00']);
    const { kpis, elements } = scopeOf(analysed, MONDAY, 'early');
    expect(kpis.coverage).toBe(114 / 120);
    expect(elements).toMatchObject({ breakdown: 0, microstop: 0, aptHigh: 2 * HOUR_MS });
  });

  it('for no longer than its longest gap leaves nothing unknown', () => {
    const rows = pressRows(`${MONDAY}T06:00Z`, [
      { does: 'run', minutes: 60 },
      { does: 'silent', minutes: 5 },
      { does: 'run', minutes: 55 },
    ]);
    expect(statesOf(analysePress({ rows }))).toEqual(['running 06:00–08:00']);
  });
});
