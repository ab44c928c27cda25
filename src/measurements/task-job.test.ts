/** What people decide in tasks of a process comes back to criteria and anomalies, once. */
import { describe, expect, it } from 'vitest';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../testing/measured-plant.ts';
import { anomalyFamily } from './anomaly/anomaly.ts';

const by = { actor: 'ada' };
const MINUTE_MS = 60_000;

async function openPress(): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant();
  const { devices, criteria, ingest } = plant.measurements;
  await devices.create({ id: 'press-1', fields: [{ name: 'temperature' }] }, by);
  const signal = { field: 'temperature', detector: 'z-score' } as const;
  await criteria.create({ device: 'press-1', name: 'A', settings: { signal, direction: 'above', limit: 4 } }, by);
  const band = { signal: { field: 'temperature' }, direction: 'outside', limit: { low: 0, high: 110 } } as const;
  await criteria.create({ device: 'press-1', name: 'B', settings: band }, by);
  const rows = Array.from({ length: 100 }, (_, place) => ({
    device: 'press-1',
    ts: PLANT_START + (place - 100) * MINUTE_MS,
    values: { temperature: place === 90 ? 120 : 70 + (place % 3) },
  }));
  await ingest(rows, { mode: 'replay', actor: 'press-1' });
  return plant;
}
const evidenceOf = async (plant: MeasuredPlant) =>
  (await plant.news('millrace.measurements.criterion.fired')) as { anomalies: string[] }[];

