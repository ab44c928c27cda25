/** What the built-in tests look at: devices that fell silent, and analyses that failed or lag behind. */
import type { Check } from '../../kernel/check.ts';
import type { Instant } from '../../kernel/clock.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { type Device, deviceFamily, deviceOf } from '../device/device.ts';
import { analyzerFamily } from '../ingest/analyzer.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import { analysisFamily, runFamily } from './families.ts';
import type { Services } from './subject.ts';

/** A device may miss so many of its intervals before it counts as silent; at least a minute. */
const SILENT_INTERVALS = 12;
const MIN_SILENT_MS = 60_000;
/** Readings that were received so long ago should have been analysed. */
const OVERDUE_MS = 300_000;
/** Devices that a reason names. */
const MAX_NAMED = 5;
const INTERVAL_MS = 30_000;

export type AnalysisCheckParts = { readonly store: Store; readonly services: Services };

/** How long a device may send nothing. */
export const silentAfterMs = (device: Pick<Device, 'expectedIntervalMs'>, service?: MeasurementService): number =>
  Math.max(MIN_SILENT_MS, SILENT_INTERVALS * (device.expectedIntervalMs ?? service?.expectedIntervalMs ?? 0));

export function analysisChecks({ store, services }: AnalysisCheckParts): Check[] {
  const common = { intervalMs: INTERVAL_MS, timeoutMs: 10_000 };
  return [
    {
      ...common,
      path: 'measurements/devices',
      purpose: 'Devices that a measurement service analyses go on sending.',
      run: async () => {
        const silent = (await standings(store, services)).filter(({ isSilent }) => isSilent);
        return silent.length === 0
          ? { verdict: 'pass', reason: 'No device is silent.' }
          : { verdict: 'degraded', reason: `Silent for longer than they may be: ${namesOf(silent)}.` };
      },
    },
    {
      ...common,
      path: 'measurements/analyses',
      purpose: 'What devices send is analysed soon, and no run fails.',
      run: async () => {
        const all = await standings(store, services);
        const failed = all.filter(({ hasFailed }) => hasFailed);
        if (failed.length > 0) return { verdict: 'fail', reason: `The latest run failed for ${namesOf(failed)}.` };
        const overdue = all.filter(({ isOverdue }) => isOverdue);
        return overdue.length === 0
          ? { verdict: 'pass', reason: `${all.length} devices are analysed.` }
          : { verdict: 'degraded', reason: `Not analysed for more than 5 minutes: ${namesOf(overdue)}.` };
      },
    },
  ];
}

export type Standing = {
  readonly device: string;
  readonly isSilent: boolean;
  readonly isOverdue: boolean;
  readonly hasFailed: boolean;
};

/** Of every device with a service. */
export async function standings(store: Store, services: Services): Promise<Standing[]> {
  const devices: Device[] = [];
  for (const service of services.keys())
    devices.push(...(await store.select(deviceFamily, { where: { service }, limit: MAX_ROWS })).map(deviceOf));
  const keys = devices.map(({ id }) => [id]);
  const [analyzers, analyses] = await Promise.all([
    store.getMany(analyzerFamily, keys),
    store.getMany(analysisFamily, keys),
  ]);
  const now = store.now();
  return Promise.all(
    devices.map(async (device, place): Promise<Standing> => {
      const analyzer = analyzers[place];
      const lastAt = analyzer?.lastAt ?? null;
      const silentMs = silentAfterMs(device, services.get(device.service ?? ''));
      return {
        device: device.id,
        isSilent: lastAt !== null && now - Math.max(lastAt, analyzer?.updatedAt ?? 0) > silentMs,
        isOverdue: isOverdue(lastAt, analyses[place]?.horizon ?? null, { receivedAt: analyzer?.updatedAt ?? 0, now }),
        hasFailed: await latestFailed(store, device.id),
      };
    }),
  );
}

/** The horizon is the latest sample; the latest row may be none, so a little is allowed between them. */
const isOverdue = (
  lastAt: Instant | null,
  horizon: Instant | null,
  { receivedAt, now }: { readonly receivedAt: Instant; readonly now: Instant },
): boolean => lastAt !== null && now - receivedAt > OVERDUE_MS && (horizon ?? 0) < lastAt - OVERDUE_MS;

async function latestFailed(store: Store, device: string): Promise<boolean> {
  const [latest] = await store.select(runFamily, { where: { device }, order: ['-id'], limit: 1 });
  return latest?.status === 'failed';
}

function namesOf(devices: readonly Standing[]): string {
  const named = devices.slice(0, MAX_NAMED).map(({ device }) => device);
  return `${named.join(', ')}${devices.length > MAX_NAMED ? ` and ${devices.length - MAX_NAMED} more` : ''}`;
}
