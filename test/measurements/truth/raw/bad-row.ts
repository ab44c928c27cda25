/** Rows that cannot be measurements, or say something wrong: each takes the place of a good reading, which is lost. */
import type { DeviceSettings } from '../settings.ts';
import type { BadRow, QuarantineCode } from './tag.ts';

export type Reading = { readonly ts: number; readonly receivedAt: number; readonly values: Float64Array };
/** A row that is refused on arrival, as it comes over the wire. */
export type Refused = { readonly source: unknown; readonly verdict: QuarantineCode };
export type Values = Record<string, unknown>;

const DAY_MS = 24 * 3_600_000;
/** A counter below this, times 1,000, could be growth after a long silence. */
const LEAST_COUNT = 1_000;

/** The row as the device sends it. An absent value is NaN. */
export function sourceOf(
  settings: DeviceSettings,
  ts: number,
  values: Float64Array,
): { device: string; ts: number; values: Values } {
  const named: Values = {};
  for (let place = 0; place < settings.fields.length; place++) {
    const value = values[place]!;
    if (Number.isNaN(value)) continue;
    const field = settings.fields[place]!;
    named[field.name] = field.values === undefined ? value : field.values[value];
  }
  return { device: settings.id, ts, values: named };
}

/** Undefined: this reading cannot be spoilt in that way. */
export function refusedRow(kind: BadRow, settings: DeviceSettings, reading: Reading): Refused | undefined {
  const row = sourceOf(settings, reading.ts, reading.values);
  const { name } = settings.fields[0]!;
  const replaced = (value: unknown): unknown => ({ ...row, values: { ...row.values, [name]: value } });
  switch (kind) {
    case 'null':
      return { source: replaced(null), verdict: 'not-a-number' };
    case 'text':
      return { source: replaced(String(reading.values[0])), verdict: 'not-a-number' };
    case 'nan-text':
      return { source: replaced('NaN'), verdict: 'not-a-number' };
    case 'negative':
      return { source: replaced(-5), verdict: 'out-of-range' };
    case 'absent-field':
      return { source: without(row, name), verdict: 'missing-field' };
    case 'future-time':
      return { source: { ...row, ts: reading.receivedAt + DAY_MS }, verdict: 'future-time' };
    case 'wrong-device':
      return { source: { ...row, device: `${row.device}-old` }, verdict: 'unknown-device' };
    case 'malformed-time':
      return { source: { ...row, ts: 'yesterday' }, verdict: 'malformed-time' };
    case 'malformed-row':
      return { source: { device: row.device, ts: row.ts }, verdict: 'malformed-row' };
    case 'unknown-value':
      return settings.signal === undefined
        ? undefined
        : { source: { ...row, values: { ...row.values, [settings.signal]: 'AUTO?' } }, verdict: 'unknown-value' };
    case 'wrong-unit':
      return wrongUnit(settings, row);
    default:
      return kind satisfies never;
  }
}

function without<Row extends { readonly values: Values }>(row: Row, name: string): Row {
  const { [name]: _, ...values } = row.values;
  return { ...row, values };
}

/** A fraction instead of percent, kelvin instead of °C, thousandths of a counter that has a greatest value. */
function wrongUnit({ kind, fields }: DeviceSettings, row: { readonly values: Values }): Refused | undefined {
  const changed = (name: string, change: (value: number) => number): Refused => ({
    source: { ...row, values: { ...row.values, [name]: change(row.values[name] as number) } },
    verdict: 'out-of-range',
  });
  if (kind === 'moisture') return changed('moisture', (percent) => percent / 100);
  if (kind === 'machine') return changed('temperature', (celsius) => celsius + 273.15);
  const [count] = fields;
  return count?.max === undefined || (row.values.count as number) < LEAST_COUNT
    ? undefined
    : changed('count', (value) => value * 1_000);
}

/** On a counter without a greatest value the same is a jump, which nobody can see on arrival. */
export function spoilCount({ kind, fields }: DeviceSettings, values: Float64Array): boolean {
  if (kind !== 'brick' || fields[0]?.max !== undefined || values[0]! < LEAST_COUNT) return false;
  values[0]! *= 1_000;
  return true;
}
