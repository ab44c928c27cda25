/**
 * Follows what comes: devices with a service are analysed soon after their readings are stored, after a late row, and after
 * a change of their settings. One process of the plant does it; a run that fails is tried again, later each time.
 */

import { backoffMs } from '../../kernel/backoff.ts';
import { Bell } from '../../kernel/bell.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import { isMillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { type Device, deviceFamily, deviceOf } from '../device/device.ts';
import { analyzerFamily } from '../ingest/analyzer.ts';
import { measurementFamily } from '../ingest/measurement.ts';
import { shiftPlanFamily } from '../shift-plan/shift-plan.ts';
import { dirtyRangeFamily } from './families.ts';
import type { AnalysisMetrics } from './metrics.ts';
import { type RunParts, runAnalysis } from './run.ts';
import { MAX_SHIFT_PLANS } from './subject.ts';

/** From the beginning of one look to that of the next when readings come all the time, and when none were heard of. */
export const FOLLOW_MS = 5_000;
const BACKSTOP_MS = 60_000;
/** Rows read at once: as many as one answer of the store holds. */
const FOLLOW_BATCH_ROWS = MAX_ROWS;
const RETRY = { firstMs: 10_000, longestMs: 600_000 };

export type FollowParts = RunParts & {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: AnalysisMetrics | undefined;
  readonly everyMs?: number | undefined;
};
type Trouble = { readonly attempts: number; readonly until: Instant };

export function startFollowing(parts: FollowParts): Service {
  const follower = new Follower(parts);
  const { store, clock, everyMs = FOLLOW_MS } = parts;
  const bell = new Bell();
  const deaf = [measurementFamily, dirtyRangeFamily, deviceFamily, shiftPlanFamily].map((family) =>
    store.onCommit(family, () => bell.ring()),
  );
  const loop = startLoop({
    round: async (signal) => {
      const begun = clock.now();
      await follower.round(signal);
      await clock.sleep(Math.max(0, begun + everyMs - clock.now()), signal);
      await bell.wait(clock, BACKSTOP_MS, signal);
    },
    onError: (error) => parts.log.error({ error: messageOf(error) }, 'looking for news of devices failed'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    for (const stop of deaf) stop();
    await loop.close();
  });
}

export class Follower {
  readonly #parts: FollowParts;
  /** By device: what it was analysed with. */
  readonly #done = new Map<string, string>();
  readonly #trouble = new Map<string, Trouble>();

  constructor(parts: FollowParts) {
    this.#parts = parts;
  }

  /** Analyses every device that has news. Answers how many there were. */
  async round(signal?: AbortSignal): Promise<number> {
    const { store, services } = this.#parts;
    if (!(await this.#hasDevices())) return 0;
    const plans = await store.select(shiftPlanFamily, { limit: MAX_SHIFT_PLANS });
    const planned = plans.map(({ id, version }) => `${id} ${version}`).join();
    const dirty = new Set((await store.select(dirtyRangeFamily, { limit: MAX_ROWS })).map(({ device }) => device));
    let runs = 0;
    for (const service of services.keys()) {
      for await (const devices of devicesOf(store, service)) {
        const analyzers = await store.getMany(
          analyzerFamily,
          devices.map(({ id }) => [id]),
        );
        for (const [place, device] of devices.entries()) {
          if (signal?.aborted) return runs;
          const { version = 0, lastAt = null } = analyzers[place] ?? {};
          const state = `${version} ${device.settingsVersion} ${planned}`;
          const isKnown = this.#done.get(device.id) === state && !dirty.has(device.id);
          if (lastAt === null || isKnown || this.#isWaiting(device.id)) continue;
          runs += 1;
          if (await this.#run(device.id, signal)) this.#done.set(device.id, state);
        }
      }
    }
    return runs;
  }

  async #hasDevices(): Promise<boolean> {
    const { store, services } = this.#parts;
    const of = (service: string) => store.select(deviceFamily, { where: { service }, limit: 1 });
    return (await Promise.all([...services.keys()].map(of))).some((found) => found.length > 0);
  }

  #isWaiting(device: string): boolean {
    const trouble = this.#trouble.get(device);
    return trouble !== undefined && this.#parts.clock.now() < trouble.until;
  }

  async #run(device: string, signal?: AbortSignal): Promise<boolean> {
    const { clock, log, metrics } = this.#parts;
    const begun = clock.now();
    try {
      const outcome = await runAnalysis(this.#parts, {
        batch: FOLLOW_BATCH_ROWS,
        device,
        trigger: 'follow',
        actor: 'service measurements',
        signal,
      });
      this.#trouble.delete(device);
      metrics?.ran(outcome, clock.now() - begun);
      return true;
    } catch (error) {
      if (signal?.aborted || (isMillraceError(error) && error.code === 'measurement.analysis-taken')) return false;
      const attempts = (this.#trouble.get(device)?.attempts ?? 0) + 1;
      this.#trouble.set(device, { attempts, until: clock.now() + backoffMs(RETRY, attempts, () => 0) });
      metrics?.failed();
      log.error(
        { device, error: messageOf(error), attempts },
        'the analysis of a device failed and is tried again later',
      );
      return false;
    }
  }
}

async function* devicesOf(store: Store, service: string): AsyncGenerator<Device[]> {
  let after: string | undefined;
  for (;;) {
    const query = { where: { service }, order: ['id'] as const, limit: 1_000 };
    const rows = await store.select(deviceFamily, after === undefined ? query : { ...query, after: [after] });
    if (rows.length > 0) yield rows.map(deviceOf);
    after = rows.at(-1)?.id;
    if (after === undefined || rows.length < 1_000) return;
  }
}
