/**
 * What ingest leaves for the analysis of a device by its service: how many rows came for each local day, and where rows lie
 * before what may have been analysed already.
 */
import type { Instant } from '../../kernel/clock.ts';
import { add, put, set, type Write } from '../../store/unit.ts';
import { dirtyRangeFamily, intakeFamily } from '../analysis/families.ts';
import { deviceFamily } from '../device/device.ts';
import { DEVICE_ID } from '../input.ts';
import type { GoodRow, Run } from './call.ts';
import { type MeasurementRow, measurementFamily } from './measurement.ts';
import type { Refusal } from './quarantine.ts';
import type { TimedRow } from './row.ts';

/** Every copy that came, `good` of them, `fresh` of those; `known` is the latest reading before. */
export type Arrival = {
  readonly rows: readonly TimedRow[];
  readonly good: readonly GoodRow[];
  readonly fresh: readonly GoodRow[];
  readonly refusals: readonly Refusal[];
  readonly earlier: readonly MeasurementRow[];
  readonly known: Instant | null;
};

export function serviceWrites(run: Run, device: string, arrival: Arrival): Write[] {
  const { rows, good, fresh, refusals, earlier, known } = arrival;
  const days = new Days(run);
  for (const row of rows) days.count(row).received += 1;
  for (const refusal of refusals) days.count(refusal).refused += 1;
  for (const { row } of good) days.count(row).duplicate += 1;
  for (const { row } of fresh) days.count(row).duplicate -= 1;
  const corrected = earlier.map(({ device: id, at, hash, receivedAt }) =>
    set(measurementFamily, [id, at, hash], { receivedAt }),
  );
  return [...days.writes(device), ...corrected, ...dirtyWrites(run, device, { fresh, earlier, refusals, known })];
}

/** The local day on which a refused row counts. */
export const dayOfRefusal = ({ days }: Run, { at, receivedAt }: Refusal): string => days.at(at ?? receivedAt).date;

/** Rows that were refused before their device was looked at, and the devices that count them. */
export async function refusalCounts(
  run: Run,
  refusals: readonly Refusal[],
): Promise<{ readonly writes: Write[]; readonly counting: ReadonlySet<string | null> }> {
  const byDevice = new Map<string, Days>();
  for (const refusal of refusals) {
    const { device } = refusal;
    if (device === null || !DEVICE_ID.test(device)) continue;
    const days = byDevice.get(device) ?? new Days(run);
    byDevice.set(device, days);
    const count = days.count(refusal);
    count.received += 1;
    count.refused += 1;
  }
  const names = [...byDevice.keys()];
  const rows = await run.store.getMany(
    deviceFamily,
    names.map((name) => [name]),
  );
  const counting = names.filter((_, place) => rows[place]?.service != null);
  return { writes: counting.flatMap((name) => byDevice.get(name)?.writes(name) ?? []), counting: new Set(counting) };
}

/**
 * An import of the past is a range too, wherever it lies: what is found in it starts nothing. So is a row that lacks a required
 * field: nothing else of it says that there is something to look at.
 */
function dirtyWrites(
  { nextId, mode }: Run,
  device: string,
  { fresh, earlier, refusals, known }: Pick<Arrival, 'fresh' | 'earlier' | 'refusals' | 'known'>,
): Write[] {
  const isQuiet = mode === 'import';
  const times = [...fresh.map(({ row }) => row.at), ...earlier.map(({ at }) => at)];
  const lacking = refusals.flatMap(({ code, at }) => (code === 'missing-field' && at !== null ? [at] : []));
  const late = [...(isQuiet ? times : times.filter((at) => known !== null && at <= known)), ...lacking];
  if (late.length === 0) return [];
  const from = late.reduce((least, at) => Math.min(least, at), Infinity);
  const to = late.reduce((greatest, at) => Math.max(greatest, at), -Infinity);
  return [put(dirtyRangeFamily, { device, id: nextId(), from, to, isQuiet: isQuiet ? 1 : 0 })];
}

type Count = { received: number; duplicate: number; refused: number };

/** Counts by local day; a row without a time counts on the day on which it was received. */
class Days {
  readonly #run: Run;
  readonly #counts = new Map<string, Count>();
  /** Rows come in the order of their times: nearly all are of the same day as the one before. */
  #day = { date: '', from: 0, to: 0 };

  constructor(run: Run) {
    this.#run = run;
  }

  count({ at, receivedAt }: { readonly at: Instant | null; readonly receivedAt: Instant }): Count {
    const time = at ?? receivedAt;
    if (time < this.#day.from || time >= this.#day.to) this.#day = this.#run.days.at(time);
    const { date } = this.#day;
    const count = this.#counts.get(date) ?? { received: 0, duplicate: 0, refused: 0 };
    this.#counts.set(date, count);
    return count;
  }

  writes(device: string): Write[] {
    return [...this.#counts].map(([date, count]) => add(intakeFamily, [device, date], count));
  }
}
