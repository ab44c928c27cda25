/** Thresholds from labels, held against trying every threshold there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { put } from '../../store/unit.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { type AnomalyLabel, type AnomalyRow, anomalyFamily } from '../anomaly/anomaly.ts';
import { candidatesBetween, MIN_LABELS, measureOf, shortestBetween } from './sweep.ts';
import { sweepScores } from './tune.ts';

const by = { actor: 'ada' };
const MINUTE_MS = 60_000;
type Labelled = { readonly score: number; readonly label: AnomalyLabel | null };

const f1 = ({ caught, missed, falseAlarms }: { caught: number; missed: number; falseAlarms: number }) =>
  caught === 0 ? 0 : (2 * caught) / (2 * caught + missed + falseAlarms);

/** Counts at one threshold, without a line of the product. */
function countAt(anomalies: readonly Labelled[], threshold: number) {
  let [alarms, caught, missed, falseAlarms] = [0, 0, 0, 0];
  for (const { score, label } of anomalies) {
    const isRaised = score >= threshold;
    if (isRaised) alarms += 1;
    if (label === 'confirmed' && isRaised) caught += 1;
    if (label === 'confirmed' && !isRaised) missed += 1;
    if (label === 'rejected' && isRaised) falseAlarms += 1;
  }
  return { threshold, alarms, caught, missed, falseAlarms };
}

describe('a threshold proposed for a detector', () => {
  it('is as good as the best that brute force finds, and no other as good one is nearer', () => {
    const labelled = fc.record({
      score: fc.integer({ min: 40, max: 200 }).map((tenths) => tenths / 10),
      label: fc.constantFrom<AnomalyLabel | null>('confirmed', 'rejected', null),
    });
    fc.assert(
      fc.property(fc.array(labelled, { minLength: 1, maxLength: 40 }), (anomalies) => {
        const { status, now, proposed } = sweepScores(anomalies, 4);
        const all = Array.from({ length: 1_700 }, (_, step) => countAt(anomalies, 4 + step / 100));
        const best = Math.max(...all.map(f1));
        expect(now).toMatchObject(countAt(anomalies, 4));
        if (status === 'as-good') {
          expect(f1(countAt(anomalies, 4))).toBeCloseTo(best, 12);
          return;
        }
        if (proposed === null) throw new Error('a better threshold is named');
        expect(proposed).toMatchObject(countAt(anomalies, proposed.threshold));
        expect(f1(proposed)).toBeCloseTo(best, 12);
        expect(f1(proposed)).toBeGreaterThan(f1(countAt(anomalies, 4)));
        // Those between it and the present threshold that brute force finds as good raise the same anomalies.
        for (const other of all.filter(
          (each) => each.threshold < proposed.threshold && Math.abs(f1(each) - best) < 1e-12,
        ))
          expect([other.caught, other.falseAlarms]).toEqual([proposed.caught, proposed.falseAlarms]);
      }),
    );
  });

  it('says how sure it is by the Wilson interval', () => {
    const { precision, recall } = measureOf({ threshold: 5, alarms: 12, caught: 8, missed: 0, falseAlarms: 2 });
    // 8 of 10 and 8 of 8, as R says: prop.test(8, 10, correct = FALSE), prop.test(8, 8, correct = FALSE).
    expect([precision?.low, precision?.high]).toEqual([expect.closeTo(0.4902, 3), expect.closeTo(0.9433, 3)]);
    expect([recall?.low, recall?.high]).toEqual([expect.closeTo(0.6756, 3), expect.closeTo(1, 6)]);
    const none = measureOf({ threshold: 5, alarms: 0, caught: 0, missed: 0, falseAlarms: 0 });
    expect([none.precision, none.recall]).toEqual([null, null]);
  });

  it('is a number that people would write, between the two that it tells apart', () => {
    expect([shortestBetween(4.13, 5.87), shortestBetween(82.4, 82.9), shortestBetween(-3, 140)]).toEqual([
      5, 82.7, 100,
    ]);
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(high - low > 1e-6);
        expect(shortestBetween(low, high)).toBeGreaterThan(low);
        expect(shortestBetween(low, high)).toBeLessThan(high);
      }),
    );
    expect(candidatesBetween([4, 4, 6])).toEqual([3.9, 5, 6.1]);
    expect(candidatesBetween([])).toEqual([]);
  });
});

const row = (place: number, { score, label }: Labelled, more: Partial<AnomalyRow> = {}): AnomalyRow => {
  const from = PLANT_START + place * 10 * MINUTE_MS;
  const evidence = { v: 1, at: from, value: score * 10, expected: 0, sigma: 1, threshold: 4 };
  return {
    ...{
      id: `ano_${place.toString(16).padStart(20, '0')}`,
      device: 'press-1',
      field: 'temperature',
      detector: 'z-score',
    },
    ...{ from, to: from + MINUTE_MS, isOpen: 0, score, severity: 'minor', evidence: JSON.stringify(evidence) },
    ...{ service: '', revisedBy: null, label, labelledBy: null, labelledAt: null },
    ...more,
  };
};

