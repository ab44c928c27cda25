/** Levels that move away within hours and over days, beside cycles of days and weeks that are larger than they are. */
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../kernel/random.ts';
import { openDetector, trackRuleOf } from '../detector.ts';

const HOUR_MS = 3_600_000;
const { threshold } = trackRuleOf('drift');

/** About normal, standard deviation 1. */
const noise = (random: Random): number => {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random();
  return sum;
};
const DAY_CYCLE = (hour: number) => 8 * Math.sin((2 * Math.PI * hour) / 24);

type Signal = (hour: number, random: Random) => number;
/** One reading an hour. */
function scoresOf(days: number, signal: Signal) {
  const detector = openDetector('drift', { name: 'moisture' });
  const random = seededRandom(8);
  return Array.from({ length: days * 24 }, (_, hour) => {
    const value = signal(hour, random);
    const score = Number.isNaN(value) ? Number.NaN : detector.push(value, hour * HOUR_MS);
    return { day: hour / 24, score, isFall: detector.isFall(value), expected: detector.expected };
  });
}
const strange = (days: number, signal: Signal) => scoresOf(days, signal).filter(({ score }) => score >= threshold);
const firstDay = (days: number, signal: Signal): number | undefined => strange(days, signal)[0]?.day;

describe('drift over days', () => {
  /** A hundredth of the daily cycle a day. */
  const ageing = (from: number, to = Number.POSITIVE_INFINITY): Signal => {
    return (hour, random) => {
      const day = hour / 24;
      return DAY_CYCLE(hour) + noise(random) + (day >= from && day < to ? (day - from) * 0.16 : 0);
    };
  };

  it('sees a level that creeps by a hundredth of the daily cycle a day, and says which way it goes', () => {
    const rises = scoresOf(40, ageing(20)).filter(({ score }) => score >= threshold);
    expect(rises[0]?.day).toBeGreaterThan(20);
    expect(rises[0]?.day).toBeLessThan(30);
    expect(rises.every(({ isFall }) => !isFall)).toBe(true);
    const falls = strange(40, (hour, random) => -ageing(20)(hour, random));
    expect(falls[0]?.day).toBeGreaterThan(20);
    expect(falls.length).toBeGreaterThan(0);
    expect(falls.every(({ isFall }) => isFall)).toBe(true);
  });

  it('is over a day and a half after the sensor was put right, and the fall back is none', () => {
    const found = strange(60, ageing(20, 34));
    expect(found.length).toBeGreaterThan(48);
    expect(found.at(-1)?.day).toBeLessThan(35.5);
    expect(found.some(({ isFall }) => isFall)).toBe(false);
  });

  it('sees the next drift of a sensor that was put right as it saw the first', () => {
    const found = strange(80, (hour, random) => ageing(20, 34)(hour, random) + ageing(50)(hour, () => 0.5));
    const second = found.find(({ day }) => day > 40)?.day;
    expect(second).toBeGreaterThan(50);
    expect(second).toBeLessThan(63);
  });

  it('takes a level that stays for usual within six weeks, however far away it is', () => {
    for (const step of [3, 1_000]) {
      const found = strange(120, (hour, random) => noise(random) + (hour >= 960 ? step : 0));
      expect(found[0]?.day).toBeLessThan(42);
      expect(found.at(-1)?.day).toBeLessThan(40 + 42);
    }
  });

  it('says what is usual at the hour', () => {
    const last = scoresOf(10, (hour) => DAY_CYCLE(hour)).slice(-24);
    for (const { day, expected } of last) expect(expected).toBeCloseTo(DAY_CYCLE(day * 24), 6);
  });

  it('is quiet on noise, and on a day that repeats, however large it is', () => {
    expect(firstDay(200, (_, random) => noise(random))).toBeUndefined();
    expect(firstDay(200, (hour, random) => 100 * DAY_CYCLE(hour) + noise(random))).toBeUndefined();
  });

  it('is quiet on an hour, and on the day after it, that is far off', () => {
    expect(firstDay(60, (hour, random) => noise(random) + (hour === 961 ? 1_000 : 0))).toBeUndefined();
  });

  it('is used to weekends and Sundays after five weeks', () => {
    for (const isOff of [(day: number) => day > 4, (day: number) => day > 5]) {
      const week: Signal = (hour, random) => noise(random) - (isOff(Math.floor(hour / 24) % 7) ? 20 : 0);
      expect(strange(120, week).filter(({ day }) => day > 35)).toEqual([]);
    }
  });

  it('sees the drift of a machine that runs in one shift', () => {
    const found = strange(60, (hour, random) =>
      hour % 24 < 6 || hour % 24 >= 14 ? Number.NaN : ageing(30)(hour, random),
    );
    expect(found[0]?.day).toBeGreaterThan(30);
    expect(found[0]?.day).toBeLessThan(42);
  });
});

describe('drift within a day', () => {
  it('sees a level that begins to run away within nine hours', () => {
    const growing: Signal = (hour, random) => noise(random) + Math.max(0, hour - 480);
    const first = firstDay(25, growing) as number;
    expect(first).toBeGreaterThan(20);
    expect((first - 20) * 24).toBeLessThanOrEqual(12);
  });

  it('says something after 30 hours, long before days are known', () => {
    const scores = scoresOf(3, (_, random) => noise(random));
    expect(scores.findIndex(({ score }) => !Number.isNaN(score))).toBe(30);
  });
});

describe('readings of one hour', () => {
  it('count together, as many as they are', () => {
    const [one, many] = [1, 60].map((rows) => {
      const detector = openDetector('drift', { name: 'moisture' });
      const random = seededRandom(8);
      let last = Number.NaN;
      for (let hour = 0; hour < 300; hour++) {
        const value = noise(random) + Math.max(0, hour - 290);
        for (let row = 0; row < rows; row++) last = detector.push(value, hour * HOUR_MS + row * 60_000);
      }
      return last;
    }) as [number, number];
    expect(one).toBeGreaterThan(1);
    expect(many).toBeCloseTo(one, 6);
  });
});

describe('what was remembered of blocks of readings', () => {
  it('is left aside, and the level learned anew', () => {
    const snapshot = { blockMean: 1, blockRows: 3, blocks: 120, expected: 1, variance: 1, up: 9, down: 0 };
    const detector = openDetector('drift', { name: 'moisture' }, { snapshot });
    expect(detector.push(1, 0)).toBeNaN();
    expect(detector.snapshot()).toMatchObject({ hourly: { hours: 0 }, hour: { rows: 1 } });
  });
});
