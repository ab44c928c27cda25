/** Whatever a device sends, each row is stored as it came or kept with a reason; on both stores alike. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ROW_CHARACTERS, MAX_ROW_DEPTH, MAX_ROW_MEMBERS } from '../../src/measurements/ingest/cleaning.ts';
import { measurementFamily } from '../../src/measurements/ingest/measurement.ts';
import { MAX_QUARANTINED_CHARACTERS, quarantineFamily } from '../../src/measurements/ingest/quarantine.ts';
import { PLANT_START } from '../../src/testing/measured-plant.ts';
import { plants, type StoredPlant } from './on-stores.ts';

const live = { mode: 'live', actor: 'press-1' } as const;
const fields = [{ name: 'temperature' }];
const withPress = async (plant: StoredPlant): Promise<StoredPlant> => {
  await plant.measurements.devices.create({ id: 'press-1', fields }, { actor: 'ada' });
  return plant;
};
const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
const row = (values: object, more: object = {}) => ({ device: 'press-1', ts: PLANT_START, values, ...more });
const parsed = (values: string): unknown => JSON.parse(`{"device":"press-1","ts":${PLANT_START},"values":{${values}}}`);

const hostile: readonly (readonly [string, unknown, string])[] = [
  ['nested deeper than the limit', row({ temperature: nested(MAX_ROW_DEPTH - 1) }), 'too-deep'],
  ['nested by the thousand', row({ temperature: nested(5_000) }), 'too-deep'],
  ['of too many values', row({ temperature: Array.from({ length: MAX_ROW_MEMBERS }, () => 1) }), 'too-large'],
  ['of too much text', row({ temperature: 'x'.repeat(MAX_ROW_CHARACTERS) }), 'too-large'],
  ['of too long a name', row({ ['x'.repeat(MAX_ROW_CHARACTERS)]: 1 }), 'too-large'],
  ['that is one long text', 'x'.repeat(MAX_ROW_CHARACTERS + 1), 'too-large'],
  ['with __proto__', parsed('"__proto__":{"temperature":1}'), 'forbidden-key'],
  ['with constructor', parsed('"constructor":1'), 'forbidden-key'],
  ['with prototype', parsed('"temperature":{"prototype":1}'), 'forbidden-key'],
  ['with __proto__ beside its values', JSON.parse('{"device":"press-1","__proto__":{}}'), 'forbidden-key'],
  ['with a NUL in a value', row({ temperature: '7\0' }), 'forbidden-character'],
  ['with a NUL in a name', row({ 'temp\0': 7 }), 'forbidden-character'],
  ['with half a character', row({ temperature: '\uD83D' }), 'forbidden-character'],
  ['with the other half in a list', row({ temperature: [{ a: '\uDE00' }] }), 'forbidden-character'],
  ['with a NUL in its time', row({ temperature: 1 }, { ts: '2026\0' }), 'forbidden-character'],
];

for (const { name, open, isMissing } of plants) {
  describe.skipIf(isMissing)(`a row on ${name}`, () => {
    it('that no device may send goes to quarantine with its own reason, and the rows around it are stored', async () => {
      await using plant = await withPress(await open());
      const good = hostile.map((_, place) => row({ temperature: place }));
      const answer = await plant.measurements.ingest(
        hostile.flatMap(([, bad], place) => [bad, good[place]]),
        live,
      );
      expect(answer).toEqual({
        stored: hostile.length,
        duplicate: 0,
        quarantined: hostile.map(([, , code], place) => ({ row: 2 * place, code })),
      });
      const kept = await plant.store.select(quarantineFamily, { limit: 100 });
      expect(kept).toHaveLength(hostile.length);
      for (const { row: text } of kept) {
        expect(text.length).toBeLessThanOrEqual(MAX_QUARANTINED_CHARACTERS);
        expect(text.length).toBeGreaterThan(MAX_ROW_DEPTH);
      }
      expect(kept.filter(({ device }) => device === 'press-1')).toHaveLength(hostile.length - 1);
    });

    it('at every limit is judged by what it says', async () => {
      await using plant = await withPress(await open());
      const atLimits = [
        row({ temperature: nested(MAX_ROW_DEPTH - 2) }),
        row({ temperature: Array.from({ length: MAX_ROW_MEMBERS - 4 }, () => 1) }),
        row({ temperature: 'x'.repeat(MAX_ROW_CHARACTERS - 'devicepress-1tsvaluestemperature'.length) }),
      ];
      const { quarantined } = await plant.measurements.ingest(atLimits, live);
      expect(quarantined.map(({ code }) => code)).toEqual(['not-a-number', 'not-a-number', 'not-a-number']);
    });

    it('of any JSON is stored as it came or kept with a reason, and never breaks its call', async () => {
      await using plant = await withPress(await open());
      const hostileText = fc.string({
        unit: fc.constantFrom('a', '\0', '\uD83D', '\uDE00', '😀', '"', '\\', '\u2028', 'é'),
        maxLength: 6,
      });
      const key = fc.oneof(fc.constantFrom('temperature', '__proto__', 'constructor', 'prototype', 'x'), hostileText);
      const { value } = fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 10 },
          fc.double(),
          hostileText,
          fc.constantFrom(null, true, 1e308),
          fc.array(tie('value'), { maxLength: 3 }),
          fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
        ),
      }));
      const anyRow = fc.oneof(
        value,
        fc.record({
          device: fc.oneof(fc.constant('press-1'), hostileText),
          ts: fc.constant(PLANT_START),
          values: value,
        }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((temperature) => row({ temperature })),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), async (rows) => {
          const { stored, duplicate, quarantined } = await plant.measurements.ingest(rows, live);
          expect(stored + duplicate + quarantined.length).toBe(rows.length);
        }),
        { numRuns: 60 },
      );
      for (const { payload } of await plant.store.select(measurementFamily, { limit: 1_000 }))
        expect(Object.entries(JSON.parse(payload))).toEqual([['temperature', expect.any(Number)]]);
      expect(({} as Record<string, unknown>).temperature).toBeUndefined();
    });
  });
}
