/** A place in both feeds at once: what a client sends back as `Last-Event-ID` to go on from there. */
import { type FeedRow, measurementFeed, plantFeed } from '../../../store/feed.ts';
import { type Cursor, LOG_START, type Store } from '../../../store/store.ts';

export type FeedCursor = { readonly plant: Cursor; readonly measurements: Cursor };
/** What happened between two places. `hasMore`: there was more than was asked for. */
export type FeedPage = { readonly rows: readonly FeedRow[]; readonly cursor: FeedCursor; readonly hasMore: boolean };

const ID = /^([\w.,:-]{0,100})~([\w.,:-]{0,100})$/;

export const formatCursor = ({ plant, measurements }: FeedCursor): string => `${plant}~${measurements}`;

/** Undefined for what no server ever gave out. */
export function parseCursor(text: string): FeedCursor | undefined {
  const parts = ID.exec(text);
  return parts === null ? undefined : { plant: parts[1] ?? LOG_START, measurements: parts[2] ?? LOG_START };
}

/** Behind everything that has happened. */
export async function endOfFeeds(store: Store): Promise<FeedCursor> {
  const [plant, measurements] = await Promise.all([store.end(plantFeed), store.end(measurementFeed)]);
  return { plant, measurements };
}

export async function readFeeds(store: Store, after: FeedCursor, limit: number): Promise<FeedPage> {
  const [plant, measurements] = await Promise.all([
    store.tail(plantFeed, after.plant, limit),
    store.tail(measurementFeed, after.measurements, limit),
  ]);
  return {
    rows: [...plant.rows, ...measurements.rows],
    cursor: { plant: plant.cursor, measurements: measurements.cursor },
    hasMore: plant.rows.length === limit || measurements.rows.length === limit,
  };
}
