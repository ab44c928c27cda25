import { describe, expect, it } from 'vitest';
import type { Shift } from '../calendar.ts';
import type { DeviceSettings } from '../settings.ts';
import { observe } from './observe.ts';
import { type Shown, steady, TINY, tinyArrivals, tinyRows } from './tiny-device.ts';

const shift = (name: string, [fromS, toS]: [number, number], breaks: readonly [number, number][] = []): Shift => ({
  name,
  date: '1970-01-01',
  from: fromS * 1_000,
  to: toS * 1_000,
  breaks: breaks.map(([from, to]) => ({ from: from * 1_000, to: to * 1_000 })),
});
/** Elements and bounds by the name of the shift, or `day`. */
function scopesOf(shown: readonly Shown[], shifts?: readonly Shift[], settings: DeviceSettings = TINY) {
  const { scopes } = observe(settings, tinyArrivals(tinyRows(0, shown)), { shifts, timeZone: 'UTC' });
  const named = scopes!.map(({ kind, name, elements, bounds }) => [
    kind === 'day' ? 'day' : name,
    { ...elements, ...bounds },
  ]);
  return Object.fromEntries(named) as Record<string, Record<string, number>>;
}
const seconds = (count: number): number => count * 1_000;

describe('the elements of a scope', () => {
  /** A shift of 1,000 s with a stop, a break, a setup, another product and ten seconds more than it should. */
  const shown: Shown[] = [
    ...steady({ fromS: 0, toS: 100, count: 0, perPoll: 8 }, { errors: 0, product: 'P1' }),
    ...steady({ fromS: 105, toS: 300, count: 160, perPoll: 0 }, { errors: 0, product: 'P1' }),
    ...steady({ fromS: 305, toS: 395, count: 168, perPoll: 8 }, { errors: 2, product: 'P1' }),
    ...steady({ fromS: 400, toS: 500, count: 312, perPoll: 0 }, { errors: 2 }),
    ...steady({ fromS: 505, toS: 600, count: 320, perPoll: 8 }, { errors: 2, product: 'P1' }),
    ...steady({ fromS: 605, toS: 700, count: 472, perPoll: 0 }, { errors: 2, product: 'P2', mode: 'setup' }),
    ...steady({ fromS: 705, toS: 1_010, count: 480, perPoll: 8 }, { errors: 2, product: 'P2' }),
  ];
  const scopes = scopesOf(shown, [shift('only', [0, 1_000], [[400, 500]])]);

  it('are times that add up, and quantities of what was counted in the shift', () => {
    expect(scopes.only).toMatchObject({
      calendar: seconds(1_000),
      noShift: 0,
      planned: seconds(100),
      setup: seconds(100),
      breakdown: 0,
      // 100 to 300, and five seconds each before the break and before the setup was said.
      microstop: seconds(210),
      unknown: 0,
      running: seconds(590),
      pq: 944,
      pqOutside: 0,
      sq: 2,
      rq: 0,
      idealMs: 472 * 600 + 472 * 750,
      idealScrapMs: 2 * 600,
    });
  });

  it('of a day have what was made in no shift beside the rest', () => {
    expect(scopes.day).toMatchObject({
      calendar: seconds(1_010),
      noShift: seconds(10),
      running: seconds(590),
      pq: 944,
      pqOutside: 24,
    });
  });

  it('are bounded by the intervals at their borders', () => {
    for (const scope of ['only', 'day'])
      expect(scopes[scope]).toMatchObject({
        pqLow: 944,
        pqHigh: 952,
        sqLow: 2,
        sqHigh: 2,
        gqLow: 942,
        gqHigh: 950,
        // 118 growing intervals with 8 items, of which 7 took half a second at least.
        aptLow: seconds(413),
        // Three stops and a setup with five seconds at each end.
        aptHigh: seconds(590 + 4 * 10),
      });
  });
});

