/** Commands about rows that could not be taken in. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { QuarantinedRow, RetryResult } from '../../../client/wire-measurements.ts';
import { QUARANTINE_CODES } from '../../../measurements/ingest/quarantine.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { table } from '../table.ts';
import { waitForJob } from '../wait-for-job.ts';

/** Of a row, in a list. */
const SHOWN_CHARACTERS = 80;
const which = {
  flags: [
    { flags: '--device <id>', about: 'of one device' },
    { flags: '--code <code>', about: 'refused for one reason', choices: QUARANTINE_CODES },
  ],
  options: { device: z.string().exactOptional(), code: z.enum(QUARANTINE_CODES).exactOptional() },
};

export function addQuarantineCommands(program: Command, shell: Shell): void {
  const quarantine = addGroup(program, 'quarantine', 'Rows that could not be taken in, each with the reason.');
  addLeaf(quarantine, shell, {
    name: 'ls',
    isDefault: true,
    about: 'Lists refused rows, the latest first.',
    flags: [
      ...which.flags,
      { flags: '--limit <count>', about: 'at most so many' },
      { flags: '--cursor <cursor>', about: 'where to go on' },
    ],
    options: z.object({
      ...which.options,
      limit: z.coerce.number().int().min(1).max(1_000).exactOptional(),
      cursor: z.string().exactOptional(),
    }),
    examples: ['quarantine', 'quarantine ls --device press-1 --code out-of-range'],
    run: async ({ options }) => {
      const page = await shell.client().measurements.quarantine(options);
      const columns = [
        { title: 'came', value: (row: QuarantinedRow) => row.at.slice(0, 19).replace('T', ' ') },
        { title: 'device', value: (row: QuarantinedRow) => row.device ?? '–' },
        { title: 'why', value: (row: QuarantinedRow) => row.code },
        { title: 'row', value: (row: QuarantinedRow) => shown(row) },
      ];
      const text = table(page.items, columns, { empty: 'Nothing is in quarantine.', width: shell.out.columns });
      return { json: page, text };
    },
  });
  addLeaf(quarantine, shell, {
    name: 'retry',
    about:
      'Takes refused rows in once more, after what they were refused for has been mended. They start no process; what is refused again stays.',
    flags: which.flags,
    options: z.object(which.options),
    examples: ['quarantine retry', 'quarantine retry --device press-1 --code unknown-field'],
    run: async ({ options }) => {
      const { job } = await shell.client().measurements.retryQuarantine(options);
      const result = (await waitForJob(shell, job, 'taking rows in')) as RetryResult;
      return { json: result, text: resultText(result) };
    },
  });
}

const shown = ({ row }: QuarantinedRow): string => {
  const text = typeof row === 'string' ? row : JSON.stringify(row);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
};

function resultText({ stored, duplicate, refused, unreadable }: RetryResult): string {
  const again = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  const lines = [
    `${stored} stored, ${duplicate} known already.`,
    again.length > 0 && `Refused again: ${again.join(', ')}.`,
    unreadable > 0 && `${unreadable} cannot be taken in: they were kept in part only, or are no JSON.`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}
