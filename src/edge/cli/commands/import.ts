/** Commands that bring measurements in from files, and hold what was found in them against what is known. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Labels, Report, ReportRequest } from '../../../client/wire-measurements.ts';
import { DEFAULT_BATCH_ROWS, type ImportResult, importFile, MAX_BATCH_ROWS } from '../import/import-file.ts';
import { addLeaf } from '../leaf.ts';
import { openProgressBar } from '../progress-bar.ts';
import { readJson, type Shell } from '../shell.ts';
import { table, timeText } from '../table.ts';

export function addImportCommands(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'import <file>',
    about:
      'Stores and analyses the measurements of a CSV or NDJSON file; with --replay each is judged as if it came at its own time.',
    flags: [
      { flags: '--device <id>', about: 'the device; it is made when it is not known yet' },
      { flags: '--field <name>', about: 'the field of the one value column' },
      { flags: '--map <column=field>', about: 'a column and its field; several times', isList: true },
      {
        flags: '--time-column <column>',
        about: 'the column of the times (default: the one that is called like a time)',
      },
      { flags: '--format <format>', about: 'what the file is (default: by its name)', choices: ['csv', 'ndjson'] },
      { flags: '--replay', about: 'feed the live path in event time: criteria fire and processes start' },
      { flags: '--skip <rows>', about: 'go on behind so many rows of the file' },
      {
        flags: '--batch <rows>',
        about: `rows of one call, at most ${MAX_BATCH_ROWS} (default: ${DEFAULT_BATCH_ROWS})`,
      },
    ],
    options: z.object({
      device: z.string().optional(),
      field: z.string().optional(),
      map: z.array(z.string()).default([]),
      timeColumn: z.string().optional(),
      format: z.enum(['csv', 'ndjson']).optional(),
      replay: z.boolean().default(false),
      skip: z.coerce.number().int().min(0).default(0),
      batch: z.coerce.number().int().min(1).max(MAX_BATCH_ROWS).default(DEFAULT_BATCH_ROWS),
    }),
    examples: [
      'import temperatures.csv --device press-1 --field temperature',
      'import shift.csv --device press-1 --map temp_c=temperature --map p=pressure --replay',
      'import rows.ndjson',
    ],
    run: async ({ args: [file = ''], options: { replay, format, ...rest } }) => {
      const begun = performance.now();
      const bar = openProgressBar(shell.err, () => performance.now());
      const isCsv = format === undefined ? !/\.(ndjson|jsonl)$/i.test(file) : format === 'csv';
      const request = {
        file,
        ...rest,
        device: rest.device,
        field: rest.field,
        timeColumn: rest.timeColumn,
        format: isCsv ? 'csv' : 'ndjson',
        mode: replay ? 'replay' : 'import',
      } as const;
      const result = await untilStopped((signal) =>
        importFile(shell.client(), request, { bar, now: () => performance.now(), signal }),
      );
      const seconds = Math.round((performance.now() - begun) / 10) / 100;
      return { json: { ...result, seconds }, text: importText(result, seconds) };
    },
  });
}

/** The first SIGINT (Ctrl-C) stops in order, a second one at once. */
async function untilStopped<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once('SIGINT', abort);
  try {
    return await run(stop.signal);
  } finally {
    process.off('SIGINT', abort);
  }
}

export function addReportCommand(analyze: Command, shell: Shell): void {
  addLeaf(analyze, shell, {
    name: 'report',
    about: 'Compares the anomalies of a device with labelled windows.',
    flags: [
      { flags: '--device <id>', about: 'the device', isRequired: true },
      { flags: '--labels <file>', about: 'JSON: a list of [from, to], or such lists by series', isRequired: true },
      { flags: '--series <key>', about: 'which of the labels' },
    ],
    options: z.object({ device: z.string(), labels: z.string(), series: z.string().exactOptional() }),
    examples: [
      'analyze report --device press-1 --labels combined_windows.json --series realKnownCause/machine_temperature_system_failure.csv',
    ],
    run: async ({ options: { device, labels: file, series } }) => {
      const labels = readJson(file) as Labels;
      const report = await shell.client().measurements.report(requestOf({ device, labels, series }));
      return { json: report, text: reportText(report, shell.out.columns) };
    },
  });
}

/** Of a file with the labels of many series only the one that is meant travels. */
function requestOf({
  device,
  labels,
  series,
}: {
  readonly device: string;
  readonly labels: Labels;
  readonly series: string | undefined;
}): ReportRequest {
  if (series === undefined) return { device, labels };
  const own = !Array.isArray(labels) && labels !== null && Object.hasOwn(labels, series) ? labels[series] : undefined;
  return own === undefined ? { device, labels, series } : { device, labels: own };
}

function importText({ rows, stored, duplicate, quarantined, reasons }: ImportResult, seconds: number): string {
  const why = Object.entries(reasons).map(([code, number]) => `${number} ${code}`);
  return [
    `${rows} rows in ${seconds} s: ${stored} stored, ${duplicate} known already, ${quarantined} in quarantine.`,
    ...(why.length > 0 ? [`In quarantine: ${why.join(', ')}. "millrace quarantine" shows them.`] : []),
  ].join('\n');
}

function reportText(
  { device, hit, missed, falseAlarms, anomalies, windows, detectors, scoredFrom }: Report,
  width: number,
): string {
  const rows = [['all', { hit, missed, falseAlarms, anomalies }] as const, ...Object.entries(detectors)];
  const scores = table(
    rows,
    [
      { title: 'detector', value: ([name]) => name },
      { title: 'anomalies', value: ([, score]) => score.anomalies },
      { title: 'windows hit', value: ([, score]) => score.hit },
      { title: 'windows missed', value: ([, score]) => score.missed },
      { title: 'false alarms', value: ([, score]) => score.falseAlarms },
    ],
    { empty: '', width },
  );
  const seen = table(
    windows,
    [
      { title: 'from', value: ({ from }) => timeText(from) },
      { title: 'to', value: ({ to }) => timeText(to) },
      { title: 'verdict', value: ({ isHit, delay }) => (isHit ? `hit after ${delay}` : 'missed') },
    ],
    { empty: 'No windows.', width },
  );
  return `${device}, scored from ${timeText(scoredFrom)}\n\n${scores}\n\n${seen}`;
}
