/**
 * The exact comparison: a plant is generated with its truth, corrupted in every way, and analysed by the product. The
 * generator works out by itself, from the text of docs/reference/analytics.md, what can be seen of it; every whole number
 * has to be the same, and what really happened lies within the bounds that are reported.
 */
import { describe, expect, it } from 'vitest';
import { generatePlant } from '../truth/generate.ts';
import { compareWithTruth } from './compare.ts';
import { containmentOf } from './contain.ts';
import { analyseDevice } from './product.ts';

const HALF_MINUTE_MS = 30_000;

describe('a generated plant, every corruption on', () => {
  for (const [seed, days] of [[1, 4]] as const) {
    const plant = generatePlant({ devices: 10, days, seed });
    for (const device of plant.devices) {
      it(
        `gives the states, KPI elements, bounds and quality of ${device.settings.id} as its truth has them (seed ${seed})`,
        () => {
          const analysed = analyseDevice(plant, device);
          const { numbers, differences } = compareWithTruth(device, analysed);
          expect(differences).toEqual([]);
          expect(numbers).toBeGreaterThan(20);
          const { looked, outside } = containmentOf(device, analysed.results);
          expect(outside).toEqual([]);
          if (device.settings.output !== undefined) expect(looked).toBeGreaterThan(10);
          device.release();
        },
        HALF_MINUTE_MS,
      );
    }
  }
});
