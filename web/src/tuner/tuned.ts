/** A criterion that can be tuned: one with a limit, on a field or on a detector's score. */
import { type Criterion, type Device, isLimit, type Limit, type LimitSettings } from '../api/measurements.ts';

export type Tuned = {
  readonly deviceId: string;
  readonly criterion: Criterion;
  readonly settings: LimitSettings;
  readonly field: string;
  readonly detector: string | undefined;
  readonly isScore: boolean;
  readonly limit: Limit;
  /** Of a field; a score has none. */
  readonly unit: string | undefined;
  readonly resolution: number | undefined;
};

/** Undefined: the criterion has no limit, or its signal has no readings since the service of the device works it out. */
export function tunedOf(device: Device, criterion: Criterion): Tuned | undefined {
  const { settings } = criterion;
  if (!isLimit(settings)) return undefined;
  const { field, detector } = settings.signal;
  const declared = device.fields.find(({ name }) => name === field);
  if (declared === undefined) return undefined;
  const isScore = detector !== undefined;
  return {
    deviceId: device.id,
    criterion,
    settings,
    field,
    detector,
    isScore,
    limit: settings.limit,
    unit: isScore ? undefined : declared.unit,
    resolution: isScore ? undefined : declared.resolution,
  };
}
