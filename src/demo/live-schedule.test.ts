import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import { faultDue, nextFault } from './live-schedule.ts';

const BEGUN = Date.UTC(2026, 2, 2, 8);
const everyMs = 2_000;
/** The widest baseline of a detector. */
const BASELINE_ROWS = 288;

function schedule(count: number, before: readonly Fault[] = []): Fault[] {
  const faults = [...before];
  for (let number = 0; number < count; number++) {
    const at = faultDue(BEGUN, number);
    faults.push(nextFault(faults, { number, at, tempo: { everyMs } }));
  }
  return faults.slice(before.length);
}

describe('the schedule of the live plant', () => {
  it('breaks something after 25 s, and gives something to reject after 100 s', () => {
    const [first, second] = schedule(2);
    expect(first).toMatchObject({ device: 'press-1', kind: 'lost-cooling', from: BEGUN + 25_000 });
    expect(second).toMatchObject({ device: 'kiln-1', kind: 'sensor-cleaned', from: BEGUN + 100_000 });
    expect(first?.to).toBe(BEGUN + 25_000 + 240_000);
  });

  it('lets every machine have everything in turn', () => {
    const pairs = new Set(schedule(36).map(({ device, kind }) => `${device} ${kind}`));
    expect(pairs.size).toBe(12);
  });

  it('leaves each machine alone until its baselines have forgotten', () => {
    const faults = schedule(40);
    for (const [place, fault] of faults.entries()) {
      const last = faults.slice(0, place).findLast(({ device }) => device === fault.device);
      // A few rows of the last fault may still be there: they do not hide the next one.
      if (last !== undefined) expect((fault.from - last.to) / everyMs).toBeGreaterThan(BASELINE_ROWS - 12);
    }
  });

  it('begins with the machine that has been well for the longest time, when it goes on from an earlier run', () => {
    const hurt = (device: string, minutesAgo: number): Fault => {
      const to = BEGUN - minutesAgo * 60_000;
      return { device, kind: 'lost-cooling', from: to - 60_000, to };
    };
    const before = [hurt('press-1', 3), hurt('kiln-1', 20), hurt('press-2', 30), hurt('dryer-1', 10)];
    expect(schedule(2, before).map(({ device }) => device)).toEqual(['press-2', 'kiln-1']);
  });
});
