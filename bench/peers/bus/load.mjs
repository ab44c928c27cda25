/** The load, the same for every contestant: closed loops, in which so many callers wait for their answer before they go on. */

/** Calls that wait for their answer at the same time. */
export const IN_FLIGHT = 128;
/** Publishes that wait for their confirm at the same time. */
export const WINDOW = 256;
export const PREFETCH = 256;
/** Messages that a queue holds when consuming them is measured. */
export const FILLED = 60_000;
/** Local calls that are awaited together. */
export const BATCH = 1_000;

export const BODY_BYTES = 256;
const reading = { device: 'press-1', at: 1_764_000_000_000, value: 99.5, note: '' };
/** JSON of 256 bytes. */
export const body = { ...reading, note: 'x'.repeat(BODY_BYTES - JSON.stringify(reading).length) };

/** Rounds that count what so many callers get done in a second. */
export function throughput(call, callers = IN_FLIGHT) {
  return async (ms) => {
    const began = performance.now();
    let calls = 0;
    const caller = async () => {
      while (performance.now() - began < ms) {
        await call(body);
        calls += 1;
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return { value: calls / ((performance.now() - began) / 1_000) };
  };
}

/** The same for calls so short that looking at the clock would count: batches, each awaited as a whole. */
export function batches(call) {
  return async (ms) => {
    const began = performance.now();
    let calls = 0;
    while (performance.now() - began < ms) {
      await Promise.all(Array.from({ length: BATCH }, () => call(body)));
      calls += BATCH;
    }
    return { value: calls / ((performance.now() - began) / 1_000) };
  };
}

/** One call after the other, counted. */
export function oneByOne(call) {
  return async (ms) => {
    const began = performance.now();
    let calls = 0;
    while (performance.now() - began < ms) {
      for (let place = 0; place < BATCH; place += 1) await call(body);
      calls += BATCH;
    }
    return { value: calls / ((performance.now() - began) / 1_000) };
  };
}

/** One call after the other: the median and the 99th of a hundred of the waits, in milliseconds. */
export function latency(call) {
  return async (ms) => {
    const began = performance.now();
    const waits = [];
    for (let now = began; now - began < ms; ) {
      await call(body);
      const after = performance.now();
      waits.push(after - now);
      now = after;
    }
    waits.sort((a, b) => a - b);
    const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
    return { value: at(0.5), p99: at(0.99) };
  };
}

/** Messages a second from the first that comes in until the last has been counted. */
export class Tally {
  #count = 0;
  #began = 0;
  #done;
  /** Resolves with the rate when all {@link FILLED} have been counted. */
  rate = new Promise((resolve) => {
    this.#done = resolve;
  });

  count() {
    if (this.#count === 0) this.#began = performance.now();
    this.#count += 1;
    if (this.#count === FILLED) this.#done((FILLED - 1) / ((performance.now() - this.#began) / 1_000));
  }
}

/** Throws unless the answer is what was sent: a peer that answers with something else is not measured. */
export async function assertEchoes(call) {
  const answer = await call(body);
  if (JSON.stringify(answer) !== JSON.stringify(body)) throw new Error(`no echo but ${JSON.stringify(answer)}`);
}
