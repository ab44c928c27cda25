/**
 * Forgets what has had its time: ended instances with what belongs to them, readings, messages taken in long ago, messages nobody came for,
 * credentials and accounts that are over. Sums up what was counted long ago. And pairs kept messages with those who wait for them, where a server was killed between writing the one and looking for the other.
 * Of several servers one does it.
 */
import type { Access } from '../access/open-access.ts';
import { forgetTakenIn, INBOX_KEPT_MS } from '../bus/inbox.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { taskFamily } from '../jobs/task.ts';
import { startTidying, TIDYING_PAUSE_MS } from '../jobs/tidying.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { MeasurementRetention } from '../measurements/ingest/retention.ts';
import { CondenseTallies } from '../process/engine/condense-tallies.ts';
import type { Correlator } from '../process/engine/correlate.ts';
import { messageFamily } from '../process/engine/families.ts';
import { Retention, type RetentionParts } from '../process/engine/retention.ts';
import { Traces } from '../process/engine/traces.ts';
import { PROCESS_OWNER } from '../process/engine/transition-unit.ts';
import { mailFamily } from '../process/modules/mail/mail.ts';
import { startElected, type Term } from '../store/election.ts';
import type { Store } from '../store/store.ts';
import { remove } from '../store/unit.ts';

export const HOUSEKEEPING_MS = 10 * 60_000;
/** How long a message stays unpaired at most after a crash of another server; the start pairs those of a lonely one. */
export const PAIRING_MS = 30_000;
/** Rows of each kind that one commit forgets; a full batch is followed by the next at once. */
export const HOUSEKEEPING_BATCH = 500;

export type Keep = Pick<RetentionParts, 'keepMs' | 'keepBytes'>;

type Parts = {
  readonly store: Store;
  readonly access: Access;
  readonly jobs: Jobs;
  readonly correlator: Correlator;
  readonly clock: Clock;
  readonly log: Log;
  /** The name of this server. */
  readonly name: string;
  /** What is kept of ended instances. */
  readonly keep: Keep | undefined;
  /** How long readings are kept; undefined: for ever. */
  readonly keepMeasurementsMs?: number | undefined;
};

export function startHousekeeping(parts: Parts): Service {
  const { store, clock, log, name } = parts;
  return startElected({
    store,
    clock,
    log,
    office: 'housekeeping',
    candidate: name,
    lead: (term) => keepHouse(parts, term),
  });
}

function keepHouse(parts: Parts, { guards }: Term): Service {
  const { store, access, jobs, correlator, clock, log, keep } = parts;
  const sleep = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal);
  const tidying = startLoop({
    round: async (signal) => {
      await sleep(HOUSEKEEPING_MS, signal);
      for (let isMore = true; isMore && !signal.aborted; ) isMore = await tidyOnce({ store, access, guards });
    },
    onError: (error) => log.error({ err: error }, 'old rows could not be forgotten; it is tried again'),
    sleep,
  });
  const jobsTidying = startTidying({ store, jobs, clock, log });
  const walks = [new CondenseTallies(store), ...(keep === undefined ? [] : walksOf(store, keep))];
  const forgetting = startLoop({
    round: async (signal) => {
      await sleep(HOUSEKEEPING_MS, signal);
      for (const walk of walks) while (!signal.aborted && (await walk.round())) await sleep(TIDYING_PAUSE_MS, signal);
    },
    onError: (error) => log.error({ err: error }, 'ended instances could not be forgotten; it is tried again'),
    sleep,
  });
  const readings = forgetReadings(parts);
  const tidyings = service({}, async () => {
    await Promise.all([tidying.close(), jobsTidying.close(), forgetting.close(), readings?.close()]);
  });
  if (!store.capabilities.sharedByProcesses) return tidyings;
  const pairing = startLoop({
    round: async (signal) => {
      await correlator.collectAll();
      await sleep(PAIRING_MS, signal);
    },
    onError: (error) => log.error({ err: error }, 'kept messages could not be looked through; it is tried again'),
    sleep,
  });
  return service({}, async () => {
    await Promise.all([tidyings.close(), pairing.close()]);
  });
}

/** By themselves: of a plant with many readings there are always some that have had their time. */
function forgetReadings({ store, clock, log, keepMeasurementsMs: keepMs }: Parts): Service | undefined {
  if (keepMs === undefined) return undefined;
  const retention = new MeasurementRetention(store, { keepMs });
  return startLoop({
    round: async (signal) => {
      await clock.sleep(HOUSEKEEPING_MS, signal);
      while (!signal.aborted && (await retention.round())) await clock.sleep(TIDYING_PAUSE_MS, signal);
    },
    onError: (error) => log.error({ err: error }, 'old readings could not be forgotten; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

/** Ended instances first, then what they have left elsewhere. */
export const walksOf = (store: Store, keep: Keep): readonly { round(): Promise<boolean> }[] => [
  new Retention({ store, ...keep }),
  new Traces(store, {
    family: taskFamily,
    instanceOf: ({ ownerKind, ownerId, state }) =>
      ownerKind === PROCESS_OWNER && (state === 'done' || state === 'cancelled') ? ownerId : undefined,
  }),
  new Traces(store, {
    family: mailFamily,
    instanceOf: ({ instance, state }) => (state === 'queued' ? undefined : (instance ?? undefined)),
  }),
];

/** Forgets one batch of each kind; answers whether there may be more. */
export async function tidyOnce({
  store,
  access,
  guards = [],
}: Pick<Parts, 'store' | 'access'> & Partial<Pick<Term, 'guards'>>): Promise<boolean> {
  const limit = HOUSEKEEPING_BATCH;
  const now = store.now();
  const forgotten = [
    await forgetTakenIn(store, { before: now - INBOX_KEPT_MS, limit }),
    await access.credentials.forgetExpired({ limit }),
    await access.accounts.forgetExpired({ limit }),
    await forgetMessages(store, { now, limit, guards }),
  ];
  return forgotten.includes(limit);
}

async function forgetMessages(
  store: Store,
  { now, limit, guards }: { readonly now: number; readonly limit: number } & Pick<Term, 'guards'>,
): Promise<number> {
  const rows = await store.select(messageFamily, {
    where: { expiresAt: { lt: now } },
    order: ['expiresAt', 'name', 'correlationKey', 'id'],
    limit,
  });
  await store.commit([
    { guards, writes: rows.map((row) => remove(messageFamily, [row.name, row.correlationKey, row.id])) },
  ]);
  return rows.length;
}
