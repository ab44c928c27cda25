/** Devices are created, changed and listed here; every change is in the feed with its actor, and counts up the settings. */
import { MillraceError } from '../../kernel/errors.ts';
import { measurementFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { append, isAbsent, isEqual, put } from '../../store/unit.ts';
import { missingIn } from '../criterion/change.ts';
import { criterionFamily, criterionOf, MAX_CRITERIA } from '../criterion/criterion.ts';
import { isLimit, isOfAnomaly } from '../criterion/settings.ts';
import { analyzerFamily, newAnalyzerRow } from '../ingest/analyzer.ts';
import { DEVICE_ID, invalid, parseInput } from '../input.ts';
import { type Page, type PageRequest, pageOf, pageQuery } from '../page.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import { type Offer, offerOf } from '../services/offer.ts';
import { commitSettings } from '../settings-commit.ts';
import {
  type Device,
  type DeviceChange,
  type DeviceView,
  deviceChange,
  deviceFamily,
  deviceOf,
  deviceRow,
  type NewDevice,
  newDevice,
} from './device.ts';
import { roleOf } from './field.ts';

type DevicesParts = { readonly store: Store; readonly services?: ReadonlyMap<string, MeasurementService> };

export interface Devices {
  /** Throws `device.invalid` or `device.exists`. */
  create(input: NewDevice, by: { readonly actor: string }): Promise<Device>;
  /** Changes the given parts. A field that a criterion looks at stays: `device.field-in-use`. */
  update(id: string, change: DeviceChange, by: { readonly actor: string }): Promise<Device>;
  /** Throws `device.unknown`. */
  get(id: string): Promise<DeviceView>;
  /** By id; of one line when it is given. */
  list(request?: PageRequest & { readonly line?: string | undefined }): Promise<Page<DeviceView>>;
}

/** `services` by name, those that may analyse a device. */
export function openDevices({ store, services = new Map() }: DevicesParts): Devices {
  const read = async (id: string): Promise<Device> => {
    const row = DEVICE_ID.test(id) ? await store.get(deviceFamily, [id]) : undefined;
    if (row === undefined) throw new MillraceError('device.unknown', { device: id });
    return deviceOf(row);
  };
  return {
    get: async (id) => (await withLastAt(store, [await read(id)]))[0] as DeviceView,
    create: async (input, { actor }) => {
      const given = parseInput(newDevice, withFieldsOf(services, input), 'device.invalid');
      requireFit(services, given);
      const now = store.now();
      const device = { name: given.id, ...given, settingsVersion: 1, createdAt: now, updatedAt: now, updatedBy: actor };
      const guards = [isAbsent(deviceFamily, [device.id])];
      const analyzer = put(analyzerFamily, newAnalyzerRow(device.id, now));
      const writes = [put(deviceFamily, deviceRow(device)), analyzer, audit('created', { old: null, now: device })];
      const [verdict] = await store.commit([{ guards, writes }]);
      if (verdict === 'conflict') throw new MillraceError('device.exists', { device: device.id });
      return device;
    },
    update: async (id, change, { actor }) => {
      const given = parseInput(deviceChange, change, 'device.invalid');
      return commitSettings(store, `device "${id}"`, async () => {
        const old = await read(id);
        const now = {
          ...old,
          ...given,
          settingsVersion: old.settingsVersion + 1,
          updatedAt: store.now(),
          updatedBy: actor,
        };
        if (given.service !== undefined || given.fields !== undefined) requireFit(services, now);
        await requireFieldsInUse(store, now, offerOf(services.get(now.service ?? '')));
        const guards = [isEqual(deviceFamily, [id], ['settingsVersion', old.settingsVersion])];
        return {
          unit: { guards, writes: [put(deviceFamily, deviceRow(now)), audit('changed', { old, now })] },
          result: now,
        };
      });
    },
    list: async ({ line, ...request } = {}) => {
      const query = pageQuery(request, 1);
      const rows = await store.select(deviceFamily, {
        ...query,
        where: line === undefined ? {} : { line },
        order: ['id'],
      });
      const page = pageOf(rows, { limit: query.limit, place: ({ id }) => [id], item: deviceOf });
      return { ...page, items: await withLastAt(store, page.items) };
    },
  };
}

/** A device of a service sends the service's fields, unless it says otherwise of some of them. */
export function withFieldsOf(services: ReadonlyMap<string, MeasurementService>, input: NewDevice): NewDevice {
  const service = typeof input?.service === 'string' ? services.get(input.service) : undefined;
  if (service === undefined) return input;
  const own = Array.isArray(input.fields) ? input.fields : [];
  const inherited = service.fields.filter(({ name }) => !own.some((field) => field?.name === name));
  return { ...input, fields: own.length === 0 ? [...service.fields] : [...own, ...inherited] };
}

/** The fields that the service counts by are there, in their roles. Throws `measurement.unknown-service` or `device.invalid`. */
export function requireFit(
  services: ReadonlyMap<string, MeasurementService>,
  device: Pick<Device, 'service' | 'fields'>,
): void {
  if (device.service === null) return;
  const service = services.get(device.service);
  if (service === undefined)
    throw new MillraceError('measurement.unknown-service', {
      service: device.service,
      known: [...services.keys()].join(', ') || 'none',
    });
  const { output, reject, rework, signal, product } = service;
  const roles = [
    [output, 'counter'],
    [reject, 'counter'],
    [rework, 'counter'],
    [signal, 'state'],
    [product, 'label'],
  ] as const;
  const problems = roles.flatMap(([name, role]) => {
    const field = device.fields.find((one) => one.name === name);
    return name === undefined || (field !== undefined && roleOf(field) === role)
      ? []
      : [`fields: ${service.name} needs the ${role} "${name}"`];
  });
  if (problems.length > 0) throw invalid('device.invalid', problems);
}

async function requireFieldsInUse(store: Store, device: Device, offer: Offer): Promise<void> {
  const fields = device.fields.map(({ name }) => name);
  const criteria = await store.select(criterionFamily, { where: { device: device.id }, limit: MAX_CRITERIA });
  for (const { id, settings } of criteria.map(criterionOf)) {
    if (missingIn(settings, { fields, offer }).length > 0) {
      const field = isOfAnomaly(settings) ? settings.signal.anomaly : isLimit(settings) ? settings.signal.field : '';
      throw new MillraceError('device.field-in-use', { device: device.id, field, criterion: id });
    }
  }
}

async function withLastAt(store: Store, devices: readonly Device[]): Promise<DeviceView[]> {
  const rows = await store.getMany(
    analyzerFamily,
    devices.map(({ id }) => [id]),
  );
  return devices.map((device, place) => ({ ...device, lastAt: rows[place]?.lastAt ?? null }));
}

const audit = (verb: 'created' | 'changed', { old, now }: { readonly old: Device | null; readonly now: Device }) =>
  append(measurementFeed, {
    topic: `millrace.measurements.device.${verb}`,
    subject: now.id,
    at: now.updatedAt,
    actor: now.updatedBy,
    body: JSON.stringify({ v: 1, device: now.id, old, new: now }),
  });
