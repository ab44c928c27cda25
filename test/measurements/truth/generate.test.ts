import { describe, expect, it } from 'vitest';
import { AUTUMN, CORRUPTIONS, type Configuration, SPRING } from './configuration.ts';
import { type DeviceTruth, generatePlant } from './generate.ts';
import { inOrderOfArrival } from './raw/merge.ts';
import type { RawRow } from './raw/raw-row.ts';
import { TAGS } from './raw/tag.ts';
import type { DeviceSettings, FieldSettings } from './settings.ts';
import { dateOf } from './wall-clock.ts';

/** All traits; faults and corruptions of every kind. */
const DAYS = { days: 3, devices: 8, seed: 3 } as const;
const devicesOf = (settings: Partial<Configuration>): readonly DeviceTruth[] => generatePlant(settings).devices;

/** What each scope reports beside what really happened: `[name, low, true, high]`. */
function held(device: DeviceTruth): [string, number, number, number][] {
  return (device.observable.scopes ?? []).flatMap((scope): [string, number, number, number][] => {
    const { bounds } = scope;
    const truth = device.physicalElements(scope)!;
    const at = `${device.settings.id} ${scope.kind} ${scope.date} ${scope.name}`;
    const apt: [string, number, number, number] = [`${at} apt`, bounds.aptLow, truth.running, bounds.aptHigh];
    if (device.settings.kind !== 'brick') return [apt];
    return [
      apt,
      [`${at} pq`, bounds.pqLow, truth.pq, bounds.pqHigh],
      [`${at} sq`, bounds.sqLow, truth.sq, bounds.sqHigh],
      [`${at} gq`, bounds.gqLow, truth.gq, bounds.gqHigh],
    ];
  });
}

describe('the rows of a plant', () => {
  it('are the same for the same seed', () => {
    const head = (seed: number): string => {
      const rows: RawRow[] = [];
      for (const row of inOrderOfArrival(devicesOf({ days: 1, devices: 3, seed }).map((device) => device.rows()))) {
        rows.push(row);
        if (rows.length === 2_000) break;
      }
      return JSON.stringify(rows);
    };
    expect(head(5)).toBe(head(5));
    expect(head(5)).not.toBe(head(6));
  });

  it('come in the order in which they arrive', () => {
    const rows = inOrderOfArrival(devicesOf({ days: 1, devices: 3 }).map((device) => device.rows()));
    const times = Array.from(rows, ({ receivedAt }) => receivedAt);
    expect(times.filter((time, place) => time < times[place - 1]!)).toEqual([]);
  });

  it('carry every tag, each as often as it should', () => {
    const [brick] = devicesOf({ days: 14, devices: 1 });
    const counts = new Map<string, number>();
    for (const { tag } of brick!.rows()) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    const { rows } = brick!.arrivals;
    expect([...counts.keys()].sort()).toEqual([...TAGS].sort());
    const share = (tag: string): number => counts.get(tag)! / rows;
    expect(share('duplicate')).toBeCloseTo(0.003, 3);
    expect(share('out-of-order')).toBeCloseTo(0.01, 2);
    expect(share('late')).toBeCloseTo(0.001, 3);
    expect(share('clock-skew')).toBeCloseTo(1 / 14, 1);
  });

  it('are all good without corruption, one for each poll', () => {
    const [, moisture] = devicesOf({ days: 1, devices: 2, corruptions: [] });
    const tags = new Set([...moisture!.rows()].map(({ tag, verdict }) => `${tag} ${verdict}`));
    expect([...tags]).toEqual(['good stored']);
    expect(moisture!.arrivals.rows).toBe(17_280);
  });

  it.each(CORRUPTIONS)('are corrupted by %s without moving what the others do', (corruption) => {
    const fingerprint = (corruptions: readonly (typeof CORRUPTIONS)[number][]) => {
      const [brick] = devicesOf({ days: 6, devices: 1, corruptions });
      const { ts, tags, rows } = brick!.arrivals;
      return Array.from({ length: rows }, (_, row) => `${TAGS[tags[row]!]} ${ts[row]}`);
    };
    const others = CORRUPTIONS.filter((one) => one !== corruption);
    // What hides or renames rows of others is switched off, so that what is left can be compared.
    const hiding = ['missing', 'outage', 'bad-row', 'clock-skew', 'late', 'out-of-order', 'no-label'];
    const kept = others.filter((one) => !hiding.includes(one));
    const alone = fingerprint(kept);
    const together = new Set(fingerprint([...kept, corruption]));
    const ofOthers = alone.filter((row) => row.startsWith('duplicate') || row.startsWith('conflict'));
    const still = ofOthers.filter((row) => together.has(row));
    expect(together.size === alone.length && alone.every((row) => together.has(row))).toBe(false);
    if (hiding.includes(corruption)) expect(still.length).toBeGreaterThan(0.7 * ofOthers.length);
    else expect(still).toEqual(ofOthers);
  });

  it('get the verdict that a reader of the settings comes to', () => {
    for (const device of devicesOf({ days: 2, devices: 4, seed: 9 })) {
      const wrong = [...device.rows()].filter(
        ({ source, receivedAt, verdict }) =>
          verdict !== 'duplicate' && judged(device.settings, source, receivedAt) !== verdict,
      );
      expect(wrong).toEqual([]);
    }
  });
});

