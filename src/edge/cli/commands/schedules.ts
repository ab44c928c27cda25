/** Commands about schedules: jobs that are made at set times. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Schedule } from '../../../client/wire-jobs.ts';
import { BACKFILLS } from '../../../jobs/schedule.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import { readValue, type Shell } from '../shell.ts';
import { table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

export function addScheduleCommands(program: Command, shell: Shell): void {
  const schedules = addGroup(program, 'schedules', 'Jobs that are made at set times.');
  addLeaf(schedules, shell, {
    name: 'ls',
    about: 'Lists schedules by name.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['schedules', 'schedules ls --json'],
    run: async ({ options }) => {
      const page = await shell.client().schedules.list(options);
      return { json: page, text: table(page.items, COLUMNS, { empty: 'No schedules.', width: shell.out.columns }) };
    },
  });
  addSet(schedules, shell);
  for (const turn of ['pause', 'resume'] as const) {
    addLeaf(schedules, shell, {
      name: `${turn} <name>`,
      about:
        turn === 'pause'
          ? 'Lets the times of a schedule pass by; they are not made up for.'
          : 'Lets a schedule make jobs again, from its next time on.',
      examples: [`schedules ${turn} early-report`],
      run: async ({ args: [name = ''] }) => {
        const changed = await shell.client().schedules[turn](name);
        return { json: changed, text: `${name} ${changed.isPaused ? 'is paused' : `goes on${nextText(changed)}`}.` };
      },
    });
  }
  addLeaf(schedules, shell, {
    name: 'rm <name>',
    about: 'Removes a schedule; jobs that it has made stay.',
    examples: ['schedules rm early-report'],
    run: async ({ args: [name = ''] }) => {
      await shell.client().schedules.remove(name);
      return { json: { name }, text: `${name} is removed.` };
    },
  });
}

function addSet(schedules: Command, shell: Shell): void {
  addLeaf(schedules, shell, {
    name: 'set <name>',
    about: 'Makes or replaces a schedule; it counts from now on.',
    flags: [
      { flags: '--kind <kind>', about: 'of the jobs that it makes', isRequired: true },
      { flags: '--cron <pattern>', about: 'when: a cron pattern of five or six fields' },
      { flags: '--every <duration>', about: 'or how often' },
      { flags: '--time-zone <zone>', about: 'of the pattern (default: that of the plant)' },
      { flags: '--payload <json>', about: 'JSON, @file, or - for what comes in; an object gets scheduledAt' },
      {
        flags: '--backfill <which>',
        about: 'which of the times that passed while nothing ran are made up for (default: last)',
        choices: BACKFILLS,
      },
      { flags: '--single', about: 'no new job while the last one lives' },
      { flags: '--priority <n>', about: 'higher is sooner (default: 0)' },
      { flags: '--key <key>', about: 'jobs of one kind and key keep their order' },
    ],
    options: z.object({
      kind: z.string(),
      cron: z.string().exactOptional(),
      every: z.string().exactOptional(),
      timeZone: z.string().exactOptional(),
      payload: z.string().exactOptional(),
      backfill: z.enum(BACKFILLS).exactOptional(),
      single: z.boolean().default(false),
      priority: z.coerce.number().int().exactOptional(),
      key: z.string().exactOptional(),
    }),
    examples: [
      `schedules set early-report --kind report.render --cron '0 6 * * 1-5' --time-zone Europe/Berlin --single`,
      `schedules set ping --kind press.ping --every 30s --payload '{"line":"a"}'`,
    ],
    run: async ({ args: [name = ''], options: { single, payload, ...given } }) => {
      const set = await shell.client().schedules.set(name, {
        ...given,
        isSingle: single,
        ...(payload !== undefined && { payload: readValue('--payload', payload) }),
      });
      return { json: set, text: `${name} is set${nextText(set)}.` };
    },
  });
}

const nextText = ({ nextAt }: Schedule): string => (nextAt === null ? '' : `; next at ${timeText(nextAt)}`);

const COLUMNS = [
  { title: 'name', value: ({ name }: Schedule) => name },
  { title: 'kind', value: ({ kind }: Schedule) => kind },
  {
    title: 'when',
    value: ({ cron, every, timeZone }: Schedule) => (cron === null ? `every ${every}` : `${cron} ${timeZone}`),
  },
  { title: 'state', value: ({ isPaused }: Schedule) => (isPaused ? 'paused' : 'running') },
  { title: 'next', value: ({ nextAt }: Schedule) => timeText(nextAt) },
  { title: 'last', value: ({ lastAt }: Schedule) => timeText(lastAt) },
  { title: 'skipped', value: ({ skipped }: Schedule) => skipped },
] as const;