/** A press that rests at 20 degrees and was hot for two minutes at each anomaly: ten times its score. */
async function openPress(anomalies: readonly Labelled[]): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant();
  const { devices, criteria, ingest } = plant.measurements;
  await devices.create({ id: 'press-1', fields: [{ name: 'temperature', detectors: [] }] }, by);
  await criteria.create(
    { device: 'press-1', name: 'hot', settings: { signal: { field: 'temperature' }, direction: 'above', limit: 45 } },
    by,
  );
  const rows = anomalies.flatMap(({ score }, place) =>
    [score * 10, score * 10, 20].map((temperature, minute) => ({
      device: 'press-1',
      ts: PLANT_START + (place * 10 + minute) * MINUTE_MS,
      values: { temperature },
    })),
  );
  await ingest(rows, { mode: 'import', ...by, receivedAt: PLANT_START + 1e9 });
  await plant.store.commit([
    { guards: [], writes: anomalies.map((one, place) => put(anomalyFamily, row(place, one))) },
  ]);
  return plant;
}

/** Confirmed ones score higher, with some overlap. */
function madeUp(seed: number, count: number): Labelled[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, place) => {
    const label = place % 5 === 4 ? null : random() < 0.5 ? 'confirmed' : 'rejected';
    const score = 4 + random() * 5 + (label === 'confirmed' ? 3 : 0);
    return { score: Math.round(score * 100) / 100, label };
  });
}

describe('tuning a plant', () => {
  it('proposes for a criterion the limit that brute force finds in simulations, and for the detector its threshold', async () => {
    for (const seed of [1, 2, 3]) {
      const anomalies = madeUp(seed, 40);
      await using plant = await openPress(anomalies);
      const { tune, simulate } = plant.measurements;
      const [ofCriterion, ofDetector] = await tune({ device: 'press-1' });
      expect(ofCriterion).toMatchObject({
        criterion: 'press-1.hot',
        detector: null,
        isSettable: true,
        status: 'better',
      });
      let best = 0;
      for (let limit = 40; limit <= 125; limit += 0.5) {
        const { proposed } = await simulate({ criterion: 'press-1.hot', change: { limit } });
        const { hit, missed, falseAlarms } = proposed.labelled ?? { hit: 0, missed: 0, falseAlarms: 0 };
        best = Math.max(best, f1({ caught: hit, missed, falseAlarms }));
      }
      const proposed = ofCriterion?.proposed;
      if (proposed == null) throw new Error('there is a better limit');
      expect(f1(proposed)).toBeGreaterThanOrEqual(best);
      const again = await simulate({ criterion: 'press-1.hot', change: { limit: proposed.threshold } });
      expect(again.proposed).toMatchObject({
        count: proposed.alarms,
        labelled: { hit: proposed.caught, missed: proposed.missed, falseAlarms: proposed.falseAlarms },
      });
      expect(ofDetector).toMatchObject({ criterion: null, detector: 'z-score', ...sweepScores(anomalies, 4) });
    }
  });

  it('says that there are too few labels, and leaves out what has none', async () => {
    const few = madeUp(1, MIN_LABELS - 2);
    await using plant = await openPress(few);
    const proposals = await plant.measurements.tune({});
    expect(proposals.map(({ status, now, proposed }) => [status, now, proposed])).toEqual([
      ['too-few-labels', null, null],
      ['too-few-labels', null, null],
    ]);
    await using unlabelled = await openPress(few.map(({ score }) => ({ score, label: null })));
    expect(await unlabelled.measurements.tune({})).toEqual([]);
    const onlyConfirmed = Array.from({ length: 20 }, (): Labelled => ({ score: 5, label: 'confirmed' }));
    await using sure = await openPress(onlyConfirmed);
    expect((await sure.measurements.tune({})).map(({ status }) => status)).toEqual([
      'too-few-labels',
      'too-few-labels',
    ]);
  });

  it('counts from the threshold that a field sets, which then opens anomalies from there on', async () => {
    await using plant = await openPress(madeUp(1, 40));
    const fields = [{ name: 'temperature', detectors: [], thresholds: { 'z-score': 7 } }];
    await plant.measurements.devices.update('press-1', { fields }, by);
    const [, ofDetector] = await plant.measurements.tune({ device: 'press-1' });
    expect(ofDetector?.now?.threshold).toBe(7);
    await expect(
      plant.measurements.devices.update(
        'press-1',
        { fields: [{ name: 'temperature', thresholds: { oracle: 7 } as never }] },
        by,
      ),
    ).rejects.toMatchObject({ code: 'device.invalid' });
  });
});
