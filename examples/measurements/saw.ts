/** What the examples measure: a saw that cuts one plank a second, and a device that stands for it on the server. */
import type { AnalysisSummary, AnalyzeRequest, Client } from '../../src/client/index.ts';
import { find, newName } from '../on-a-server.ts';

export const MINUTE_MS = 60_000;
export const MORNING = Date.parse('2026-01-05T06:00:00Z');
export const at = (minute: number): string => new Date(MORNING + minute * MINUTE_MS).toISOString();
export const time = (instant: string | number): string => new Date(instant).toISOString().slice(11, 16);
export const percent = (share: number | null): string => (share === null ? '–' : `${Math.round(share * 100)} %`);

/** Of a minute since six in the morning; it stands from 08:00 to 08:30, one plank in sixty is bad. */
export const reading = (minute: number) => ({
  ts: at(minute),
  values: { count: 60 * (minute <= 120 ? minute : Math.max(120, minute - 30)), errors: Math.max(0, minute) },
});
export const readings = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, place) => reading(from + place));

/** A new one, analysed by the service for what is counted. */
export async function newSaw(client: Client, settings: object = {}): Promise<string> {
  const id = newName(`saw-${++saws}`);
  await client.devices.create({
    ...{ id, service: 'brick-production', idealCycle: '1s', expectedInterval: '1m' },
    ...settings,
  });
  return id;
}
let saws = 0;

export async function send(client: Client, device: string, rows: readonly { ts: string; values: object }[]) {
  return client.measurements.send(
    rows.map((row) => ({ device, ...row })) as Parameters<Client['measurements']['send']>[0],
    { mode: 'import' },
  );
}

/** Starts an analysis, which is a job, and waits for what it says. */
export async function analysed(client: Client, request: Omit<AnalyzeRequest, 'kind'>): Promise<AnalysisSummary> {
  const { job: id } = await client.analyses.start(request);
  return find('the analysis', async () => {
    const job = await client.jobs.get(id);
    if (job.state === 'dead') throw new Error(job.error ?? 'the analysis failed');
    return job.state === 'done' ? (job.output as AnalysisSummary) : undefined;
  });
}
