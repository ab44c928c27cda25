/** A plant that was declared as the generator says, and takes and analyses what its devices sent. */
import type { StoredPlant } from './on-stores.ts';
import type { PlantTruth } from './truth/generate.ts';

export type Sent = { readonly source: unknown; readonly receivedAt: number };

export async function opened(
  open: (timeZone?: string) => Promise<StoredPlant>,
  truth: PlantTruth,
): Promise<StoredPlant> {
  const plant = await open(truth.timeZone);
  const { devices, shiftPlans } = plant.measurements;
  const { id, lines, rules, holidays, timeZone } = truth.shiftPlan;
  await shiftPlans.create(
    { id, timeZone, lines: [...lines], rules: rules as never, holidays: [...holidays] },
    { actor: 'test' },
  );
  for (const { settings } of truth.devices) {
    const {
      id: device,
      line = '',
      service,
      fields,
      expectedIntervalMs,
      maxGapMs,
      idealCycleMs,
      products = {},
    } = settings;
    await devices.create(
      { id: device, line, service, fields: fields as never, expectedIntervalMs, maxGapMs, idealCycleMs, products },
      { actor: 'test' },
    );
  }
  return plant;
}

export async function send({ measurements }: StoredPlant, rows: readonly Sent[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 5_000) {
    const some = rows.slice(from, from + 5_000);
    await measurements.ingest(
      some.map(({ source }) => source),
      { mode: 'live', actor: 'test', receivedAt: some.map(({ receivedAt }) => receivedAt) },
    );
  }
}

export async function analyse({ measurements }: StoredPlant, { devices }: PlantTruth): Promise<void> {
  for (const { settings } of devices)
    await measurements.analyses.run({ device: settings.id, trigger: 'command', actor: 'test' });
}
