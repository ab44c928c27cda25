import { describe, expect, it } from 'vitest';
import { type Configuration, configure, FAULTS, type Fault } from '../configuration.ts';
import { siteOf } from '../site.ts';
import { lengthOf } from '../stretch.ts';
import { type BrickTruth, brickTruth, runningTotal } from './brick.ts';
import { countersOf } from './counters.ts';
import { machineTruth } from './machine.ts';
import { moistureTruth } from './moisture.ts';
import {
  breakdownsOf,
  burstsOf,
  changeoversOf,
  lossesOf,
  maintenanceOf,
  microstopsOf,
  powerCyclesOf,
} from './schedule.ts';
import { codeOf, secondOf, secondsIn, segmentsOf } from './seconds.ts';

const BRICK = 0;
const MOISTURE = 1;
const MACHINE = 2;
const ROLLOVER = 3;
const plant = (settings: Partial<Configuration> = {}): Configuration => configure({ days: 10, seed: 2, ...settings });
const without = (...faults: Fault[]): Fault[] => FAULTS.filter((fault) => !faults.includes(fault));
const SCHEDULES = {
  breakdown: breakdownsOf,
  microstop: microstopsOf,
  changeover: changeoversOf,
  maintenance: maintenanceOf,
  'speed-loss': lossesOf,
  'error-burst': burstsOf,
  'power-cycle': powerCyclesOf,
} as const;

describe('the truth of a brick device', () => {
  const site = siteOf(BRICK, plant());
  const truth = brickTruth(site);

  it('is the same for the same seed, and another for another', () => {
    const fingerprint = ({ states, good, bad }: BrickTruth) =>
      [states, good, bad].map((list) => Buffer.from(list).toString('base64'));
    expect(fingerprint(brickTruth(siteOf(BRICK, plant())))).toEqual(fingerprint(truth));
    expect(fingerprint(brickTruth(siteOf(BRICK, plant({ seed: 3 }))))).not.toEqual(fingerprint(truth));
  });

  it('tiles its period with segments', () => {
    const segments = segmentsOf(site.period, truth.states);
    expect(segments[0]!.from).toBe(site.period.from);
    expect(segments.at(-1)!.to).toBe(site.period.to);
    for (const [place, { from, state }] of segments.slice(1).entries()) {
      expect(from).toBe(segments[place]!.to);
      expect(state).not.toBe(segments[place]!.state);
    }
    expect(new Set(segments.map(({ state }) => state)).size).toBe(6);
  });

  it('makes items in running seconds and overtime only, and some in every one that is not the first of its stretch', () => {
    const running = codeOf('running');
    let [idle, overtime, elsewhere] = [0, 0, 0];
    for (let second = 1; second < truth.states.length; second++) {
      const made = truth.good[second]! + truth.bad[second]!;
      if (truth.states[second] === running) idle += truth.states[second - 1] === running && made === 0 ? 1 : 0;
      else if (truth.states[second] === codeOf('no_shift')) overtime += made;
      else elsewhere += made;
    }
    expect(elsewhere).toBe(0);
    expect(overtime).toBeGreaterThan(100);
    // Slower than an item a second it is only in a loss of speed, or when it drifted far with the slower product.
    expect(idle / truth.states.length).toBeLessThan(0.02);
  });

  it('is never faster than the ideal cycle, and rejects 1.5 % outside of bursts', () => {
    const calm = brickTruth(siteOf(BRICK, plant({ faults: without('error-burst', 'changeover') })));
    const seconds = calm.states.filter((state) => state === codeOf('running')).length;
    const made = runningTotal(calm.good, calm.bad).at(-1)!;
    const rejected = runningTotal(calm.bad).at(-1)!;
    expect((made * 0.6) / seconds).toBeGreaterThan(0.8);
    expect((made * 0.6) / seconds).toBeLessThan(1);
    expect(Math.abs(rejected / made - 0.015)).toBeLessThan(4 * Math.sqrt(0.015 / made));
  });

  it.each(Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[])('has %s, which moves none of the others', (fault) => {
    const other = siteOf(BRICK, plant({ faults: without(fault) }));
    expect(SCHEDULES[fault](site).length).toBeGreaterThan(0);
    expect(SCHEDULES[fault](other)).toEqual([]);
    for (const [name, schedule] of Object.entries(SCHEDULES))
      if (name !== fault) expect(schedule(other)).toEqual(schedule(site));
  });

  it('keeps what is made and rejected in a second when a stop elsewhere is taken away', () => {
    const smooth = brickTruth(siteOf(BRICK, plant({ faults: without('microstop') })));
    const [, microstop] = microstopsOf(site);
    const before = secondOf(site.period, microstopsOf(site)[0]!.from);
    expect([...smooth.good.subarray(0, before)]).toEqual([...truth.good.subarray(0, before)]);
    const during = secondOf(site.period, microstop!.from);
    expect(smooth.states[during]).not.toBe(truth.states[during]);
  });

  it('has stoppages of five minutes at least that lie in planned time', () => {
    const stoppages = truth.anomalies.filter(({ type }) => type === 'stoppage');
    expect(stoppages.length).toBeGreaterThan(3);
    for (const { from, to } of stoppages) {
      expect(to - from).toBeGreaterThanOrEqual(300_000);
      const states = new Set(truth.states.subarray(secondOf(site.period, from), secondOf(site.period, to)));
      states.delete(codeOf('breakdown'));
      states.delete(codeOf('microstop'));
      expect(states.size).toBe(0);
    }
  });

  it('has more rejects in its bursts and less speed in its losses', () => {
    const made = runningTotal(truth.good, truth.bad);
    const rejected = runningTotal(truth.bad);
    const of = (type: string) => {
      const stretches = truth.anomalies.filter((anomaly) => anomaly.type === type);
      const sum = (total: Uint32Array) =>
        stretches.reduce(
          (all, { from, to }) => all + total[secondOf(site.period, to)]! - total[secondOf(site.period, from)]!,
          0,
        );
      return { rate: sum(rejected) / sum(made), perSecond: (sum(made) * 1_000) / lengthOf(stretches) };
    };
    expect(of('high-error-rate').rate).toBeGreaterThan(0.08);
    expect(of('low-efficiency').perSecond).toBeLessThan(0.7 / 0.6);
  });
});

