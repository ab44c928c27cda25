/** The configuration of a pipeline for one device of a service. Pure. */
import { PlantCalendar, type ShiftPlanRules } from '../calendar/plant-calendar.ts';
import type { Device } from '../device/device.ts';
import { type Field, roleOf, type SignalMeaning } from '../device/field.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import type { PipelineConfiguration } from './configuration.ts';
import type { CounterRule } from './counter.ts';

export type DeviceSettings = Pick<Device, 'fields' | 'idealCycleMs' | 'expectedIntervalMs' | 'maxGapMs' | 'products'>;

/** Of a device whose ideal cycle nobody has stated: what its output counter can count at most. */
const fastestCycleMs = (field: Field | undefined): number =>
  field?.maxRate === undefined ? 1_000 : 1_000 / field.maxRate;

export function configurationOf(
  service: MeasurementService,
  device: DeviceSettings,
  { timeZone, plan }: { readonly timeZone: string; readonly plan?: ShiftPlanRules | undefined },
): PipelineConfiguration {
  const { fields, products } = device;
  const placeOf = (name: string | undefined) => fields.findIndex((field) => field.name === name);
  const maxGapMs = device.maxGapMs ?? service.maxGapMs;
  const maxSilenceOf = ({ name, maxSilenceMs }: Field) => ({
    maxSilenceMs: maxSilenceMs ?? service.fields.find((field) => field.name === name)?.maxSilenceMs ?? maxGapMs,
  });
  const counters = fields.flatMap((field, place) =>
    roleOf(field) === 'counter' ? [{ ...counterRule(field, place), ...maxSilenceOf(field) }] : [],
  );
  const counterOf = (name: string | undefined) =>
    counters.findIndex(({ place }) => name !== undefined && fields[place]?.name === name);
  const gauges = fields.flatMap((field, place) =>
    roleOf(field) === 'gauge' ? [{ name: field.name, place, ...maxSilenceOf(field) }] : [],
  );
  const derived = service.derive.map(({ name }, place) => ({
    name,
    place: fields.length + place,
    maxSilenceMs: Number.POSITIVE_INFINITY,
  }));
  const signal = placeOf(service.signal);
  const product = placeOf(service.product);
  const idealCycleMs = device.idealCycleMs ?? fastestCycleMs(fields[placeOf(service.output)]);
  return {
    fields,
    derived: service.derive.map(({ of, from }) => ({ places: of.map(placeOf), from })),
    counters,
    output: counterOf(service.output),
    reject: counterOf(service.reject),
    rework: counterOf(service.rework),
    signal,
    product,
    meanings: meaningsOf(fields[signal]),
    gauges: [...gauges, ...derived],
    idealCycleMs,
    idealCycleMsOf: (fields[product]?.values ?? []).map((name) => products[name] ?? idealCycleMs),
    intervalMs: device.expectedIntervalMs ?? service.expectedIntervalMs,
    maxGapMs,
    bucketMs: service.bucketMs,
    calendar: new PlantCalendar({ timeZone, plan }),
  };
}

const counterRule = ({ maxRate = 0, modulus, jitter = 0 }: Field, place: number): CounterRule => ({
  place,
  maxRate,
  modulus: modulus ?? Number.POSITIVE_INFINITY,
  jitter,
});

const meaningsOf = (field: Field | undefined): SignalMeaning[] =>
  (field?.values ?? []).map((value) => field?.states?.[value] ?? 'auto');
