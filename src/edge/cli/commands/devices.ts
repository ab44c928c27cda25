/** Commands about devices, their criteria and shift plans. */
import type { Command } from 'commander';
import { z } from 'zod';
import type {
  Criterion,
  CriterionChange,
  Device,
  NewCriterionSettings,
  NewShiftPlan,
  ShiftPlan,
  ShiftPlanChange,
} from '../../../client/wire-measurements.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { SEVERITIES } from '../../../measurements/anomaly/anomaly.ts';
import { DETECTORS } from '../../../measurements/anomaly/detector-name.ts';
import { addGroup, addLeaf, type Flag } from '../leaf.ts';
import { readJson, type Shell } from '../shell.ts';
import { actorText, numberText, table, timeText } from '../table.ts';
import { addDeviceChanges, DEVICE_FLAGS, deviceOptions, fieldsText, parseField } from './device-changes.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

export function addDeviceCommands(program: Command, shell: Shell): void {
  addDevices(program, shell);
  addCriteria(program, shell);
  addShiftPlans(program, shell);
}

function addDevices(program: Command, shell: Shell): void {
  const devices = addGroup(program, 'devices', 'What sends measurements.');
  addLeaf(devices, shell, {
    name: 'ls',
    about: 'Lists devices.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['devices', 'devices ls --json'],
    run: async ({ options }) => {
      const page = await shell.client().devices.list(options);
      return {
        json: page,
        text: table(page.items, DEVICE_COLUMNS, { empty: 'No devices.', width: shell.out.columns }),
      };
    },
  });
  addLeaf(devices, shell, {
    name: 'add <id>',
    about: 'Makes a device known.',
    flags: [
      {
        flags: '--field <field>',
        about: 'a field: name, name:unit, or name:unit:min:max; several times',
        isList: true,
      },
      ...DEVICE_FLAGS,
    ],
    options: z.object({ field: z.array(z.string()).default([]), ...deviceOptions }),
    examples: [
      'devices add press-1 --field temperature:°C:0:150',
      'devices add press-2 --line north --field temperature --field pressure:bar',
      'devices add SAU-ME-01 --service brick-production --ideal-cycle 0.6s',
    ],
    run: async ({ args: [id = ''], options: { field, ...rest } }) => {
      if (field.length === 0 && rest.service === undefined)
        throw new MillraceError('cli.usage', { problem: 'a device has a --service, or at least one --field' });
      const fields = field.length === 0 ? {} : { fields: field.map(parseField) };
      const device = await shell.client().devices.create({ id, ...rest, ...fields });
      return { json: device, text: `The device ${device.id} is known, with ${fieldsText(device)}.` };
    },
  });
  addDeviceChanges(devices, shell);
}

export const LIMIT_FLAGS: readonly Flag[] = [
  { flags: '--limit <limit>', about: 'a number, or low:high with --direction outside' },
  { flags: '--direction <direction>', about: 'where it fires', choices: ['above', 'below', 'outside'] },
  { flags: '--duration <duration>', about: 'how long the signal must stay there' },
  { flags: '--hysteresis <number>', about: 'how far it must come back to clear' },
  { flags: '--field <field>', about: 'the field it looks at' },
  {
    flags: '--detector <detector>',
    about: 'looks at the score of this detector on the field',
    choices: DETECTORS,
  },
  { flags: '--enable', about: 'switches it on' },
  { flags: '--disable', about: 'switches it off' },
];
/** Of a criterion on an anomaly. */
const CRITERION_FLAGS: readonly Flag[] = [
  ...LIMIT_FLAGS,
  { flags: '--anomaly <kind>', about: 'fires on such an anomaly that the service of the device finds: stoppage' },
  { flags: '--min-severity <severity>', about: 'of an anomaly: at least so severe', choices: SEVERITIES },
];
export const limitOptions = z.object({
  limit: z
    .string()
    .transform((text, context) => {
      const [low = Number.NaN, high, ...more] = text
        .split(':')
        .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
      if (Number.isNaN(low) || Number.isNaN(high) || more.length > 0)
        context.addIssue({ code: 'custom', message: 'is a number, or low:high' });
      return high === undefined ? low : { low, high };
    })
    .exactOptional(),
  direction: z.enum(['above', 'below', 'outside']).exactOptional(),
  duration: z.string().exactOptional(),
  hysteresis: z.coerce.number().exactOptional(),
  field: z.string().exactOptional(),
  detector: z.string().exactOptional(),
  enable: z.boolean().exactOptional(),
  disable: z.boolean().exactOptional(),
});