/** The rules of the reference page for a row that arrives, once more. */
function judged(settings: DeviceSettings, source: unknown, receivedAt: number): string {
  const { device, ts, values } = source as Record<string, unknown>;
  if (typeof device !== 'string' || typeof values !== 'object' || values === null) return 'malformed-row';
  if (typeof ts !== 'number') return 'malformed-time';
  if (ts > receivedAt + 300_000) return 'future-time';
  if (device !== settings.id) return 'unknown-device';
  const codes = settings.fields.map((field) => judgedValue(field, (values as Record<string, unknown>)[field.name]));
  return codes.find((code) => code !== 'stored') ?? 'stored';
}

function judgedValue({ required, values, min = -Infinity, max = Infinity }: FieldSettings, value: unknown): string {
  if (value === undefined) return required ? 'missing-field' : 'stored';
  if (values !== undefined) return values.includes(value as string) ? 'stored' : 'unknown-value';
  if (typeof value !== 'number') return 'not-a-number';
  return value < min || value > max ? 'out-of-range' : 'stored';
}

const elementsAreWhole = (elements: object): boolean =>
  Object.values(elements).every((value) => Number.isSafeInteger(value) && value >= 0);

describe('what can be seen of a plant', () => {
  const plant = generatePlant(DAYS);

  it('is what happened, when nothing is corrupted, up to the intervals at the borders of a shift', () => {
    // Nothing that hides items from a poll: no restart, no tremble.
    const faults = ['breakdown', 'microstop', 'changeover', 'maintenance', 'overtime', 'rollover'] as const;
    for (const device of devicesOf({ ...DAYS, faults, corruptions: [] })) {
      if (device.settings.kind !== 'brick') continue;
      let seen = 0;
      const { samples, scopes, seen: whole, hourly } = device.observable;
      for (const scope of scopes!) {
        const { pq, sq } = device.physicalElements(scope)!;
        if (scope.kind === 'day') seen += scope.elements.pq + scope.elements.pqOutside;
        if (scope.from < whole!.from) continue;
        // An interval of 5 s has at most 9 items, and the poll comes up to 0.4 s late.
        const straddling = 10 * 2 * Math.max(1, scope.inShift.length);
        expect(Math.abs(scope.elements.pq - pq)).toBeLessThanOrEqual(straddling);
        expect(Math.abs(scope.elements.sq - sq)).toBeLessThanOrEqual(straddling);
        expect(scope.bounds.pqHigh - scope.bounds.pqLow).toBeLessThanOrEqual(straddling);
        expect(scope.elements.unknown).toBe(0);
      }
      const growth = samples.reduce((sum, { counted }) => sum + (counted[0]?.d ?? 0), 0);
      expect(seen).toBe(growth);
      expect([...hourly.values()].reduce((sum, d) => sum + d, 0)).toBe(growth);
    }
  });

  it('holds what happened within its bounds, however the rows are corrupted', () => {
    for (const device of plant.devices) {
      const scopes = held(device);
      expect(scopes.length > 0).toBe(device.settings.kind !== 'moisture');
      expect(scopes.filter(([, low, truth, high]) => !(low <= truth && truth <= high))).toEqual([]);
    }
  }, 120_000);

  it('is reported in times that add up, and in segments that tile what was seen', () => {
    for (const { observable } of plant.devices) {
      for (const { elements } of observable.scopes ?? []) {
        const { calendar, noShift, planned, setup, breakdown, microstop, unknown, running } = elements;
        expect(noShift + planned + setup + breakdown + microstop + unknown + running).toBe(calendar);
        expect(elementsAreWhole(elements)).toBe(true);
      }
      const { segments, seen } = observable;
      if (segments === undefined) continue;
      expect([segments[0]!.from, segments.at(-1)!.to]).toEqual([seen!.from, seen!.to]);
      for (const [place, { from, state }] of segments.slice(1).entries()) {
        expect(from).toBe(segments[place]!.to);
        expect(state).not.toBe(segments[place]!.state);
      }
    }
  }, 120_000);

  it('has quality in whole numbers that account for every row', () => {
    for (const device of plant.devices) {
      const { quality, jumps, conflicts, duplicates, samples } = device.observable;
      const sum = (of: (day: (typeof quality)[number]) => number): number =>
        quality.reduce((all, day) => all + of(day), 0);
      const refused = [...device.arrivals.refused.values()];
      const elsewhere = refused.filter(({ verdict }) => verdict === 'unknown-device').length;
      expect(sum((day) => day.received)).toBe(device.arrivals.rows - elsewhere);
      expect(sum((day) => day.refused)).toBe(refused.length - elsewhere);
      expect(sum((day) => day.duplicates)).toBe(duplicates.length);
      expect(sum((day) => day.stored)).toBe(samples.length + conflicts.length + jumps.length);
      for (const day of quality) expect(day.slots).toBeLessThanOrEqual(day.expected);
      const tagged = [...device.rows()].filter(({ verdict }) => verdict === 'duplicate').length;
      expect(duplicates.length).toBe(tagged);
    }
  }, 120_000);

  it('covers what is not in an outage', () => {
    const [brick] = devicesOf({ days: 6, devices: 1, corruptions: ['outage'] });
    const { samples } = brick!.observable;
    const gap = samples.findIndex(({ ts }, place) => ts - (samples[place - 1]?.ts ?? ts) > 600_000);
    const [before, after] = [samples[gap - 1]!.ts, samples[gap]!.ts];
    expect(brick!.coverage({ from: before + 1, to: after })).toBe(0);
    expect(brick!.coverage({ from: before - 5_000_000, to: before })).toBeCloseTo(1, 1);
    expect(brick!.coverage({ from: before - (after - before), to: after })).toBeCloseTo(0.5, 1);
  });

  it('is worked out again after a release, and is the same', () => {
    const [device] = devicesOf({ days: 1, devices: 1 });
    const { quality, scopes } = device!.observable;
    device!.release();
    expect(device!.observable.quality).not.toBe(quality);
    expect(device!.observable).toMatchObject({ quality, scopes });
  });

  it('puts wrong units of counters into quarantine as jumps', () => {
    const [brick] = devicesOf({ days: 4, devices: 1, corruptions: ['bad-row'] });
    const rows = [...brick!.rows()];
    const wrong = rows.flatMap(({ tag }, row) => (tag === 'wrong-unit' ? [row] : []));
    expect(wrong.length).toBeGreaterThan(2);
    expect(brick!.observable.jumps).toEqual(wrong);
  });

  it.each([
    [SPRING, '2026-03-29', 23],
    [AUTUMN, '2026-10-25', 25],
  ])(
    'spans the night in which the clocks change, from %s',
    (firstDay, date, hours) => {
      const device = devicesOf({ days: 14, devices: 1, firstDays: [firstDay], seed: 8 })[0]!;
      const { timeZone } = device.site.configuration;
      const scopes = device.observable.scopes!.filter(
        (scope) => scope.date === date || dateOf(scope.to, timeZone) === date,
      );
      const day = scopes.find(({ kind, date: own }) => kind === 'day' && own === date)!;
      const night = scopes.find(({ kind, to }) => kind === 'shift' && dateOf(to, timeZone) === date)!;
      expect(day.to - day.from).toBe(hours * 3_600_000);
      expect(day.elements.calendar).toBeLessThanOrEqual(hours * 3_600_000);
      expect(night.to - night.from).toBe((hours - 16) * 3_600_000);
      expect(device.physicalElements(night)!.pq).toBeGreaterThan(1_000);
      expect(held(device).filter(([, low, truth, high]) => !(low <= truth && truth <= high))).toEqual([]);
    },
    120_000,
  );
});