describe('the scopes of a device', () => {
  const shown = steady({ fromS: 500, toS: 1_000, count: 0, perPoll: 8 });

  it('are those that touch what was seen: one that begins with the last sample has no time', () => {
    const shifts = [shift('before', [0, 500]), shift('seen', [500, 1_000]), shift('next', [1_000, 2_000])];
    const scopes = scopesOf(shown, [...shifts, shift('later', [2_000, 3_000])]);
    expect(Object.keys(scopes)).toEqual(['seen', 'next', 'day']);
    expect(scopes.next).toMatchObject({ calendar: 0, running: 0, pq: 8, pqLow: 0, pqHigh: 8 });
  });

  it('are unknown before the first sample, but for breaks and no shift', () => {
    const scopes = scopesOf(shown, [shift('only', [100, 2_000], [[200, 260]])]);
    expect(scopes.only).toMatchObject({
      calendar: seconds(900),
      planned: seconds(60),
      unknown: seconds(340),
      running: seconds(500),
    });
    expect(scopes.day).toMatchObject({ calendar: seconds(1_000), noShift: seconds(100), unknown: seconds(340) });
  });

  it('have what is counted at the very moment at which they begin, perhaps of the time before', () => {
    const scopes = scopesOf(shown, [shift('first', [500, 800]), shift('second', [800, 1_000])]);
    expect(scopes.first).toMatchObject({ pq: 59 * 8, pqLow: 59 * 8, pqHigh: 60 * 8 });
    expect(scopes.second).toMatchObject({ pq: 40 * 8, pqLow: 39 * 8, pqHigh: 41 * 8 });
  });
});

describe('failures of a scope', () => {
  const shown: Shown[] = [
    ...steady({ fromS: 0, toS: 100, count: 0, perPoll: 8 }),
    ...steady({ fromS: 105, toS: 500, count: 160, perPoll: 0 }),
    ...steady({ fromS: 505, toS: 800, count: 168, perPoll: 8 }),
    ...steady({ fromS: 805, toS: 1_200, count: 640, perPoll: 0 }),
    ...steady({ fromS: 1_205, toS: 1_300, count: 648, perPoll: 8 }),
  ];

  it('count where they begin, and their repair where they end', () => {
    const scopes = scopesOf(shown, [shift('first', [0, 1_000]), shift('second', [1_000, 2_000])]);
    expect(scopes.first).toMatchObject({
      failures: 2,
      intervalsTbf: 1,
      sumTbf: seconds(300),
      repairs: 1,
      sumTtr: seconds(400),
    });
    expect(scopes.second).toMatchObject({
      failures: 0,
      intervalsTbf: 0,
      sumTbf: 0,
      repairs: 1,
      sumTtr: seconds(400),
    });
    expect(scopes.day).toMatchObject({ failures: 2, intervalsTbf: 1, repairs: 2, sumTtr: seconds(800) });
  });

  it('are not repaired when nobody saw that the device went on', () => {
    const unseen = [...shown.slice(0, 101), ...steady({ fromS: 900, toS: 1_000, count: 168, perPoll: 8 })];
    expect(scopesOf(unseen).day).toMatchObject({ failures: 1, repairs: 0, sumTtr: 0 });
  });

  it('that end with the shift are repaired in the day, and in no shift', () => {
    const scopes = scopesOf(shown, [shift('first', [0, 1_150])]);
    expect(scopes.first).toMatchObject({ failures: 2, repairs: 1, sumTtr: seconds(400) });
    expect(scopes.day).toMatchObject({ failures: 2, repairs: 2, sumTtr: seconds(400 + 350) });
  });
});