describe('the counters of a brick device', () => {
  it('grow by what is made, but for where they begin anew', () => {
    for (const place of [BRICK, ROLLOVER]) {
      const site = siteOf(place, plant());
      const truth = brickTruth(site);
      const { count, errors, restarts } = countersOf(site, truth);
      const begunAt = new Set(restarts);
      let [counted, rejected, rollovers] = [0, 0, 0];
      for (let second = 1; second <= secondsIn(site.period); second++) {
        const isRestart = begunAt.has(second);
        const growth = count(second) - count(second - 1);
        if (growth < 0 && !isRestart) rollovers += 1;
        counted += isRestart ? truth.good[second - 1]! + truth.bad[second - 1]! : growth + (growth < 0 ? 65_536 : 0);
        rejected += isRestart ? truth.bad[second - 1]! : errors(second) - errors(second - 1);
      }
      expect(rollovers > 0).toBe(place === ROLLOVER);
      expect(restarts.length).toBeGreaterThan(1);
      expect(counted).toBe(runningTotal(truth.good, truth.bad).at(-1));
      expect(rejected).toBe(runningTotal(truth.bad).at(-1));
    }
  });

  it('begin at 0 with each shift where the device does that, unless it has hardly counted', () => {
    const site = siteOf(BRICK, plant());
    const { count, restarts } = countersOf(site, brickTruth(site));
    const starts = site.shifts!.map(({ from }) => secondOf(site.period, from)).filter((second) => second > 0);
    expect(starts.filter((second) => restarts.includes(second)).length).toBeGreaterThan(starts.length / 2);
    for (const second of restarts) expect(count(second)).toBe(0);
  });

  it('go on from any value after new firmware', () => {
    const site = siteOf(4, plant({ faults: without('power-cycle') }));
    const truth = brickTruth(site);
    const { count, restarts } = countersOf(site, truth);
    expect(restarts).toEqual([secondOf(site.period, truth.firmware!.to)]);
    expect(count(restarts[0]!)).toBeGreaterThan(1_000);
  });
});

