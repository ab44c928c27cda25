/** Dead letters as an operator sees them: in groups by what went wrong, replayed or dropped by group, by id, or all. */
import { type Broker, type DeadLetter, MAX_DEAD_LETTERS_LISTED } from '../broker.ts';

export type LetterGroup = { readonly group: string; readonly count: number };

/** Which of them are meant. */
export type Chosen = { readonly ids: readonly string[] } | { readonly group: string } | { readonly all: true };

export type Settled = {
  readonly count: number;
  /** Dead letters that the queue has afterwards. */
  readonly left: number;
};

/** A reason begins with its code, as in "focus.no-channels: min is above max". */
export const groupOf = ({ reason }: Pick<DeadLetter, 'reason'>): string => {
  const end = reason.indexOf(': ');
  return end === -1 ? reason : reason.slice(0, end);
};

/** The largest group first. */
export function groupsOf(letters: readonly DeadLetter[]): LetterGroup[] {
  const counts = new Map<string, number>();
  for (const letter of letters) counts.set(groupOf(letter), (counts.get(groupOf(letter)) ?? 0) + 1);
  return Array.from(counts, ([group, count]) => ({ group, count })).sort(
    (a, b) => b.count - a.count || a.group.localeCompare(b.group, 'en'),
  );
}

/**
 * Replays or drops, a list at a time, for as long as a list brings letters that were not seen before: what is replayed
 * and dies again at once stays dead. Letters behind more of other groups than one list holds are not reached.
 */
export async function settleLetters(
  broker: Broker,
  queue: string,
  { chosen, act }: { readonly chosen: Chosen; readonly act: 'replay' | 'drop' },
): Promise<Settled> {
  const settle = (ids: readonly string[]): Promise<number> => broker[act](queue, ids);
  const count = 'ids' in chosen ? await settle(chosen.ids) : await settleAll({ broker, queue, chosen, settle });
  const [state] = await broker.queues([queue]);
  return { count, left: state?.dead ?? 0 };
}

async function settleAll({
  broker,
  queue,
  chosen,
  settle,
}: {
  readonly broker: Broker;
  readonly queue: string;
  readonly chosen: Exclude<Chosen, { readonly ids: unknown }>;
  readonly settle: (ids: readonly string[]) => Promise<number>;
}): Promise<number> {
  const seen = new Set<string>();
  for (let count = 0; ; ) {
    const letters = await broker.deadLetters(queue, { limit: MAX_DEAD_LETTERS_LISTED });
    const ids = letters
      .filter((letter) => 'all' in chosen || groupOf(letter) === chosen.group)
      .map(({ message: { id } }) => id)
      .filter((id) => !seen.has(id));
    if (ids.length === 0) return count;
    for (const id of ids) seen.add(id);
    count += await settle(ids);
    if (letters.length < MAX_DEAD_LETTERS_LISTED) return count;
  }
}
