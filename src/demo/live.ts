/**
 * The simulated plant, live: sends what its machines read every two seconds, and lets something go wrong now and then.
 *
 * It begins with the last six hours as history, so that charts and baselines are full and nothing is started by the past.
 * It begins again in the same way when it has been cut off for long, as after a night with the lid closed. A server that
 * does not answer is waited for: the readings of the meantime are sent when it is back.
 */
import type { Client } from '../client/client.ts';
import { everyItem } from '../client/pages.ts';
import { backoffMs } from '../kernel/backoff.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import { type Service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { type Random, seededRandom } from '../kernel/random.ts';
import type { Fault } from './fault.ts';
import { type GroundTruth, groundTruth, readFaults } from './ground-truth.ts';
import { faultDue, nextFault } from './live-schedule.ts';
import type { Plant } from './plant.ts';
import { isRepaired } from './repair.ts';
import { sendReadings } from './send-readings.ts';

const EVERY_MS = 2_000;
const HISTORY_MS = 6 * 3_600_000;
/** History is sent with wider steps: six hours in one call. */
const HISTORY_EVERY_MS = 10_000;
/** Cut off for longer than this, it begins again. */
const MAX_BEHIND_MS = 5 * 60_000;
const LOOK_FOR_REPAIRS_MS = 4_000;
/** Entries of the ground truth that are kept: about three days of faults. */
const MAX_FAULTS = 1_000;
/** A fault that was over for so long moves no reading. */
const FORGOTTEN_MS = 10 * 60_000;
const RETRY = { firstMs: 500, longestMs: 15_000 };

export type LivePlantOptions = {
  readonly client: Client;
  readonly clock: Clock;
  readonly seed: number;
  readonly log: Log;
  /** Keeps the ground truth; called whenever it has changed. */
  readonly writeTruth: (truth: GroundTruth) => Promise<void>;
  /** What an earlier run has kept, so that its faults stay in the ground truth. */
  readonly truthBefore?: unknown;
};

/** Set up the plant first. Closing it ends the sending; what was sent stays. */
export function startPlant(options: LivePlantOptions): Service {
  const live = new LivePlant(options);
  return startLoop({
    round: (signal) => live.round(signal),
    // Rounds wait out their own failures.
    onError: (error) => options.log.error({ err: error }, 'the simulated plant met something unexpected and goes on'),
    sleep: (ms, signal) => options.clock.sleep(ms, signal),
  });
}

class LivePlant {
  readonly #options: LivePlantOptions;
  readonly #random: Random;
  #faults: Fault[];
  #begun: { readonly at: Instant; readonly nextFault: number } | undefined;
  #sentTo: Instant = 0;
  #lookedAt: Instant = 0;
  #isTruthKept = true;
  #failures = 0;

  constructor(options: LivePlantOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#faults = readFaults(options.truthBefore);
  }

  async round(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await this.#step(signal);
      if (this.#failures > 0) log.info({ failures: this.#failures }, 'the server answers the simulated plant again');
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      const waitMs = backoffMs(RETRY, this.#failures, this.#random);
      log.warn({ problem: messageOf(error), waitMs }, 'the simulated plant could not send; it tries again');
      return await clock.sleep(waitMs, signal);
    }
    await clock.sleep(EVERY_MS - (clock.now() % EVERY_MS), signal);
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#options;
    if (this.#begun === undefined || clock.now() - this.#sentTo > MAX_BEHIND_MS) await this.#begin(signal);
    const now = clock.now();
    this.#letFaultsCome(now);
    await this.#endRepaired(now);
    await this.#keepTruth();
    await sendReadings(client, this.#plant(), { after: this.#sentTo, to: now, mode: 'live', signal });
    this.#sentTo = now;
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { client, clock, log } = this.#options;
    const now = clock.now();
    const sentBefore = new Map<string, Instant>();
    for await (const { id, lastSeenAt } of everyItem(client.devices.list)) {
      if (lastSeenAt !== null) sentBefore.set(id, Date.parse(lastSeenAt));
    }
    const stretch = { after: now - HISTORY_MS, to: now, everyMs: HISTORY_EVERY_MS, sentBefore };
    const rows = await sendReadings(client, this.#plant(), { ...stretch, mode: 'import', signal });
    log.info({ rows }, 'the simulated plant has its history and goes live');
    this.#sentTo = now;
    this.#begun = { at: now, nextFault: 0 };
  }

  #letFaultsCome(now: Instant): void {
    if (this.#begun === undefined) return;
    const { at: begun, nextFault: number } = this.#begun;
    const at = faultDue(begun, number);
    if (at > now) return;
    const fault = nextFault(this.#faults, { number, at, tempo: { everyMs: EVERY_MS } });
    this.#options.log.info({ device: fault.device, kind: fault.kind }, 'something goes wrong in the simulated plant');
    this.#faults = [...this.#faults, fault].slice(-MAX_FAULTS);
    this.#begun = { at: begun, nextFault: number + 1 };
    this.#isTruthKept = false;
  }

  async #endRepaired(now: Instant): Promise<void> {
    if (now - this.#lookedAt < LOOK_FOR_REPAIRS_MS) return;
    this.#lookedAt = now;
    for (const fault of this.#faults.filter(({ from, to }) => from <= now && now < to)) {
      if (!(await isRepaired(this.#options.client, fault))) continue;
      this.#faults = this.#faults.map((other) => (other === fault ? { ...fault, to: now } : other));
      this.#options.log.info({ device: fault.device, kind: fault.kind }, 'the simulated fault was repaired');
      this.#isTruthKept = false;
    }
  }

  async #keepTruth(): Promise<void> {
    if (this.#isTruthKept) return;
    await this.#options.writeTruth(groundTruth(this.#options.seed, this.#faults));
    this.#isTruthKept = true;
  }

  #plant(): Plant {
    const { seed, clock } = this.#options;
    const remembered = Math.min(this.#sentTo, clock.now()) - FORGOTTEN_MS;
    return { seed, everyMs: EVERY_MS, faults: this.#faults.filter(({ to }) => to > remembered) };
  }
}
