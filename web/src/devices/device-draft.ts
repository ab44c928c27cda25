/** A device while it is being declared or changed. Pure. */
import type { Device, DeviceChange, Field, NewDevice } from '../api/measurements.ts';

/** '' while it holds no number. */
type NumberField = number | '';

/** What a form changes of a field. Whatever else the field has stays as it is in `rest`. */
export type FieldDraft = {
  /** Tells rows of the form apart. */
  readonly row: number;
  readonly rest: Omit<Field, 'name' | 'role' | 'unit' | 'min' | 'max' | 'maxRate' | 'values' | 'required'>;
  readonly name: string;
  readonly role: NonNullable<Field['role']>;
  readonly unit: string;
  readonly min: NumberField;
  readonly max: NumberField;
  /** Of a counter: items per second at most. */
  readonly maxRate: NumberField;
  /** Of a label: what it can say, with commas between. */
  readonly values: string;
  readonly required: boolean;
};
export type DeviceDraft = {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  readonly service: string | null;
  readonly idealCycle: string;
  readonly fields: readonly FieldDraft[];
};

/** What a field of the form can be; what a state says is declared in a file. */
export const FORM_ROLES = ['gauge', 'counter', 'label'] as const;

export const newField = (row: number): FieldDraft => fieldDraftOf({ name: '' }, row);
export const newDraft = (): DeviceDraft => ({
  ...{ id: '', name: '', line: '', service: null, idealCycle: '' },
  fields: [newField(0)],
});

export const draftOf = ({ id, name, line, service, idealCycle, fields }: Device): DeviceDraft => ({
  ...{ id, name, line, service, idealCycle: idealCycle ?? '' },
  fields: fields.map(fieldDraftOf),
});

function fieldDraftOf(field: Field, row: number): FieldDraft {
  const { name, role = 'gauge', unit = '', min = '', max = '', maxRate = '', ...others } = field;
  const { values = [], required = false, ...rest } = others;
  return { row, rest, name, role, unit, min, max, maxRate, values: values.join(', '), required };
}

export const nextRow = (fields: readonly FieldDraft[]): number => Math.max(-1, ...fields.map(({ row }) => row)) + 1;

/** Why it cannot be sent yet; undefined: it can. Everything else is the server's to judge. */
export function problemOf({ id, service, fields }: DeviceDraft): 'id' | 'fields' | 'name' | 'twice' | undefined {
  if (id.trim() === '') return 'id';
  if (fields.length === 0 && service === null) return 'fields';
  const names = fields.map(({ name }) => name.trim());
  // A device of a service may leave out its fields: one empty row is none.
  if (names.includes('') && !(service !== null && names.length === 1)) return 'name';
  return new Set(names).size < names.length ? 'twice' : undefined;
}

export function newDeviceOf({ id, name, line, service, idealCycle, fields }: DeviceDraft): NewDevice {
  const named = fields.filter((field) => field.name.trim() !== '');
  return {
    id: id.trim(),
    ...(name.trim() !== '' && { name: name.trim() }),
    ...(line.trim() !== '' && { line: line.trim() }),
    ...(service !== null && { service }),
    ...(idealCycle.trim() !== '' && { idealCycle: idealCycle.trim() }),
    ...(named.length > 0 && { fields: named.map(fieldOf) }),
  };
}

/** Only what differs; undefined: nothing does. */
export function changeOf(draft: DeviceDraft, device: Device): DeviceChange | undefined {
  const fields = draft.fields.map(fieldOf);
  const idealCycle = draft.idealCycle.trim() === '' ? null : draft.idealCycle.trim();
  const before = draftOf(device).fields.map(fieldOf);
  const change: DeviceChange = {
    ...(draft.name.trim() !== device.name && { name: draft.name.trim() }),
    ...(draft.line.trim() !== device.line && { line: draft.line.trim() }),
    ...(draft.service !== device.service && { service: draft.service }),
    ...(idealCycle !== device.idealCycle && { idealCycle }),
    ...(JSON.stringify(fields) !== JSON.stringify(before) && { fields }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

function fieldOf({ rest, name, role, unit, min, max, maxRate, values, required }: FieldDraft): Field {
  const texts = values.split(',').flatMap((text) => (text.trim() === '' ? [] : [text.trim()]));
  const isText = role === 'label' || role === 'state';
  return {
    ...rest,
    ...{ name: name.trim(), role },
    ...(unit.trim() !== '' && { unit: unit.trim() }),
    ...(!isText && min !== '' && { min }),
    ...(!isText && max !== '' && { max }),
    ...(role === 'counter' && maxRate !== '' && { maxRate }),
    ...(isText && texts.length > 0 && { values: texts }),
    ...(required && { required }),
  };
}
