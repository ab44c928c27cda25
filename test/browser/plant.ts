/** A plant of presses under the example process, and readings of them that make criteria A and B fire. */
import { readFileSync } from 'node:fs';
import type { Client } from '../../src/client/client.ts';
import type { Measurement } from '../../src/client/wire-measurements.ts';

export const DEFECT = JSON.parse(
  readFileSync(new URL('../../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
) as { readonly key: string };

export const LIMIT = 4;
const USUAL_ROWS = 300;
const STRANGE_ROWS = 20;
const EVERY_MS = 1_000;
const USUAL_CELSIUS = 58;
const STRANGE_CELSIUS = 75;

/** The process, and whom it writes to. */
export async function setUpPlant(client: Client): Promise<void> {
  for (const role of ['operator', 'engineer', 'technologist']) {
    const members = [{ kind: 'role' as const, value: role }];
    await client.people.create({ name: `Some ${role}`, email: `${role}@plant.example`, roles: [role] });
    await client.recipients.create({ name: `${role}s`, members });
  }
  await client.definitions.deploy(DEFECT);
}

/** A press that has been well so far: its detectors know what is usual. */
export async function addPress(client: Client, device: string): Promise<void> {
  const fields = [{ name: 'temperature', unit: '°C', min: 0, max: 120, resolution: 0.1 }];
  await client.devices.create({ id: device, name: `Brick ${device}`, line: 'line-1', fields, idealCycle: '600ms' });
  for (const [name, detector] of [
    ['A', 'z-score'],
    ['B', 'sudden-change'],
  ] as const) {
    const settings = { signal: { field: 'temperature', detector }, limit: LIMIT, direction: 'above' as const };
    await client.criteria.create({ device, name, settings });
  }
  const to = Date.now() - STRANGE_ROWS * EVERY_MS;
  const usual = rows(device, { count: USUAL_ROWS, to, celsius: USUAL_CELSIUS });
  await client.measurements.send(usual, { mode: 'import' });
}

/** Its cooling is lost: both criteria fire, in the same live call. */
export async function overheat(client: Client, device: string): Promise<void> {
  const strange = rows(device, { count: STRANGE_ROWS, to: Date.now(), celsius: STRANGE_CELSIUS });
  await client.measurements.send(strange, { mode: 'live' });
}

function rows(
  device: string,
  { count, to, celsius }: { readonly count: number; readonly to: number; readonly celsius: number },
): Measurement[] {
  return Array.from({ length: count }, (_, row) => ({
    device,
    ts: to - (count - 1 - row) * EVERY_MS,
    values: { temperature: Math.round((celsius + Math.sin(row * 1.7) / 2) * 10) / 10 },
  }));
}
