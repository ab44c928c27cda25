/**
 * Takes rows of quarantine in once more, when what they were refused for has been mended: a device has been made known, a
 * field declared, a range corrected. They count as received when they came, start no process, and leave quarantine in the
 * unit that stores them, so that a crash in between loses none and stores none twice. What is refused again stays.
 */
import type { Store } from '../../store/store.ts';
import type { Ingest } from './ingest.ts';
import { type QuarantineCode, type QuarantineRow, quarantineFamily, quarantineId, sourceOf } from './quarantine.ts';

/** Rows that are taken in at once. */
export const RETRY_ROWS = 1_000;

export type RetryRequest = {
  /** Default: of all devices, and of none. */
  readonly device?: string | undefined;
  /** Default: whatever the reason. */
  readonly code?: QuarantineCode | undefined;
  readonly actor: string;
  readonly signal?: AbortSignal | undefined;
  /** After each bite: when the first row of all came, the last one of the bite, and when the walk began. */
  readonly onProgress?: ((walked: Walked) => void) | undefined;
};
export type Walked = { readonly from: number; readonly at: number; readonly to: number };
export type RetryResult = {
  readonly stored: number;
  /** Stored already: somebody has sent them again. */
  readonly duplicate: number;
  /** Refused once more, by the reason they have now. */
  readonly refused: Readonly<Partial<Record<QuarantineCode, number>>>;
  /** Kept in part only, or no JSON: they can be looked at, and not be taken in. */
  readonly unreadable: number;
};

/** Throws what `ingest` throws, and the reason of the signal; what was taken in until then stays. */
export async function retryQuarantine(
  { store, ingest }: { readonly store: Store; readonly ingest: Ingest },
  { device, code, actor, signal, onProgress }: RetryRequest,
): Promise<RetryResult> {
  const to = store.now();
  const where = {
    ...(device !== undefined && { device }),
    ...(code !== undefined && { code }),
    receivedAt: { lt: to + 1 },
  };
  const count = { stored: 0, duplicate: 0, unreadable: 0, refused: new Map<QuarantineCode, number>() };
  let from: number | undefined;
  let after: [receivedAt: number, id: string] | undefined;
  /** Refused for another reason than before, they came to lie where the walk has yet to go. */
  let moved = new Set<string>();
  for (;;) {
    signal?.throwIfAborted();
    const rows = await store.select(quarantineFamily, {
      ...{ where, order: ['receivedAt', 'id'], limit: RETRY_ROWS },
      ...(after !== undefined && { after }),
    });
    const last = rows.at(-1);
    if (last === undefined) break;
    // A row whose counter jumps is stored: the analysis says whether it still does.
    const asked = rows.filter((row) => row.code !== 'counter-jump' && !moved.has(row.id));
    const again = await takeIn(ingest, asked, { actor, count });
    const isAhead = ({ receivedAt }: QuarantineRow) => receivedAt === last.receivedAt;
    if (after !== undefined && after[0] !== last.receivedAt) moved = new Set();
    for (const { row, id } of again) if (isAhead(row)) moved.add(id);
    from ??= rows[0]?.receivedAt ?? to;
    onProgress?.({ from, at: last.receivedAt, to });
    if (rows.length < RETRY_ROWS) break;
    after = [last.receivedAt, last.id];
  }
  return { ...count, refused: Object.fromEntries(count.refused) };
}

type Count = { stored: number; duplicate: number; unreadable: number; readonly refused: Map<QuarantineCode, number> };

/** Answers the rows that were refused again, each with the id under which it lies now. */
async function takeIn(
  ingest: Ingest,
  asked: readonly QuarantineRow[],
  { actor, count }: { readonly actor: string; readonly count: Count },
): Promise<{ readonly row: QuarantineRow; readonly id: string }[]> {
  const whole = asked.map((row) => ({ row, source: sourceOf(row) })).filter(({ source }) => source !== undefined);
  const retried = whole.map(({ row }) => row);
  const { stored, duplicate, quarantined } = await ingest.ingest(
    whole.map(({ source }) => source),
    { mode: 'import', actor, receivedAt: retried.map(({ receivedAt }) => receivedAt), retried },
  );
  count.stored += stored;
  count.duplicate += duplicate;
  count.unreadable += asked.length - whole.length;
  return quarantined.flatMap(({ row: place, code }) => {
    count.refused.set(code, (count.refused.get(code) ?? 0) + 1);
    const { row, source } = whole[place] ?? {};
    return row === undefined ? [] : [{ row, id: quarantineId(code, source) }];
  });
}
