/**
 * An election says which one of several processes does what only one must do. An office is a row; who holds it has written
 * its name there, until an instant of the store's clock, under a term whose number rises with every change of hands.
 *
 *   vacant    nobody ever held it, it was laid down, or its time is over by more than CLOCK_TOLERANCE_MS.
 *   held      the holder renews it every ELECTION_RENEW_MS. It stops of itself when its time is over, renewed or not;
 *             the tolerance keeps the next one waiting for as long as two processes may differ about the store's clock.
 *
 * A holder that is killed is followed by another within ELECTION_LEASE_MS + CLOCK_TOLERANCE_MS + ELECTION_LOOK_MS. A process
 * that was halted and wakes up late may do what it had begun: what must not happen then carries the guards of its term,
 * and the store refuses it. On a store of one process there is nothing to elect, and no row.
 */
import type { Clock, Instant } from '../kernel/clock.ts';
import { type Service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { defineFamily, type RowOf } from './family.ts';
import type { Store } from './store.ts';
import { type CommitVerdict, type Guard, isAbsent, isEqual, put, set } from './unit.ts';

export const electionFamily = defineFamily({
  name: 'election',
  columns: { office: 'text', holder: 'text', term: 'integer', heldUntil: 'integer' },
  key: ['office'],
});
type OfficeRow = RowOf<typeof electionFamily>;

export const ELECTION_LEASE_MS = 10_000;
export const ELECTION_RENEW_MS = 3_000;
/** How often those who do not hold an office look whether it is vacant. */
export const ELECTION_LOOK_MS = 2_000;
export const CLOCK_TOLERANCE_MS = 1_000;

/** What the holder of an office has in hand. */
export type Term = {
  readonly number: number;
  /** Hold as long as no other has taken the office; they join the units of what must not happen afterwards. */
  readonly guards: readonly Guard[];
  /** Aborts when the term is over. */
  readonly signal: AbortSignal;
};

export type ElectionParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly office: string;
  /** The name of this process: no other that runs has it. */
  readonly candidate: string;
  /** Begins what only the holder does; it is closed when the term is over. */
  readonly lead: (term: Term) => Promise<Service> | Service;
};

/** Closing it lays the office down, so that another takes over at its next look. */
export function startElected(parts: ElectionParts): Service {
  const { store, clock, log, office } = parts;
  return startLoop({
    round: async (signal) => {
      if (!store.capabilities.sharedByProcesses)
        return rule(parts, { number: 1, guards: [], heldUntil: undefined }, signal);
      const won = await stand(parts);
      if (won !== undefined) await rule(parts, won, signal);
      else await clock.sleep(ELECTION_LOOK_MS, signal);
    },
    onError: (error) => log.error({ err: error, office }, 'what one server does for all has failed; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

type Won = Omit<Term, 'signal'> & {
  /** Undefined: for ever. */
  readonly heldUntil: Instant | undefined;
};

/** Takes the office if it is vacant. */
async function stand({ store, log, office, candidate }: ElectionParts): Promise<Won | undefined> {
  const before = await store.get(electionFamily, [office]);
  const now = store.now();
  if (before !== undefined && !isVacant(before, { candidate, now })) return undefined;
  const row = { office, holder: candidate, term: (before?.term ?? 0) + 1, heldUntil: now + ELECTION_LEASE_MS };
  const guards =
    before === undefined
      ? [isAbsent(electionFamily, [office])]
      : [
          isEqual(electionFamily, [office], ['term', before.term]),
          isEqual(electionFamily, [office], ['heldUntil', before.heldUntil]),
        ];
  const [verdict] = await store.commit([{ guards, writes: [put(electionFamily, row)] }]);
  if (verdict !== 'ok') return undefined;
  log.info({ office, term: row.term, before: before?.holder }, 'this server now does what one does for all');
  return {
    number: row.term,
    guards: [isEqual(electionFamily, [office], ['term', row.term])],
    heldUntil: row.heldUntil,
  };
}

/** What is held under a process's own name is left from one that died. */
const isVacant = (
  { holder, heldUntil }: OfficeRow,
  { candidate, now }: { readonly candidate: string; readonly now: Instant },
): boolean => holder === candidate || heldUntil + CLOCK_TOLERANCE_MS < now;

async function rule(parts: ElectionParts, { number, guards, heldUntil }: Won, stop: AbortSignal): Promise<void> {
  const { store, log, office, lead } = parts;
  const over = new AbortController();
  const leading = (async () => lead({ number, guards, signal: over.signal }))();
  // Whoever cannot begin lays the office down.
  leading.catch(() => over.abort());
  try {
    const isLost = await hold(parts, { guards, heldUntil, signal: AbortSignal.any([stop, over.signal]) });
    if (isLost) log.warn({ office, term: number }, 'another server now does what this one did for all');
  } finally {
    over.abort();
    try {
      await (await leading).close();
    } finally {
      const laidDown = { guards, writes: [set(electionFamily, [office], { heldUntil: 0 })] };
      if (heldUntil !== undefined) await store.commit([laidDown]).catch(() => []); // then its time runs out
    }
  }
}

type Holding = {
  readonly guards: readonly Guard[];
  readonly heldUntil: Instant | undefined;
  readonly signal: AbortSignal;
};

/** Renews the office until the signal aborts, or until it is lost; answers whether it is lost. */
async function hold(parts: ElectionParts, { guards, heldUntil, signal }: Holding): Promise<boolean> {
  const { store, clock } = parts;
  let until = heldUntil;
  if (until === undefined) await aborted(signal);
  while (until !== undefined && !signal.aborted) {
    await clock.sleep(Math.min(ELECTION_RENEW_MS, Math.max(0, until - store.now())), signal);
    if (signal.aborted) break;
    if (store.now() >= until) return true;
    const renewed = store.now() + ELECTION_LEASE_MS;
    const verdict = await renew(parts, { guards, renewed, until });
    if (verdict === 'conflict') return true;
    if (verdict === 'ok') until = renewed;
  }
  return false;
}

/** Undefined when the store has not answered in time. */
async function renew(
  { store, clock, log, office }: ElectionParts,
  { guards, renewed, until }: { readonly guards: readonly Guard[]; readonly renewed: Instant; readonly until: Instant },
): Promise<CommitVerdict | undefined> {
  const answered = new AbortController();
  const writes = [set(electionFamily, [office], { heldUntil: renewed })];
  const commit = store.commit([{ guards, writes }]).then(
    ([verdict]) => verdict,
    async (error: unknown) => {
      log.warn({ err: error, office }, 'what one server does for all could not be prolonged; it is tried again');
      await clock.sleep(ELECTION_RENEW_MS / 3, answered.signal);
      return undefined;
    },
  );
  const late = clock.sleep(Math.max(0, until - store.now()), answered.signal).then(() => undefined);
  const verdict = await Promise.race([commit, late]);
  answered.abort();
  return verdict;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