describe('the bounds of a scope', () => {
  /** First seen 100 s after the beginning; then a silence over the border of the shifts in which the counter began again. */
  const shown = (travelMs: number): Shown[] => [
    ...steady({ fromS: 100, toS: 990, count: 5_000, perPoll: 8 }),
    { s: 1_090, count: 20 },
    { s: 1_095, count: 28, travelMs },
    ...steady({ fromS: 1_100, toS: 1_200, count: 36, perPoll: 8 }),
  ];
  const shifts = [shift('first', [0, 1_000]), shift('second', [1_000, 2_000])];

  it('have what may have been lost, on either side of a border, and what was made before it was first seen', () => {
    const scopes = scopesOf(shown(1_000), shifts);
    expect(scopes.first).toMatchObject({
      calendar: seconds(1_000),
      unknown: seconds(100),
      running: seconds(900),
      pq: 1_424,
      pqLow: 1_424,
      // 20 counted later, 180 lost at most, 200 at most before the first sample.
      pqHigh: 1_424 + 20 + 180 + 200,
      aptHigh: seconds(1_000),
    });
    expect(scopes.second).toMatchObject({ calendar: seconds(200), pq: 196, pqLow: 176, pqHigh: 196 + 180 });
    expect(scopes.day).toMatchObject({ pq: 1_620, pqLow: 1_620, pqHigh: 1_620 + 180 + 200 });
  });

  it('have what can be made in the time by which the clock of the device is ahead', () => {
    const scopes = scopesOf(shown(-30_000), shifts);
    expect(scopes.second).toMatchObject({ pqLow: 176 - 70, pqHigh: 376 + 70, aptHigh: seconds(200) });
    // 20 growing intervals with 8 items, and the long one that began before.
    expect(scopes.second!.aptLow).toBe(22 * 3_500 - seconds(35));
    expect(scopes.first).toMatchObject({ pqLow: 1_424 });
  });

  it('have it once for each stretch of the day in a shift, and of work', () => {
    const running = steady({ fromS: 0, toS: 3_000, count: 0, perPoll: 8 }).map((one) =>
      one.s === 1_500 ? { ...one, travelMs: -30_000 } : one,
    );
    const breaks: [number, number][] = [[200, 300]];
    const scopes = scopesOf(running, [shift('first', [0, 1_000], breaks), shift('second', [1_250, 2_000])]);
    const { pq, pqLow, pqHigh, aptLow } = scopes.day!;
    // The sample at the beginning of the second shift began before it; those at both ends go on after.
    expect(pqLow).toBe(pq! - 8 - 2 * 70);
    expect(pqHigh).toBe(pq! + 16 + 2 * 70);
    // 40, 140 and 150 intervals in the stretches of work.
    expect(aptLow).toBe((40 + 140 + 150) * 3_500 - 3 * seconds(35));
  });

  it('have it once while the break of the shift is still to come', () => {
    const early = steady({ fromS: 0, toS: 200, count: 0, perPoll: 8 }).map((one) =>
      one.s === 100 ? { ...one, travelMs: -30_000 } : one,
    );
    const scopes = scopesOf(early, [shift('only', [0, 1_000], [[500, 600]])]);
    expect(scopes.only!.aptLow).toBe(40 * 3_500 - seconds(35));
  });

  it('have the last interval of a setup that lies over the border of a shift, also when the next one is unknown', () => {
    const shown = [
      ...steady({ fromS: 0, toS: 900, count: 0, perPoll: 8 }),
      ...steady({ fromS: 905, toS: 1_900, count: 1_440, perPoll: 0 }, { mode: 'setup' }),
      { s: 2_100, count: 1_440, mode: 'setup' as const },
      { s: 2_500, count: 1_440, mode: 'setup' as const },
    ];
    const scopes = scopesOf(shown, [shift('first', [0, 2_000]), shift('second', [2_000, 3_000])]);
    // A stop from 900 and a setup from 905, each with 5 s at its beginning and 200 s at its end.
    const running = { running: seconds(900), aptHigh: seconds(900 + 2 * (5 + 200)) };
    expect(scopes.first).toMatchObject({ ...running, setup: seconds(1_095) });
    expect(scopes.second).toMatchObject({ running: 0, setup: seconds(100), unknown: seconds(400) });
    expect(scopes.day!.aptHigh).toBe(running.aptHigh + seconds(400));
  });

  it('have the tremble of a counter once, and again wherever it begins anew', () => {
    const trembling = {
      ...TINY,
      fields: TINY.fields.map((field, place) => (place < 2 ? { ...field, jitter: 2 } : field)),
    };
    const scopes = scopesOf(shown(1_000), shifts, trembling);
    expect(scopes.second).toMatchObject({ pqLow: 176 - 8, pqHigh: 376 + 8 });
    // Of 8 items in an interval one may be half done and four be tremble.
    expect(scopes.second!.aptLow).toBe(22 * 1_500);
  });

  it('have what can be made in a silence, since a counter may have begun again in it', () => {
    const silent = [
      ...steady({ fromS: 0, toS: 100, count: 0, perPoll: 8 }),
      ...steady({ fromS: 1_100, toS: 1_200, count: 200, perPoll: 8 }),
    ];
    expect(scopesOf(silent).day).toMatchObject({
      unknown: seconds(1_000),
      pq: 360,
      pqLow: 360,
      pqHigh: 360 + 2_000 - 40,
      aptHigh: seconds(1_200),
    });
  });
});
