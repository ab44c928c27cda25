/** How well the detectors do on series that others have labelled. Runs here: no server and no store is asked. */
import type { Command } from 'commander';
import { z } from 'zod';
import { DETECTORS } from '../../../measurements/anomaly/detector-name.ts';
import { type NabResult, runNab } from '../../../measurements/benchmark/nab.ts';
import { readNabFolder } from '../../../measurements/benchmark/nab-folder.ts';
import { runSkab, SKAB_DETECTORS, type SkabResult } from '../../../measurements/benchmark/skab.ts';
import { readSkabFolder } from '../../../measurements/benchmark/skab-folder.ts';
import { addGroup, addLeaf, type Flag } from '../leaf.ts';
import { openProgressBar } from '../progress-bar.ts';
import type { Shell } from '../shell.ts';
import { type Column, table } from '../table.ts';

const SERIES_FLAG: Flag = { flags: '--series', about: 'shows each series too' };
const seriesOption = z.object({ series: z.boolean().default(false) });

export function addBenchmarkCommands(analyze: Command, shell: Shell): void {
  const benchmark = addGroup(
    analyze,
    'benchmark',
    'Scores every detector on labelled series, at the threshold it ships with.',
  );
  addLeaf(benchmark, shell, {
    name: 'nab <folder>',
    about:
      'Scores single signals by the rules of the Numenta Anomaly Benchmark: 0 for no alarm at all, 100 for perfect.',
    flags: [SERIES_FLAG],
    options: seriesOption,
    examples: ['analyze benchmark nab ../NAB/data', 'analyze benchmark nab ../NAB/data --series'],
    run: async ({ args: [folder = ''], options, shell: { out, err }, isJson }) => {
      const { series, missing } = readNabFolder(folder);
      const total = DETECTORS.length * series.reduce((rows, { times }) => rows + times.length, 0);
      const results = watched(runNab(series), { total, shell });
      const about = `${series.length} series${missing.length > 0 ? `; not in the folder, left out: ${missing.join(', ')}` : ''}`;
      if (isJson) {
        if (missing.length > 0) err.write(`${about}\n`);
        return void out.write(jsonLines(results, options.series));
      }
      const scores = table(results, NAB_COLUMNS, { empty: '', width: out.columns });
      const each = options.series ? results.map((result) => `\n\n${nabSeriesText(result, out.columns)}`) : [];
      return { json: undefined, text: `${about}\n\n${scores}${each.join('')}` };
    },
  });
  addLeaf(benchmark, shell, {
    name: 'skab <folder>',
    about:
      'Scores machines with several sensors by rows, as the Skoltech Anomaly Benchmark does; false and missed alarms in percent.',
    flags: [SERIES_FLAG],
    options: seriesOption,
    examples: ['analyze benchmark skab ../SKAB/data', 'analyze benchmark skab ../SKAB/data --json'],
    run: async ({ args: [folder = ''], options, shell: { out }, isJson }) => {
      const { files, unlabelled } = readSkabFolder(folder);
      const total = SKAB_DETECTORS.length * files.reduce((rows, { times }) => rows + times.length, 0);
      const results = watched(runSkab(files), { total, shell });
      if (isJson) return void out.write(jsonLines(results, options.series));
      const about = `${files.length} labelled files; ${unlabelled.length} without labels left out`;
      const scores = table(results, SKAB_COLUMNS, { empty: '', width: out.columns });
      const each = options.series ? results.map((result) => `\n\n${skabSeriesText(result, out.columns)}`) : [];
      return { json: undefined, text: `${about}\n\n${scores}${each.join('')}` };
    },
  });
}

/** Runs to the end while a bar grows. */
function watched<Result extends { readonly detector: string }>(
  steps: Iterable<{ readonly rows: number; readonly result?: Result }>,
  { total, shell }: { readonly total: number; readonly shell: Shell },
): Result[] {
  const bar = openProgressBar(shell.err, () => performance.now());
  const results: Result[] = [];
  let done = 0;
  for (const { rows, result } of steps) {
    done += rows;
    bar.show(done / total, `${done.toLocaleString('en')} rows`);
    if (result !== undefined) results.push(result);
  }
  bar.clear();
  return results;
}

/** One object a line and detector. */
const jsonLines = (results: readonly (NabResult | SkabResult)[], withSeries: boolean): string =>
  results
    .map(({ series, ...result }) => `${JSON.stringify(rounded(withSeries ? { ...result, series } : result))}\n`)
    .join('');

/** To a thousandth, also inside. What cannot be said of a part without windows is null, as JSON has it. */
const rounded = (result: unknown): unknown =>
  JSON.parse(
    JSON.stringify(result, (_, value) => (typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value)),
  );

const score = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(1));

const NAB_COLUMNS: readonly Column<NabResult>[] = [
  { title: 'detector', value: ({ detector }) => detector },
  { title: 'threshold', value: ({ threshold }) => threshold },
  { title: 'standard', value: ({ standard }) => score(standard) },
  { title: 'low FP', value: ({ lowFp }) => score(lowFp) },
  { title: 'low FN', value: ({ lowFn }) => score(lowFn) },
];
const SKAB_COLUMNS: readonly Column<SkabResult>[] = [
  { title: 'detector', value: ({ detector }) => detector },
  { title: 'threshold', value: ({ threshold }) => threshold },
  { title: 'F1', value: ({ f1 }) => f1.toFixed(3) },
  { title: 'false alarms %', value: ({ far }) => score(far) },
  { title: 'missed alarms %', value: ({ mar }) => score(mar) },
];

const nabSeriesText = ({ detector, series }: NabResult, width: number): string =>
  table(
    series,
    [
      { title: detector, value: ({ name }) => name },
      { title: 'windows hit', value: ({ hit, windows }) => `${hit} of ${windows}` },
      { title: 'false alarms', value: ({ falseAlarms }) => falseAlarms },
      { title: 'standard', value: ({ standard }) => score(standard) },
    ],
    { empty: '', width },
  );

const skabSeriesText = ({ detector, series }: SkabResult, width: number): string =>
  table(
    series,
    [
      { title: detector, value: ({ name }) => name },
      { title: 'F1', value: ({ f1 }) => f1.toFixed(3) },
      { title: 'false alarms %', value: ({ far }) => score(far) },
      { title: 'missed alarms %', value: ({ mar }) => score(mar) },
    ],
    { empty: '', width },
  );
