/** What processes under faults have in common: what they write down, what they enqueue, and how they stand still. */
import { openSync, writeSync } from 'node:fs';
import { systemClock } from '../../../dist/kernel/clock.js';

const FLOODS = 4;
const KEYS = 3;
const DEDUP_KEYS = 20;
/** Jobs of one call at most. */
const MOST = 10;
/** One job in so many has a key. */
const KEYED = 4;
/** One in so many takes about as long as a lease: whoever stands still past it comes back while another has the job. */
const SLOW = 60;
/** After a refusal. */
const REST_MS = 100;

/** A process says what it asked, and what it was told. */
export function diaryOf(path, name) {
  const file = openSync(path, 'a');
  const now = () => performance.timeOrigin + performance.now();
  const tell = (what, facts) => writeSync(file, `${JSON.stringify({ what, at: now(), by: name, ...facts })}\n`);
  /** Before the call, and after its answer. */
  const settling = (settle) => async (worker, settlements) => {
    for (const { id, epoch, settlement } of settlements)
      tell('settling', { job: id, epoch, answer: settlement.kind === 'done' ? 'done' : 'fail' });
    const verdicts = await settle(worker, settlements);
    verdicts.forEach((verdict, at) => {
      const { id, epoch, settlement } = settlements[at];
      if (verdict === 'ok') tell(settlement.kind === 'done' ? 'completed' : 'failed', { job: id, epoch });
    });
    return verdicts;
  };
  return { now, tell, settling };
}

export const enqueuedFacts = ({ kind, payload, key, dedupKey, delayMs }, { id, isNew, askedAt }) => ({
  ...{ job: id, isNew, askedAt, kind, fails: payload.fails ?? 0, isDelayed: delayMs !== undefined },
  ...{ key: key ?? null, dedupKey: dedupKey ?? null },
});

/** Enqueues without end. Jobs of one key come from one place, one call after the other: so that their order is known. */
export function startFlood({ name, tell, enqueueMany, pauseMs, leaseMs }) {
  let isStopping = false;
  let number = 0;
  const some = (count) => Math.floor(Math.random() * count);
  const request = (flood) => {
    const n = number++;
    const kind = some(KEYED) === 0 ? 'keyed' : 'plain';
    return {
      ...{
        kind,
        payload: { fails: some(4) === 0 ? 1 : 0, ...(some(SLOW) === 0 && { ms: leaseMs / 2 + some(leaseMs) }) },
      },
      ...(kind === 'keyed' && { key: `${name}-${flood}-${some(KEYS)}` }),
      ...(n % 10 === 0 && { dedupKey: `d${some(DEDUP_KEYS)}` }),
      ...(n % 7 === 0 && { delayMs: some(300) }),
    };
  };
  const one = async (flood) => {
    while (!isStopping) {
      const requests = Array.from({ length: 1 + some(MOST) }, () => request(flood));
      try {
        await enqueueMany(requests);
        await systemClock.sleep(pauseMs);
      } catch (error) {
        tell('refused', { code: error.code ?? error.message });
        await systemClock.sleep(REST_MS);
      }
    }
  };
  const running = Promise.all(Array.from({ length: FLOODS }, (_, flood) => one(flood)));
  return {
    stop: () => {
      isStopping = true;
      return running;
    },
  };
}

/** Nothing else of this process runs for so long. */
export function blockWhenTold({ blockMs, longBlockMs }) {
  const still = new Int32Array(new SharedArrayBuffer(4));
  process.on('SIGUSR2', () => Atomics.wait(still, 0, 0, blockMs));
  process.on('SIGHUP', () => Atomics.wait(still, 0, 0, longBlockMs));
}