describe('the job criteria.change', () => {
  it('changes the limits that a task names, by id or by name, once however often it runs', async () => {
    await using plant = await openPress();
    const { jobs, criteria } = plant.measurements;
    const payload = {
      task: 'job_00000000021',
      outcome: 'changed',
      comment: 'the oven was replaced',
      input: {
        criteria: [
          { name: 'A', limit: 6 },
          { id: 'press-1.B', limit: { low: 0, high: 130 } },
        ],
      },
      variables: { evidence: await evidenceOf(plant) },
    };
    expect(await jobs['criteria.change'](payload)).toEqual({ kind: 'done', outcome: 'done' });
    expect(await jobs['criteria.change'](payload)).toEqual({ kind: 'done', outcome: 'done' });
    expect(await criteria.get('press-1.A')).toMatchObject({
      version: 2,
      updatedBy: 'task job_00000000021',
      settings: { limit: 6 },
    });
    expect(await criteria.get('press-1.B')).toMatchObject({ version: 2, settings: { limit: { low: 0, high: 130 } } });
    expect(await plant.news('millrace.measurements.criterion.changed')).toHaveLength(2);
    await jobs['criteria.change']({
      ...payload,
      task: 'job_00000000022',
      input: { criteria: [{ name: 'A', limit: 7 }] },
    });
    expect(await criteria.get('press-1.A')).toMatchObject({ version: 3 });
  });

  it('changes once also when the same task runs twice at the same moment', async () => {
    await using plant = await openPress();
    const { jobs, criteria } = plant.measurements;
    const payload = {
      task: 5,
      outcome: 'changed',
      input: { criteria: [{ name: 'A', limit: 6 }] },
      variables: { device: 'press-1' },
    };
    const answers = await Promise.all([1, 2, 3].map(() => jobs['criteria.change'](payload)));
    expect(answers.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    expect(await criteria.get('press-1.A')).toMatchObject({ version: 2, updatedBy: 'task job_00000000005' });
  });

  it('changes nothing when no criterion is named', async () => {
    await using plant = await openPress();
    const { jobs, criteria } = plant.measurements;
    for (const input of [undefined, null, {}, { criteria: [] }]) {
      expect(await jobs['criteria.change']({ task: 'a', outcome: 'kept', input, variables: {} })).toEqual({
        kind: 'done',
        outcome: 'done',
      });
    }
    expect(await criteria.get('press-1.A')).toMatchObject({ version: 1 });
  });

  it('is discarded with the reason when its input is wrong, and changes none of the criteria it names', async () => {
    await using plant = await openPress();
    const { jobs, criteria } = plant.measurements;
    const wrong = [
      {
        criteria: [
          { name: 'A', limit: 6 },
          { name: 'C', limit: 6 },
        ],
      },
      {
        criteria: [
          { name: 'A', limit: 6 },
          { name: 'B', limit: 6 },
        ],
      },
      { criteria: [{ name: 'A', limit: 'six' }] },
      { criteria: 'A' },
    ];
    for (const input of wrong) {
      const answer = await jobs['criteria.change']({
        task: 'a',
        outcome: 'changed',
        input,
        variables: { device: 'press-1' },
      });
      expect(answer.kind).toBe('discard');
    }
    const withoutDevice = { task: 'a', outcome: 'changed', input: { criteria: [{ name: 'A', limit: 6 }] } };
    expect(await jobs['criteria.change'](withoutDevice)).toMatchObject({
      kind: 'discard',
      reason: expect.stringContaining('device'),
    });
    expect((await jobs['criteria.change'](null)).kind).toBe('discard');
    expect(await criteria.get('press-1.A')).toMatchObject({ version: 1 });
  });

  it('fails, to be tried again, when the store does not answer', async () => {
    await using plant = await openPress();
    const { jobs } = plant.measurements;
    const payload = {
      task: 'a',
      outcome: 'changed',
      input: { criteria: [{ name: 'A', limit: 6 }] },
      variables: { device: 'press-1' },
    };
    plant.store.crash();
    expect((await jobs['criteria.change'](payload)).kind).toBe('fail');
  });
});

describe('the job anomaly.label', () => {
  it('labels every anomaly of the evidence with the outcome, and leaves a later label alone when it runs again', async () => {
    await using plant = await openPress();
    const { jobs, anomalies } = plant.measurements;
    const evidence = await evidenceOf(plant);
    const payload = { task: 'job_1', outcome: 'rejected', variables: { evidence } };
    expect(await jobs['anomaly.label'](payload)).toEqual({ kind: 'done', outcome: 'done' });
    const [anomaly] = await plant.rows(anomalyFamily);
    expect(anomaly).toMatchObject({ label: 'rejected', labelledBy: 'task job_1', labelledAt: PLANT_START });
    await anomalies.label([String(anomaly?.id)], 'confirmed', by);
    expect(await jobs['anomaly.label'](payload)).toEqual({ kind: 'done', outcome: 'done' });
    expect(await anomalies.get(String(anomaly?.id))).toMatchObject({ label: 'confirmed', labelledBy: 'ada' });
    expect((await plant.news('millrace.measurements.anomaly.labelled')).map(({ old, new: now }) => [old, now])).toEqual(
      [
        [null, 'rejected'],
        ['rejected', 'confirmed'],
      ],
    );
  });

  it('labels nothing for an outcome that is no label', async () => {
    await using plant = await openPress();
    const payload = { task: 'job_1', outcome: 'forwarded', variables: { evidence: await evidenceOf(plant) } };
    expect(await plant.measurements.jobs['anomaly.label'](payload)).toEqual({ kind: 'done', outcome: 'done' });
    expect((await plant.rows(anomalyFamily)).every(({ label }) => label === null)).toBe(true);
  });
});

describe('labels', () => {
  it('stay when the anomaly goes on', async () => {
    await using plant = await openPress();
    const { anomalies, ingest } = plant.measurements;
    const { items } = await anomalies.list({ device: 'press-1' });
    const [anomaly] = items;
    expect(anomaly).toMatchObject({ isOpen: true, label: null });
    await anomalies.label([anomaly?.id ?? ''], 'confirmed', by);
    const later = { device: 'press-1', ts: PLANT_START + MINUTE_MS, values: { temperature: 140 } };
    await ingest([later], { mode: 'live', actor: 'press-1' });
    expect(await anomalies.get(anomaly?.id ?? '')).toMatchObject({ label: 'confirmed', to: later.ts });
  });

  it('that are set at the same moment follow one another in the feed', async () => {
    await using plant = await openPress();
    const { anomalies } = plant.measurements;
    const [{ id } = { id: '' }] = (await anomalies.list()).items;
    await Promise.all([anomalies.label([id], 'confirmed', by), anomalies.label([id], 'rejected', by)]);
    const changes = await plant.news('millrace.measurements.anomaly.labelled');
    expect(changes.map(({ old, new: now }) => [old, now])).toEqual([
      [null, 'confirmed'],
      ['confirmed', 'rejected'],
    ]);
  });

  it('are set on all anomalies or on none', async () => {
    await using plant = await openPress();
    const { anomalies } = plant.measurements;
    const [{ id } = { id: '' }] = (await anomalies.list()).items;
    for (const unknown of ['ano_00000000000000000000', 'x\0']) {
      await expect(anomalies.label([id, unknown], 'confirmed', by)).rejects.toMatchObject({
        code: 'measurement.unknown-anomaly',
      });
    }
    expect((await anomalies.get(id)).label).toBeNull();
  });

  it('can be looked for by time', async () => {
    await using plant = await openPress();
    const { anomalies } = plant.measurements;
    const [{ from, to } = { from: 0, to: 0 }] = (await anomalies.list()).items;
    expect((await anomalies.list({ from: to, to: from + 1 })).items).toHaveLength(1);
    expect((await anomalies.list({ from: to + 1 })).items).toHaveLength(0);
    expect((await anomalies.list({ device: 'press-1', to: from })).items).toHaveLength(0);
  });
});