describe('the truth of a moisture sensor', () => {
  const site = siteOf(MOISTURE, plant({ days: 30 }));
  const truth = moistureTruth(site);
  const of = (type: string) => truth.anomalies.filter((anomaly) => anomaly.type === type);
  const pollAt = (instant: number): number => Math.round((instant - site.period.from) / 5_000);

  it('lies around 18 %', () => {
    const mean = truth.moisture.reduce((sum, value) => sum + value, 0) / truth.moisture.length;
    expect(Math.abs(mean - 18)).toBeLessThan(0.6);
    expect(truth.moisture.every((value) => value > 1 && value < 60)).toBe(true);
  });

  it('stands still where it is stuck', () => {
    expect(of('stuck').length).toBeGreaterThan(2);
    for (const { from, to } of of('stuck'))
      expect(new Set(truth.moisture.slice(pollAt(from), pollAt(to))).size).toBe(1);
  });

  it('is far off in its spikes', () => {
    const calm = moistureTruth(siteOf(MOISTURE, plant({ days: 30, faults: without('spike') })));
    expect(of('spike').length).toBeGreaterThan(20);
    const stuck = of('stuck');
    for (const { from } of of('spike').filter(
      (spike) => !stuck.some(({ from, to }) => spike.from >= from && spike.from < to),
    ))
      expect(Math.abs(truth.moisture[pollAt(from)]! - calm.moisture[pollAt(from)]!)).toBeGreaterThan(2.9);
  });

  it('drifts until it is recalibrated', () => {
    const drifting = moistureTruth(siteOf(MOISTURE, plant({ days: 30, faults: ['sensor-drift'] })));
    const steady = moistureTruth(siteOf(MOISTURE, plant({ days: 30, faults: [] })));
    expect(of('drift').length).toBeGreaterThan(0);
    for (const { from, to } of of('drift').filter((drift) => drift.to < site.period.to)) {
      const driftAt = (poll: number): number => drifting.moisture[poll]! - steady.moisture[poll]!;
      expect(driftAt(pollAt(from))).toBeCloseTo(0.3, 1);
      expect(driftAt(pollAt(to))).toBeCloseTo(0, 1);
    }
  });
});

describe('the truth of a machine', () => {
  const site = siteOf(MACHINE, plant({ days: 30 }));
  const truth = machineTruth(site);
  const pollAt = (instant: number): number => Math.floor((instant - site.period.from) / 5_000);

  it('vibrates more and more before its bearing breaks, and then stands', () => {
    const [bearing] = truth.anomalies.filter(({ type }) => type === 'bearing');
    const running = (from: number, to: number): number[] =>
      [...truth.vibration.slice(pollAt(from), pollAt(to))].filter((value) => value > 1);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const third = (bearing!.to - bearing!.from) / 3;
    expect(mean(running(bearing!.to - third, bearing!.to))).toBeGreaterThan(
      2 * mean(running(site.period.from, bearing!.from - third)),
    );
    expect(truth.states[secondOf(site.period, bearing!.to)]).not.toBe(codeOf('running'));
  });

  it('becomes hot without cooling, and stays within what its sensors can show', () => {
    const hottest = (list: Float64Array): number => list.reduce((max, value) => Math.max(max, value), 0);
    const cooled = machineTruth(siteOf(MACHINE, plant({ days: 30, faults: without('cooling') })));
    expect(hottest(cooled.temperature)).toBeLessThan(70);
    expect(hottest(truth.temperature)).toBeGreaterThan(75);
    expect(hottest(truth.temperature)).toBeLessThan(150);
    expect(hottest(truth.vibration)).toBeLessThan(60);
  });
});
