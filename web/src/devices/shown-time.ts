/** The stretch of time that a machine's page shows, worked out of its address and of what the machine has sent. */
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type KpiScope, readKpis, type TimeWindow } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { type Device, readSeries } from '../api/measurements.ts';
import { isNumeric, tellsStates } from './field-role.ts';
import { DEFAULT_RANGE, ownWindowOf, type Range, windowOf } from './range.ts';

export type ShownTime = {
  readonly window: TimeWindow;
  /** Its place in the cache: a range that goes on with the readings keeps its name. */
  readonly name: string;
  /** Chosen by hand: it stands still. */
  readonly isOwn: boolean;
};

/** `data` is undefined until the window is known. */
export function useShownTime(device: Device): {
  readonly data: ShownTime | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
} {
  const search = useSearch({ from: '/devices/$deviceId' });
  const { range = DEFAULT_RANGE } = search;
  const own = ownWindowOf(search);
  const lastMs = lastReadingMs(device);
  const shift = useLastShift(device, own === undefined && range === 'shift');
  const whole = useWhole(device, own === undefined && range === 'all');
  const window = own ?? liveWindow(range, { lastMs, shift: hasShifts(device) ? shift.data : null, whole: whole.data });
  const { fromMs, toMs } = window ?? {};
  const isOwn = own !== undefined;
  const data = useMemo(
    () =>
      fromMs === undefined || toMs === undefined
        ? undefined
        : { window: { fromMs, toMs }, name: isOwn ? `${fromMs}-${toMs}` : range, isOwn },
    [fromMs, toMs, isOwn, range],
  );
  const question = range === 'shift' ? shift : whole;
  return { data, error: question.error, refetch: question.refetch };
}

const MINUTE_MS = 60_000;

/** In event time; about now for a machine that never sent anything. */
export const lastReadingMs = ({ lastReadingAt }: Device): number =>
  lastReadingAt === null ? Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS : Date.parse(lastReadingAt);

/** The shift in which the last reading lies; null: the machine's line has no shift plan. */
export function useLastShift(device: Device, isWanted = true) {
  return useQuery({
    queryKey: keys.kpis(device.id, 'shift', 'week'),
    queryFn: ({ signal }) => readKpis(device.id, { kind: 'shift', window: undefined }, signal),
    enabled: isWanted && hasShifts(device),
    select: ({ items }): KpiScope | null => items.at(-1) ?? null,
  });
}

const hasShifts = ({ service, fields }: Device): boolean => service !== null && tellsStates(fields);

/** From the first reading to the last, of any field that has numbers. */
function useWhole(device: Device, isWanted: boolean) {
  const field = device.fields.find(isNumeric)?.name;
  return useQuery({
    queryKey: keys.series(device.id, field ?? '', 'ends'),
    queryFn: ({ signal }) => readSeries({ device: device.id, field: field ?? '', points: 1 }, signal),
    enabled: isWanted && field !== undefined,
    select: ({ from, to }): TimeWindow => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }),
  });
}

type Known = {
  readonly lastMs: number;
  readonly shift: KpiScope | null | undefined;
  readonly whole: TimeWindow | undefined;
};

function liveWindow(range: Range, { lastMs, shift, whole }: Known): TimeWindow | undefined {
  if (range === 'all') return whole;
  if (range !== 'shift') return windowOf(range, lastMs);
  if (shift === undefined) return undefined;
  if (shift === null) return windowOf('24h', lastMs);
  const fromMs = Date.parse(shift.from);
  return { fromMs, toMs: Math.max(fromMs + 1, Math.min(Date.parse(shift.end), lastMs + 1)) };
}
