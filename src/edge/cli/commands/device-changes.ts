/** Commands about what is declared of one device. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Device, DeviceChange, Field } from '../../../client/wire-measurements.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addLeaf, type Flag } from '../leaf.ts';
import { readJson, type Shell } from '../shell.ts';
import { table, timeText } from '../table.ts';

export const DEVICE_FLAGS: readonly Flag[] = [
  { flags: '--service <service>', about: 'the measurement service that analyses it; brings its fields along' },
  { flags: '--name <name>', about: 'what people call it' },
  { flags: '--line <line>', about: 'the production line it stands in' },
  { flags: '--ideal-cycle <duration>', about: 'how long one piece takes at best' },
];
export const deviceOptions = {
  service: z.string().exactOptional(),
  name: z.string().exactOptional(),
  line: z.string().exactOptional(),
  idealCycle: z.string().exactOptional(),
};

export function addDeviceChanges(devices: Command, shell: Shell): void {
  addLeaf(devices, shell, {
    name: 'show <id>',
    about: 'Shows what is declared of a device: its fields, with their roles, ranges and units.',
    examples: ['devices show press-1', 'devices show press-1 --json'],
    run: async ({ args: [id = ''] }) => {
      const device = await shell.client().devices.get(id);
      return { json: device, text: deviceText(device, shell.out.columns) };
    },
  });
  addDeviceSet(devices, shell);
}

function addDeviceSet(devices: Command, shell: Shell): void {
  addLeaf(devices, shell, {
    name: 'set <id> [file]',
    about:
      'Changes what is declared of a device: by flags, or by the parts that a JSON file names. The next rows are judged by it; "quarantine retry" takes in those that were refused.',
    flags: [
      { flags: '--field <field>', about: 'adds a field, or changes its unit and range; several times', isList: true },
      { flags: '--remove-field <name>', about: 'takes a field away; several times', isList: true },
      ...DEVICE_FLAGS,
      { flags: '--expected-interval <duration>', about: 'how often it sends' },
      { flags: '--max-gap <duration>', about: 'after which its state is not known' },
    ],
    options: z.object({
      field: z.array(z.string()).default([]),
      removeField: z.array(z.string()).default([]),
      ...deviceOptions,
      expectedInterval: z.string().exactOptional(),
      maxGap: z.string().exactOptional(),
    }),
    examples: ['devices set press-1 --field temperature:°C:0:200 --line north', 'devices set press-1 press.json'],
    run: async ({ args: [id = '', file], options: { field, removeField, ...rest } }) => {
      const given = file === undefined ? {} : (readJson(file) as DeviceChange);
      const client = shell.client().devices;
      const edits = { set: field.map(parseField), removed: removeField };
      const areEdited = field.length + removeField.length > 0;
      const fields = areEdited ? { fields: editedFields(given.fields ?? (await client.get(id)).fields, edits) } : {};
      const change = { ...given, ...rest, ...fields };
      if (Object.keys(change).length === 0)
        throw new MillraceError('cli.usage', { problem: 'nothing to change: name a flag, or a file' });
      const device = await client.change(id, change);
      return { json: device, text: `The device ${device.id} has ${fieldsText(device)}.` };
    },
  });
}

/** What is given of a field replaces that part of it; its role and what else it has stay. */
function editedFields(
  fields: readonly Field[],
  { set, removed }: { readonly set: readonly Field[]; readonly removed: readonly string[] },
): Field[] {
  const unknown = removed.find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) throw new MillraceError('cli.usage', { problem: `there is no field "${unknown}"` });
  const kept = fields.filter(({ name }) => !removed.includes(name));
  const changed = kept.map((field) => ({ ...field, ...set.find(({ name }) => name === field.name) }));
  return [...changed, ...set.filter(({ name }) => !kept.some((field) => field.name === name))];
}

function deviceText(device: Device, width: number): string {
  const facts = [
    device.name !== device.id && device.name,
    device.line !== '' && `line ${device.line}`,
    device.service !== null && `analysed as ${device.service}`,
    device.idealCycle && `ideal cycle ${device.idealCycle}`,
    device.lastReadingAt && `last reading ${timeText(device.lastReadingAt)}`,
  ].filter(Boolean);
  const columns = [
    { title: 'field', value: (field: Field) => field.name },
    { title: 'role', value: (field: Field) => field.role ?? 'gauge' },
    { title: 'unit', value: (field: Field) => field.unit ?? '–' },
    { title: 'range', value: (field: Field) => rangeText(field) },
    { title: 'required', value: (field: Field) => (field.required === true ? 'yes' : '–') },
  ];
  return [[device.id, ...facts].join(' · '), '', table(device.fields, columns, { empty: 'No fields.', width })].join(
    '\n',
  );
}

const rangeText = ({ min, max, values }: Field): string => {
  if (values !== undefined) return values.join(', ');
  return min === undefined && max === undefined ? '–' : `${min ?? ''} … ${max ?? ''}`;
};

/** `temperature:°C:0:150` */
export function parseField(text: string): Field {
  const [name = '', unit = '', min = '', max = '', ...more] = text.split(':');
  const bounds = [min, max].map((bound) => (bound === '' ? undefined : Number(bound)));
  if (name === '' || more.length > 0 || bounds.some(Number.isNaN))
    throw new MillraceError('cli.usage', { problem: `--field ${text} is not name:unit:min:max` });
  return {
    name,
    ...(unit !== '' && { unit }),
    ...(bounds[0] !== undefined && { min: bounds[0] }),
    ...(bounds[1] !== undefined && { max: bounds[1] }),
  };
}

export const fieldsText = ({ fields }: Pick<Device, 'fields'>): string =>
  fields.map(({ name, unit }) => (unit === undefined ? name : `${name} (${unit})`)).join(', ');
