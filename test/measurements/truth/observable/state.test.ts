import { describe, expect, it } from 'vitest';
import type { Shift } from '../calendar.ts';
import type { DeviceSettings } from '../settings.ts';
import { analyse } from './analysis.ts';
import { type Shown, steady, TINY, tinySamples } from './tiny-device.ts';

const MINUTE_S = 60;
const stopped = (fromS: number, toS: number, count: number): Shown[] => steady({ fromS, toS, count, perPoll: 0 });
const runs = (fromS: number, toS: number, count: number): Shown[] => steady({ fromS, toS, count, perPoll: 8 });

/** Segments as [state, from, to] in seconds. */
function segmentsOf(
  shown: readonly Shown[],
  shifts?: readonly Shift[],
  settings: DeviceSettings = TINY,
): [string, number, number][] {
  const analysis = analyse(settings, tinySamples(0, shown), shifts);
  return analysis!.segments.map(({ state, from, to }) => [state, from / 1_000, to / 1_000]);
}
const shift = (fromS: number, toS: number, breaks: readonly [number, number][] = []): Shift => ({
  name: 'shift',
  date: '1970-01-01',
  from: fromS * 1_000,
  to: toS * 1_000,
  breaks: breaks.map(([from, to]) => ({ from: from * 1_000, to: to * 1_000 })),
});

describe('states', () => {
  it('are a microstop from the last growth to the last sample before the next, from a minute on', () => {
    const shown = [...runs(0, 60, 0), ...stopped(65, 120, 96), ...runs(125, 140, 104)];
    expect(segmentsOf(shown)).toEqual([
      ['running', 0, 60],
      ['microstop', 60, 120],
      ['running', 120, 140],
    ]);
  });

  it('are running when it stood for less than a minute', () => {
    const shown = [...runs(0, 60, 0), ...stopped(65, 115, 96), ...runs(120, 140, 104)];
    expect(segmentsOf(shown)).toEqual([['running', 0, 140]]);
  });

  it('are a breakdown from five minutes on', () => {
    const until = (end: number) =>
      segmentsOf([...runs(0, 60, 0), ...stopped(65, end, 96), ...runs(end + 5, end + 10, 104)]);
    expect(until(355)[1]).toEqual(['microstop', 60, 355]);
    expect(until(360)[1]).toEqual(['breakdown', 60, 360]);
  });

  it('are unknown in a silence of more than the greatest gap, and known in one of just that', () => {
    const silent = (gapS: number) => segmentsOf([...runs(0, 60, 0), ...runs(60 + gapS, 80 + gapS, 104)]);
    expect(silent(300)).toEqual([['running', 0, 380]]);
    expect(silent(301)).toEqual([
      ['running', 0, 60],
      ['unknown', 60, 361],
      ['running', 361, 381],
    ]);
  });

  it('end a stop at an unknown interval, and begin a new one after it', () => {
    const shown = [...stopped(0, 120, 50), ...stopped(520, 600, 50), ...runs(605, 610, 58)];
    expect(segmentsOf(shown)).toEqual([
      ['microstop', 0, 120],
      ['unknown', 120, 520],
      ['microstop', 520, 600],
      ['running', 600, 610],
    ]);
  });

  it('are setup and planned as the signal says, from the sample that says so to the one that says otherwise', () => {
    const shown = [
      ...runs(0, 60, 0),
      ...steady({ fromS: 65, toS: 200, count: 96, perPoll: 0 }, { mode: 'setup' }),
      ...steady({ fromS: 205, toS: 300, count: 96, perPoll: 0 }, { mode: 'maintenance' }),
      ...runs(305, 320, 104),
    ];
    expect(segmentsOf(shown)).toEqual([
      ['running', 0, 60],
      ['microstop', 60, 65],
      ['setup', 65, 205],
      ['planned', 205, 305],
      ['running', 305, 320],
    ]);
  });

  it('are judged by the counter where a sample does not say what it is doing', () => {
    const setup = steady({ fromS: 65, toS: 200, count: 96, perPoll: 0 }, { mode: 'setup' });
    const silent = setup.map((one) => (one.s >= 100 && one.s < 120 ? { ...one, mode: null } : one));
    expect(segmentsOf([...runs(0, 60, 0), ...silent, ...runs(205, 210, 104)])).toEqual([
      ['running', 0, 60],
      ['microstop', 60, 65],
      ['setup', 65, 100],
      ['microstop', 100, 120],
      ['setup', 120, 205],
      ['running', 205, 210],
    ]);
  });

  it('are running or stopped as the signal says, whatever the counter does', () => {
    const states = { auto: 'auto', setup: 'stopped', maintenance: 'running' } as const;
    const settings = {
      ...TINY,
      fields: TINY.fields.map((field) => (field.name === 'mode' ? { ...field, states } : field)),
    };
    const shown = [
      ...steady({ fromS: 0, toS: 195, count: 0, perPoll: 0 }, { mode: 'maintenance' }),
      ...steady({ fromS: 200, toS: 600, count: 8, perPoll: 8 }, { mode: 'setup' }),
    ];
    expect(segmentsOf(shown, undefined, settings)).toEqual([
      ['running', 0, 200],
      ['breakdown', 200, 600],
    ]);
  });

  it('need a stop of five ideal cycles where these are long', () => {
    const slow = { ...TINY, idealCycleMs: 20_000 };
    const until = (end: number) => [...runs(0, 60, 0), ...stopped(65, end, 96), ...runs(end + 5, end + 10, 104)];
    expect(segmentsOf(until(155), undefined, slow)).toEqual([['running', 0, 165]]);
    expect(segmentsOf(until(160), undefined, slow)[1]).toEqual(['microstop', 60, 160]);
  });

  it('do not carry a signal through an unknown interval', () => {
    const shown = [
      ...runs(0, 60, 0),
      { s: 65, count: 104, mode: 'setup' as const },
      { s: 70, count: 112, mode: 'setup' as const },
      ...runs(400, 420, 120),
    ];
    expect(segmentsOf(shown)).toEqual([
      ['running', 0, 65],
      ['setup', 65, 70],
      ['unknown', 70, 400],
      ['running', 400, 420],
    ]);
  });

  it('are no shift outside shifts, and cut a stop into pieces that are judged one by one', () => {
    const shown = [...runs(0, 100, 0), ...stopped(105, 2_000, 160), ...runs(2_005, 2_100, 168)];
    const shifts = [shift(-100, 500, [[200, 250]]), shift(1_650, 3_000)];
    expect(segmentsOf(shown, shifts)).toEqual([
      ['running', 0, 100],
      ['microstop', 100, 200],
      ['planned', 200, 250],
      ['microstop', 250, 500],
      ['no_shift', 500, 1_650],
      ['breakdown', 1_650, 2_000],
      ['running', 2_000, 2_100],
    ]);
  });

  it('are not cut where one shift follows another', () => {
    const shown = [...runs(0, 100, 0), ...stopped(105, 450, 160), ...runs(455, 500, 168)];
    expect(segmentsOf(shown, [shift(-100, 300), shift(300, 900)])).toEqual([
      ['running', 0, 100],
      ['breakdown', 100, 450],
      ['running', 450, 500],
    ]);
  });

  it('are unknown where the counter was reset to a value that cannot have been made', () => {
    const shown = [...runs(0, 60, 40_000), { s: 65, count: 20_000 }, ...runs(70, 80, 20_008)];
    expect(segmentsOf(shown)).toEqual([
      ['running', 0, 60],
      ['unknown', 60, 65],
      ['running', 65, 80],
    ]);
  });

  it('go on through a restart at 0', () => {
    expect(segmentsOf([...runs(0, 60, 40_000), { s: 65, count: 3 }, ...runs(70, 80, 11)])).toEqual([
      ['running', 0, 80],
    ]);
  });
});

