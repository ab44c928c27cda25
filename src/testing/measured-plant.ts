/** A plant that measures: the measurements over a model store and a virtual clock, and what they have written. */
import { VirtualClock } from '../kernel/clock.ts';
import { openIds } from '../kernel/ids.ts';
import { silentLog } from '../kernel/log.ts';
import { measurementFamilies } from '../measurements/families.ts';
import { type Measurements, openMeasurements } from '../measurements/open-measurements.ts';
import type { Family, Row } from '../store/family.ts';
import { measurementFeed } from '../store/feed.ts';
import { measurementOutbox } from '../store/outbox.ts';
import { MAX_ROWS } from '../store/query.ts';
import { ModelDisk, type ModelFaults, type ModelStore, openModelStore } from './model-store.ts';

/** 2026-01-05T06:00Z, the beginning of a shift. */
export const PLANT_START = 1_767_592_800_000;

export type MeasuredPlant = AsyncDisposable & {
  readonly disk: ModelDisk;
  readonly clock: VirtualClock;
  readonly store: ModelStore;
  readonly measurements: Measurements;
  /** All rows of a family, by key. */
  rows(family: Family): Promise<Row[]>;
  /** The bodies of all messages that wait to leave. */
  messages(): Promise<Record<string, unknown>[]>;
  /** The bodies of the feed under a topic. */
  news(topic: string): Promise<Record<string, unknown>[]>;
};

export async function openMeasuredPlant({
  disk = new ModelDisk(),
  clock = new VirtualClock(PLANT_START),
  timeZone = 'UTC',
  faults,
}: {
  readonly disk?: ModelDisk;
  readonly clock?: VirtualClock;
  readonly timeZone?: string;
  readonly faults?: ModelFaults;
} = {}): Promise<MeasuredPlant> {
  const families = [...measurementFamilies, measurementFeed, measurementOutbox];
  const store = openModelStore({ disk, families, clock, ...(faults && { faults }) });
  const nextId = await openIds((size) => store.reserveIds(size));
  const measurements = openMeasurements({ store, clock, nextId, timeZone, log: silentLog });
  const rows = (family: Family): Promise<Row[]> => allRows(store, family);
  return {
    disk,
    clock,
    store,
    measurements,
    rows,
    messages: async () => (await rows(measurementOutbox)).map(({ body }) => JSON.parse(String(body))),
    news: async (topic) =>
      (await rows(measurementFeed)).filter((row) => row.topic === topic).map(({ body }) => JSON.parse(String(body))),
    [Symbol.asyncDispose]: async () => {
      await measurements.close();
      await store.close();
    },
  };
}

async function allRows(store: ModelStore, family: Family): Promise<Row[]> {
  const all: Row[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last && family.key.map((column) => last[column] ?? null);
    const page = (await store.select(family, { limit: MAX_ROWS, ...(after && { after }) })) as Row[];
    all.push(...page);
    if (page.length < MAX_ROWS) return all;
  }
}
