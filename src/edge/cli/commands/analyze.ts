/** Commands about analyses of measurements: run one, and see how the anomalies of a device compare with what is known. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { AnalysisSummary, AnalyzeRequest } from '../../../client/wire-analyses.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { numberText, table } from '../table.ts';
import { waitForJob } from '../wait-for-job.ts';
import { addBenchmarkCommands } from './analyze-benchmark.ts';
import { addTuneCommand } from './analyze-tune.ts';
import { addReportCommand } from './import.ts';

export function addAnalyzeCommands(program: Command, shell: Shell): void {
  const analyze = addGroup(program, 'analyze', 'States, KPIs, anomalies and data quality of what was measured.');
  addRunCommands(analyze, shell);
  addReportCommand(analyze, shell);
  addTuneCommand(analyze, shell);
  addBenchmarkCommands(analyze, shell);
}

function addRunCommands(analyze: Command, shell: Shell): void {
  addLeaf(analyze, shell, {
    name: 'run [service]',
    about: 'Analyses what came of a device, and says what it did in the stretch.',
    flags: [
      { flags: '--device <id>', about: 'the device' },
      { flags: '--device-id <id>', about: 'the same' },
      { flags: '--date <date>', about: 'a local day' },
      { flags: '--start-time <time>', about: 'from then on; a time without an offset is plant time' },
      { flags: '--end-time <time>', about: 'until just before then' },
      { flags: '--dry-run', about: 'works everything out and writes nothing' },
      { flags: '--reprocess', about: 'from the first reading on, whatever is known' },
      { flags: '--batch <rows>', about: 'rows read at once (default: 1,000)' },
    ],
    options: z.object({
      device: z.string().exactOptional(),
      deviceId: z.string().exactOptional(),
      date: z.iso.date('is a date such as 2025-11-20').exactOptional(),
      startTime: z.string().exactOptional(),
      endTime: z.string().exactOptional(),
      dryRun: z.boolean().exactOptional(),
      reprocess: z.boolean().exactOptional(),
      batch: z.coerce.number().int().min(2).max(10_000).exactOptional(),
    }),
    examples: [
      'analyze run brick-production --device SAU-ME-01 --date 2025-11-20',
      'analyze run --device SAU-ME-01 --start-time 2025-11-20T06:00:00 --end-time 2025-11-20T18:00:00 --dry-run',
    ],
    run: async ({ args: [service], options: { device: given, deviceId, startTime, endTime, ...rest } }) => {
      const device = given ?? deviceId;
      if (device === undefined) throw new MillraceError('cli.usage', { problem: '--device is missing' });
      const summary = await runAndWait(shell, {
        ...{ device, ...rest },
        ...(service !== undefined && { service }),
        ...(startTime !== undefined && { from: startTime }),
        ...(endTime !== undefined && { to: endTime }),
      });
      return { json: summary, text: summaryText(summary) };
    },
  });
  addLeaf(analyze, shell, {
    name: 'services',
    about: 'Lists the measurement services that can analyse devices.',
    examples: ['analyze services'],
    run: async () => {
      const list = await shell.client().analyses.services();
      const columns = [
        { title: 'name', value: (one: (typeof list.items)[number]) => one.name },
        { title: 'about', value: (one: (typeof list.items)[number]) => one.about },
      ];
      return { json: list, text: table(list.items, columns, { empty: 'No services.', width: shell.out.columns }) };
    },
  });
  addLeaf(analyze, shell, {
    name: 'runs',
    about: 'Lists runs, the latest first.',
    flags: [
      { flags: '--device <id>', about: 'of one device' },
      { flags: '--status <status>', about: 'how they ended', choices: ['done', 'failed'] },
      { flags: '--limit <count>', about: 'at most so many' },
      { flags: '--cursor <cursor>', about: 'where to go on' },
    ],
    options: z.object({
      device: z.string().exactOptional(),
      status: z.enum(['done', 'failed']).exactOptional(),
      limit: z.coerce.number().int().min(1).max(1_000).exactOptional(),
      cursor: z.string().exactOptional(),
    }),
    examples: ['analyze runs --status failed', 'analyze runs --device SAU-ME-01 --limit 10'],
    run: async ({ options }) => {
      const page = await shell.client().analyses.runs(options);
      const columns = [
        { title: 'ended', value: (run: (typeof page.items)[number]) => run.endedAt.slice(0, 19).replace('T', ' ') },
        { title: 'device', value: (run: (typeof page.items)[number]) => run.device },
        { title: 'by', value: (run: (typeof page.items)[number]) => run.trigger },
        { title: 'rows', value: (run: (typeof page.items)[number]) => run.rows },
        { title: 'written', value: (run: (typeof page.items)[number]) => run.written },
        { title: 'result', value: (run: (typeof page.items)[number]) => run.error ?? run.status },
      ];
      return { json: page, text: table(page.items, columns, { empty: 'No runs.', width: shell.out.columns }) };
    },
  });
}

async function runAndWait(shell: Shell, request: Omit<AnalyzeRequest, 'kind'>): Promise<AnalysisSummary> {
  const { job } = await shell.client().analyses.start(request);
  return (await waitForJob(shell, job, `analysing ${request.device}`)) as AnalysisSummary;
}

const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
const minutes = (ms: number): string => formatDuration(Math.round(ms / 1_000) * 1_000);

/** The summary as people read it. */
export function summaryText(summary: AnalysisSummary): string {
  const { device, service, from, to, elements, kpis, assessment, findings, run } = summary;
  const { grade, efficiency } = assessment;
  const iso = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  const lines = [
    `${device} by ${service}, ${iso(from)} to ${iso(to)} UTC`,
    `Processed ${summary.countIncrement} items, ${summary.errorIncrement} rejected; average speed ${numberText(summary.avgSpeed)} an hour.`,
    `OEE ${percent(kpis.oee)} = availability ${percent(kpis.availability)} × effectiveness ${percent(kpis.effectiveness)} × quality ${percent(kpis.quality)}; known ${percent(kpis.coverage)} of the planned time.`,
    `Grade ${grade ?? '–'}; efficiency score ${efficiency === null ? '–' : efficiency.score.toFixed(1)}.`,
    `Running ${minutes(elements.running)}, microstops ${minutes(elements.microstop)}, breakdowns ${minutes(elements.breakdown)} (${elements.failures}), setup ${minutes(elements.setup)}, planned ${minutes(elements.planned)}, no shift ${minutes(elements.noShift)}, unknown ${minutes(elements.unknown)}.`,
    findings.length === 0 ? 'No anomalies.' : `Anomalies:`,
    ...findings.map(
      ({ detector, field, from: since, to: until, severity }) =>
        `  ${iso(since)} to ${iso(until)}  ${severity}  ${detector} of ${field}`,
    ),
    run === null
      ? `Nothing was written: ${summary.rows} rows were worked out.`
      : `${run.rows} rows were gone through, ${run.written} results written.`,
  ];
  return lines.join('\n');
}
