/**
 * The exact comparison: a plant is generated with its truth, corrupted in every way, and analysed by the product. The
 * generator works out by itself, from the text of docs/reference/analytics.md, what can be seen of it; every whole number
 * has to be the same, and what really happened lies within the bounds that are reported.
 */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/kernel/random.ts';
import { generatePlant } from '../truth/generate.ts';
import { compareWithTruth } from './compare.ts';
import { containmentOf } from './contain.ts';
import { analyseDevice, analyseInPortions } from './product.ts';

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

  it.each(['moisture-02', 'machine-03'])(
    'gives the same results of %s, findings too, in any portions, with restarts from a snapshot anywhere',
    (id) => {
      const plant = generatePlant({ devices: 3, days: 3, seed: 6 });
      const device = plant.devices.find(({ settings }) => settings.id === id);
      if (device === undefined) throw new Error(`no ${id}`);
      const random = seededRandom(6);
      const { results } = analyseDevice(plant, device);
      const portions = analyseInPortions(plant, device, {
        portion: () => 1 + Math.floor(random() * 900),
        restart: () => random() < 0.5,
      });
      expect(portions).toEqual(results);
      expect(results.findings.length).toBeGreaterThan(1);
    },
    HALF_MINUTE_MS,
  );
});