const criterionOptions = limitOptions.extend({
  anomaly: z.string().exactOptional(),
  minSeverity: z.enum(SEVERITIES).exactOptional(),
});

export function settingsOf({
  field,
  detector,
  enable,
  disable,
  anomaly,
  minSeverity,
  ...rest
}: z.output<typeof criterionOptions>): CriterionChange {
  if (anomaly !== undefined && detector !== undefined)
    throw new MillraceError('cli.usage', { problem: '--anomaly and --detector exclude each other' });
  if (minSeverity !== undefined && anomaly === undefined)
    throw new MillraceError('cli.usage', { problem: '--min-severity needs --anomaly' });
  if (detector !== undefined && field === undefined)
    throw new MillraceError('cli.usage', { problem: '--detector needs --field' });
  if (enable === true && disable === true)
    throw new MillraceError('cli.usage', { problem: '--enable and --disable exclude each other' });
  return {
    ...rest,
    ...(field !== undefined &&
      anomaly === undefined && { signal: { field, ...(detector !== undefined && { detector }) } }),
    ...(anomaly !== undefined && {
      signal: { anomaly, ...(field !== undefined && { field }), ...(minSeverity !== undefined && { minSeverity }) },
    }),
    ...((enable ?? disable) === true && { enabled: enable === true }),
  } as CriterionChange;
}

function addCriteria(program: Command, shell: Shell): void {
  const criteria = addGroup(program, 'criteria', 'When a signal of a device matters.');
  addLeaf(criteria, shell, {
    name: 'ls',
    about: 'Lists criteria and where they stand.',
    isDefault: true,
    flags: [{ flags: '--device <id>', about: 'of one device' }, ...LIST_FLAGS],
    options: z.object({ device: z.string().exactOptional(), ...listOptions }),
    examples: ['criteria', 'criteria ls --device press-1'],
    run: async ({ options }) => {
      const page = await shell.client().criteria.list(options);
      return {
        json: page,
        text: table(page.items, CRITERION_COLUMNS, { empty: 'No criteria.', width: shell.out.columns }),
      };
    },
  });
  addLeaf(criteria, shell, {
    name: 'add <device> <name>',
    about: 'Makes a criterion for a device.',
    flags: CRITERION_FLAGS,
    options: criterionOptions,
    examples: [
      'criteria add press-1 A --field temperature --detector z-score --direction above --limit 4',
      'criteria add press-1 C --field temperature --direction outside --limit 10:90 --duration 5m',
      'criteria add SAU-ME-01 stopped --anomaly stoppage --min-severity major',
    ],
    run: async ({ args: [device = '', name = ''], options }) => {
      const criterion = await shell
        .client()
        .criteria.create({ device, name, settings: settingsOf(options) as NewCriterionSettings });
      return {
        json: criterion,
        text: `The criterion ${criterion.id} judges the next reading: ${settingsText(criterion)}.`,
      };
    },
  });
  addLeaf(criteria, shell, {
    name: 'set <id>',
    about: 'Changes the given parts of a criterion; the next reading is judged by them.',
    flags: CRITERION_FLAGS,
    options: criterionOptions,
    examples: ['criteria set press-1.A --limit 4.5', 'criteria set press-1.A --disable'],
    run: async ({ args: [id = ''], options }) => {
      const change = settingsOf(options);
      if (Object.keys(change).length === 0)
        throw new MillraceError('cli.usage', { problem: 'nothing to set was named' });
      const criterion = await shell.client().criteria.change(id, change);
      return {
        json: criterion,
        text: `The criterion ${criterion.id} is now version ${criterion.version}: ${settingsText(criterion)}.`,
      };
    },
  });
}

