/** Whom a run is about: the device, its service, and everything else that its results depend on beside the rows. */
import { hash } from 'node:crypto';
import { MillraceError } from '../../kernel/errors.ts';
import type { Store } from '../../store/store.ts';
import { type Device, deviceFamily, deviceOf } from '../device/device.ts';
import { DEVICE_ID } from '../input.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import { type ShiftPlan, shiftPlanFamily, shiftPlanOf } from '../shift-plan/shift-plan.ts';

export const MAX_SHIFT_PLANS = 1_000;
/** Goes up when the same rows and settings give other results than before. */
const RULES = 3;

export type Services = ReadonlyMap<string, MeasurementService>;
export type Subject = {
  readonly device: Device;
  readonly service: MeasurementService;
  readonly services: Services;
  readonly plan: ShiftPlan | undefined;
  readonly timeZone: string;
  /** A hash of all of it: other settings give other results. */
  readonly settings: string;
};

/** Throws `device.unknown`, `measurement.no-service` or `measurement.unknown-service`. */
export async function subjectOf(
  { store, timeZone }: { readonly store: Store; readonly timeZone: string },
  id: string,
  services: Services,
): Promise<Subject> {
  const row = DEVICE_ID.test(id) ? await store.get(deviceFamily, [id]) : undefined;
  if (row === undefined) throw new MillraceError('device.unknown', { device: id });
  const device = deviceOf(row);
  if (device.service === null)
    throw new MillraceError('measurement.no-service', { device: id, found: 'no service', service: 'any' });
  const service = requireService(services, device.service);
  const plan = await planOf(store, device.line);
  return { device, service, services, plan, timeZone, settings: settingsOf({ device, service, plan, timeZone }) };
}

export function requireService(services: Services, name: string): MeasurementService {
  const service = services.get(name);
  if (service === undefined)
    throw new MillraceError('measurement.unknown-service', { service: name, known: [...services.keys()].join(', ') });
  return service;
}

/** The plan of a line; the first by its id when several name it. */
export async function planOf(store: Store, line: string): Promise<ShiftPlan | undefined> {
  if (line === '') return undefined;
  const rows = await store.select(shiftPlanFamily, { order: ['id'], limit: MAX_SHIFT_PLANS });
  return rows.map(shiftPlanOf).find(({ lines }) => lines.includes(line));
}

function settingsOf({
  device,
  service,
  plan,
  timeZone,
}: Pick<Subject, 'device' | 'service' | 'plan' | 'timeZone'>): string {
  const { fields, idealCycleMs, expectedIntervalMs, maxGapMs, products } = device;
  const rules = plan && { timeZone: plan.timeZone, rules: plan.rules, holidays: plan.holidays };
  const { derive, about: _, ...declared } = service;
  const all = [
    RULES,
    { fields, idealCycleMs, expectedIntervalMs, maxGapMs, products, timeZone, rules },
    { ...declared, derive: derive.map(({ name, of }) => ({ name, of })) },
  ];
  return hash('sha256', JSON.stringify(all), 'hex').slice(0, 16);
}
