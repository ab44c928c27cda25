/** Small devices that obey no physics reach every case of the rules; the product and the truth agree on each of them. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/kernel/random.ts';
import { kpisOf, sumElements } from '../../../src/measurements/kpi/kpis.ts';
import { randomDevice } from '../truth/random-device.ts';
import { compareWithTruth } from './compare.ts';
import { analyseDevice, analyseInPortions } from './product.ts';

const DEVICES = 250;
const MINUTE_MS = 60_000;

describe('devices of random rows', () => {
  it(
    'are analysed as their truth says, number by number',
    () => {
      const differences: string[] = [];
      for (let seed = 0; seed < DEVICES; seed++) {
        const device = randomDevice(seed);
        differences.push(
          ...compareWithTruth(device, analyseDevice(device, device)).differences.map((one) => `seed ${seed} ${one}`),
        );
      }
      expect(differences.slice(0, 20)).toEqual([]);
    },
    MINUTE_MS,
  );

  it(
    'give the same results to the last bit in any portions, with restarts from a snapshot anywhere',
    () => {
      for (let seed = 0; seed < DEVICES; seed++) {
        const device = randomDevice(seed);
        const random = seededRandom(seed);
        const { results } = analyseDevice(device, device);
        const portions = analyseInPortions(device, device, {
          portion: () => 1 + Math.floor(random() * 60),
          restart: () => random() < 0.3,
        });
        expect(portions).toEqual(results);
      }
    },
    MINUTE_MS,
  );

  it('keep the identities of the KPIs, whatever happens to them', () => {
    for (let seed = 0; seed < DEVICES; seed++) {
      const device = randomDevice(seed);
      const { scopes, buckets, segments } = analyseDevice(device, device).results;
      for (const { elements } of scopes) {
        const { availability: a, effectiveness: e, quality: q, oee } = kpisOf(elements);
        const isOneProduct =
          elements.idealMs === 0 || elements.idealScrapMs * elements.pq === elements.idealMs * elements.sq;
        if (a !== null && e !== null && q !== null && isOneProduct) expect(a * e * q).toBeCloseTo(oee ?? Number.NaN, 9);
        const { calendar, noShift, planned, setup, breakdown, microstop, unknown, running } = elements;
        expect(noShift + planned + setup + breakdown + microstop + unknown + running).toBe(calendar);
      }
      const output = device.settings.output ?? '';
      const counted = buckets.reduce((sum, { metric, bucket }) => (metric === output ? sum + bucket.sum : sum), 0);
      const days = sumElements(scopes.filter(({ kind }) => kind === 'day').map(({ elements }) => elements));
      if (scopes.length > 0) expect(days.pq + days.pqOutside).toBe(counted);
      for (const [place, segment] of segments.entries()) {
        const before = segments[place - 1];
        if (before === undefined) continue;
        expect(segment.from).toBe(before.to);
        expect(segment.state).not.toBe(before.state);
      }
    }
  });
});