describe('failures', () => {
  const failuresOf = (shown: readonly Shown[], shifts?: readonly Shift[]) =>
    analyse(TINY, tinySamples(0, shown), shifts)!.failures.map(({ from, to, isRepaired, breakdownMs }) => ({
      fromS: from / 1_000,
      toS: to / 1_000,
      isRepaired,
      breakdownS: breakdownMs / 1_000,
    }));

  it('are stops with a breakdown, repaired when the device goes on', () => {
    const shown = [...runs(0, 100, 0), ...stopped(105, 10 * MINUTE_S, 160), ...runs(605, 700, 168)];
    expect(failuresOf(shown)).toEqual([{ fromS: 100, toS: 600, isRepaired: true, breakdownS: 500 }]);
  });

  it('are one over a break, of which the break is no part', () => {
    const shown = [...runs(0, 100, 0), ...stopped(105, 2_000, 160), ...runs(2_005, 2_100, 168)];
    const shifts = [
      shift(0, 5_000, [
        [500, 1_000],
        [1_200, 1_600],
      ]),
    ];
    // 100 to 500, then a microstop of 200 s, then 1600 to 2000.
    expect(failuresOf(shown, shifts)).toEqual([{ fromS: 100, toS: 2_000, isRepaired: true, breakdownS: 800 }]);
  });

  it('are not repaired when what came after is unknown or not there', () => {
    expect(failuresOf([...runs(0, 100, 0), ...stopped(105, 600, 160), ...runs(1_000, 1_100, 168)])).toMatchObject([
      { toS: 600, isRepaired: false },
    ]);
    expect(failuresOf([...runs(0, 100, 0), ...stopped(105, 600, 160)])).toMatchObject([
      { toS: 600, isRepaired: false },
    ]);
  });
});
