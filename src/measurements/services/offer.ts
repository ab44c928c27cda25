/** What a measurement service has for criteria to look at, beside the fields of the device. */
import { type Field, roleOf } from '../device/field.ts';
import { type MeasurementService, SPEED } from './measurement-service.ts';

export type Offer = {
  /** Signals that it works out, minute by minute. */
  readonly signals: readonly string[];
  /** Kinds of anomalies that it finds, each with the fields and signals on which it does. */
  readonly anomalies: ReadonlyMap<string, readonly string[]>;
};

/** Undefined: the device has no service. */
export function offerOf(service: MeasurementService | undefined): Offer {
  if (service === undefined) return { signals: [], anomalies: new Map() };
  const { output, signal, reject, derive, watch, fields } = service;
  const found: [kind: string, field: string][] = Object.entries(watch.signals).flatMap(([field, detectors]) =>
    detectors.map((detector): [string, string] => [detector, field]),
  );
  if (watch.stoppage) found.push(['stoppage', output ?? signal ?? '']);
  if (watch.highErrorRate !== undefined) found.push(['high-error-rate', reject ?? '']);
  if (watch.lowEfficiency !== undefined) found.push(['low-efficiency', output ?? '']);
  for (const name of watch.spikes) found.push(['spike', name]);
  if (watch.silentFields) for (const { name } of fields.filter(mayFallSilent)) found.push(['silent-field', name]);
  if (watch.together !== undefined) found.push(['multivariate', watch.together.join('+')]);
  const anomalies = new Map<string, string[]>();
  for (const [kind, field] of found) anomalies.set(kind, [...(anomalies.get(kind) ?? []), field]);
  return { signals: [...derive.map(({ name }) => name), ...(output === undefined ? [] : [SPEED])], anomalies };
}

const mayFallSilent = (field: Field): boolean => roleOf(field) === 'gauge' || roleOf(field) === 'counter';
