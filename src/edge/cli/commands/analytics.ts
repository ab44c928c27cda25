/** The command that tells where the time of a definition's instances goes. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { DefinitionAnalytics, StepAnalytics } from '../../../client/wire-analytics.ts';
import { formatDuration, parseDuration } from '../../../kernel/duration.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { facts, labelText, table } from '../table.ts';

export function addAnalyticsCommand(program: Command, shell: Shell): void {
  const definitions = addGroup(program, 'definitions', 'What is known of process definitions.');
  addLeaf(definitions, shell, {
    name: 'analytics <key>',
    about: 'Tells where the time of instances goes: for each step how often, how long, and how it ended.',
    flags: [
      { flags: '--version <number>', about: 'of one version (default: all)' },
      { flags: '--from <time>', about: 'of this day (UTC) and later; ISO 8601' },
      { flags: '--to <time>', about: 'of this day (UTC) and earlier; ISO 8601' },
    ],
    options: z.object({
      version: z.coerce.number().int().min(1).exactOptional(),
      from: z.string().exactOptional(),
      to: z.string().exactOptional(),
    }),
    examples: [
      'definitions analytics equipment-defect',
      'definitions analytics equipment-defect --from 2026-05-01T00:00:00Z',
    ],
    run: async ({ args: [key = ''], options }) => {
      const analytics = await shell.client().definitions.analytics(key, options);
      return { json: analytics, text: textOf(analytics, shell.out.columns) };
    },
  });
}

function textOf({ since, instances, steps }: DefinitionAnalytics, width: number): string {
  const { started, completed, cancelled, active, durations } = instances;
  const known = steps.filter(({ begun, ended, active: now }) => begun + ended + now > 0);
  return [
    facts([
      ['counted since', since?.slice(0, 10) ?? 'nothing was counted yet'],
      ['instances', `${started} started, ${completed} completed, ${cancelled} cancelled, ${active} active`],
      ['took', durations && `${short(durations.p50)} in half of the cases, ${short(durations.p90)} in nine of ten`],
    ]),
    '',
    table(known, COLUMNS, { empty: 'No step was begun in that time.', width }),
  ].join('\n');
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
/** In its two largest units. */
const short = (duration: string): string => {
  const ms = parseDuration(duration);
  const unit = [86_400_000, 3_600_000, 60_000, 1_000].find((size) => ms >= size) ?? 1;
  const parts = { 86400000: 3_600_000, 3600000: 60_000, 60000: 1_000, 1000: 100, 1: 1 }[unit] ?? 1;
  return formatDuration(Math.round(ms / parts) * parts);
};

const COLUMNS = [
  { title: 'step', value: ({ node, name }: StepAnalytics) => labelText(name) || node },
  { title: 'begun', value: ({ begun }: StepAnalytics) => begun },
  { title: 'ended', value: ({ ended }: StepAnalytics) => ended },
  { title: 'now', value: ({ active }: StepAnalytics) => active },
  { title: 'median', value: ({ durations }: StepAnalytics) => durations && short(durations.p50) },
  { title: '90 %', value: ({ durations }: StepAnalytics) => durations && short(durations.p90) },
  { title: 'waiting', value: ({ split }: StepAnalytics) => split && short(split.waiting) },
  { title: 'at work', value: ({ split }: StepAnalytics) => split && short(split.work) },
  { title: 'share', value: ({ share }: StepAnalytics) => (share === null ? '' : percent(share)) },
  { title: 'outcomes', value: outcomesText },
  { title: 'incidents', value: ({ incidents }: StepAnalytics) => incidents || '' },
];

function outcomesText({ outcomes, interrupted }: StepAnalytics): string {
  const told = outcomes.map(({ outcome, share }) => `${outcome} ${percent(share)}`);
  return [...told, ...(interrupted > 0 ? [`interrupted ${interrupted}`] : [])].join(', ');
}
