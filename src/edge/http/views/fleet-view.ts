/** The plant at one look: each device with its state, its day so far, its quality and what is open. */
import type { FleetDevice } from '../../../client/wire-analyses.ts';
import type { Instant } from '../../../kernel/clock.ts';
import type { Analyses } from '../../../measurements/analysis/analyses.ts';
import { type Standing, silentAfterMs, standings } from '../../../measurements/analysis/checks.ts';
import type { DeviceSegment } from '../../../measurements/analysis/readings.ts';
import { anomalyFamily } from '../../../measurements/anomaly/anomaly.ts';
import type { DeviceView } from '../../../measurements/device/device.ts';
import { MAX_PAGE_ROWS } from '../../../measurements/page.ts';
import type { Services } from '../../services.ts';
import { isoTimeOrNull } from '../wire-schema.ts';
import { scopeOf } from './analysis-view.ts';

const MAX_OPEN = 1_000;

export async function fleetOf(services: Services, line?: string): Promise<FleetDevice[]> {
  const devices: DeviceView[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await services.measurements.devices.list({ line, cursor: cursor ?? undefined, limit: MAX_PAGE_ROWS });
    devices.push(...page.items);
    cursor = page.next;
  }
  const known = new Map(services.measurements.analyses.services.map((service) => [service.name, service]));
  const standing = new Map((await standings(services.store, known)).map((one) => [one.device, one]));
  const shown = await Promise.all(devices.map((device) => fleetDevice(services, device, standing.get(device.id))));
  return shown.sort((a, b) => Number(b.isSilent) - Number(a.isSilent) || (a.device < b.device ? -1 : 1));
}

async function fleetDevice(
  { measurements, store }: Services,
  device: DeviceView,
  standing: Standing | undefined,
): Promise<FleetDevice> {
  const { analyses } = measurements;
  const { id, name, line, service, lastAt } = device;
  const today = lastAt === null ? undefined : analyses.calendar.at(lastAt);
  const [scopes, { horizon, segment }, quality, open] = await Promise.all([
    today === undefined || service === null
      ? []
      : analyses.scopes({ device: id, kind: 'day', from: today.from, to: today.to }),
    service === null ? { horizon: null, segment: undefined } : analysedOf(analyses, id),
    today === undefined || service === null ? [] : analyses.quality({ device: id, from: today.date, to: today.date }),
    store.select(anomalyFamily, { where: { device: id, isOpen: 1, revisedBy: null }, limit: MAX_OPEN }),
  ]);
  const scope = scopes.at(-1);
  const known = analyses.services.find((one) => one.name === service);
  return {
    device: id,
    name,
    line,
    service,
    lastSeenAt: isoTimeOrNull(lastAt),
    analysedTo: isoTimeOrNull(horizon),
    isOverdue: standing?.isOverdue ?? false,
    hasFailed: standing?.hasFailed ?? false,
    isSilent: service !== null && lastAt !== null && store.now() - lastAt > silentAfterMs(device, known),
    state: segment?.state ?? null,
    stateSince: isoTimeOrNull(segment?.from ?? null),
    today: scope === undefined ? null : scopeOf(scope),
    quality: quality.at(-1)?.score ?? null,
    openAnomalies: open.length,
  };
}

type Analysed = { readonly horizon: Instant | null; readonly segment: DeviceSegment | undefined };

/** The analysis may be some seconds behind the readings: the state is the one up to where it is. */
async function analysedOf(analyses: Analyses, device: string): Promise<Analysed> {
  const horizon = (await analyses.state(device))?.horizon ?? null;
  if (horizon === null) return { horizon, segment: undefined };
  const segments = await analyses.segments({ device, from: horizon - 1, to: horizon });
  return { horizon, segment: segments.at(-1) };
}