function addShiftPlans(program: Command, shell: Shell): void {
  const plans = addGroup(program, 'shift-plans', 'When the lines work.');
  addLeaf(plans, shell, {
    name: 'ls',
    about: 'Lists shift plans.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['shift-plans'],
    run: async ({ options }) => {
      const page = await shell.client().shiftPlans.list(options);
      return {
        json: page,
        text: table(page.items, PLAN_COLUMNS, { empty: 'No shift plans.', width: shell.out.columns }),
      };
    },
  });
  addLeaf(plans, shell, {
    name: 'add <file>',
    about: 'Makes a shift plan from a JSON file.',
    examples: ['shift-plans add two-shifts.json'],
    run: async ({ args: [file = ''] }) => {
      const plan = await shell.client().shiftPlans.create(readJson(file) as NewShiftPlan);
      return { json: plan, text: `The shift plan ${plan.id} holds.` };
    },
  });
  addLeaf(plans, shell, {
    name: 'set <id> <file>',
    about: 'Changes the parts of a shift plan that a JSON file names.',
    examples: ['shift-plans set two-shifts holidays.json'],
    run: async ({ args: [id = '', file = ''] }) => {
      const plan = await shell.client().shiftPlans.change(id, readJson(file) as ShiftPlanChange);
      return { json: plan, text: `The shift plan ${plan.id} is now version ${plan.version}.` };
    },
  });
}

export function settingsText({ settings }: Pick<Criterion, 'settings'>): string {
  const state = settings.enabled ? '' : ', switched off';
  const duration = settings.duration === '0s' ? '' : ` for ${settings.duration}`;
  if ('of' in settings) return `${settings.atLeast} of ${settings.of.join(', ')}${duration}${state}`;
  if (!('limit' in settings)) {
    const { anomaly, field, minSeverity } = settings.signal;
    const severity = minSeverity === undefined ? '' : `, ${minSeverity} at least`;
    return `${anomaly}${field === undefined ? '' : ` of ${field}`}${severity}${duration}${state}`;
  }
  const { signal, limit, direction } = settings;
  const name = signal.detector === undefined ? signal.field : `${signal.detector} of ${signal.field}`;
  return `${name} ${direction} ${typeof limit === 'number' ? limit : `${limit.low} to ${limit.high}`}${duration}${state}`;
}

const DEVICE_COLUMNS = [
  { title: 'id', value: ({ id }: Device) => id },
  { title: 'name', value: ({ name }: Device) => name },
  { title: 'line', value: ({ line }: Device) => line },
  { title: 'fields', value: fieldsText },
  { title: 'last seen', value: ({ lastSeenAt }: Device) => timeText(lastSeenAt) },
] as const;

const CRITERION_COLUMNS = [
  { title: 'id', value: ({ id }: Criterion) => id },
  { title: 'fires when', value: settingsText },
  { title: 'state', value: ({ state }: Criterion) => (state.active ? 'fired' : 'quiet') },
  { title: 'last value', value: ({ state }: Criterion) => numberText(state.value) },
  { title: 'version', value: ({ version }: Criterion) => version },
  { title: 'changed by', value: ({ updatedBy }: Criterion) => actorText(updatedBy) },
] as const;

const PLAN_COLUMNS = [
  { title: 'id', value: ({ id }: ShiftPlan) => id },
  { title: 'time zone', value: ({ timeZone }: ShiftPlan) => timeZone },
  { title: 'lines', value: ({ lines }: ShiftPlan) => lines.join(', ') },
  {
    title: 'shifts',
    value: ({ rules }: ShiftPlan) => rules.map(({ name, from, to }) => `${name} ${from}-${to}`).join(', '),
  },
] as const;
