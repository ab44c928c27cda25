/** Schedules: set, list, pause, remove – and the loop that makes their jobs. Each step is one commit, guarded by the stamp of the schedule, so that several servers make each job once. */
import { Bell } from '../kernel/bell.ts';
import type { Clock } from '../kernel/clock.ts';
import { isMillraceError, MillraceError } from '../kernel/errors.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { plantFeed } from '../store/feed.ts';
import type { Store } from '../store/store.ts';
import { append, type Guard, isAbsent, isEqual, put, remove, set, type Unit } from '../store/unit.ts';
import type { Intake, JobRequest } from './intake.ts';
import { type Backfill, dueOf, MIN_EVERY_MS, nextAfter, type ScheduleRow, scheduleFamily } from './schedule.ts';

export type ScheduleSettings = {
  readonly kind: string;
  readonly payload?: unknown;
  readonly cron?: string;
  readonly everyMs?: number;
  /** Default: that of the plant. */
  readonly timeZone?: string;
  readonly backfill?: Backfill;
  readonly isSingle?: boolean;
  readonly priority?: number;
  readonly key?: string;
};

/** How often the loop looks at the latest. */
export const SCHEDULES_POLL_MS = 1_000;
/** Schedules that one look serves. */
export const SCHEDULES_BATCH = 100;
export const MAX_SCHEDULES = 10_000;
const NAME = /^[a-z][\w.:-]{0,99}$/i;

export type SchedulesParts = {
  readonly store: Store;
  readonly intake: Pick<Intake, 'enqueueWith'>;
  readonly nextId: () => number;
  /** Of the plant. */
  readonly timeZone: string;
};

export class Schedules {
  readonly #parts: SchedulesParts;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
  }

  list(page: { readonly limit: number; readonly after?: string }): Promise<ScheduleRow[]> {
    const { limit, after } = page;
    return this.#parts.store.select(scheduleFamily, {
      order: ['name'],
      limit,
      ...(after !== undefined && { after: [after] }),
    });
  }

  async get(name: string): Promise<ScheduleRow> {
    const row = await this.#parts.store.get(scheduleFamily, [name]);
    if (row === undefined) throw new MillraceError('job.unknown-schedule', { name });
    return row;
  }

  /** Makes or changes a schedule; it counts from now on. Throws `job.bad-schedule`. */
  async put(name: string, settings: ScheduleSettings, actor: string): Promise<ScheduleRow> {
    const { store, nextId } = this.#parts;
    const before = await store.get(scheduleFamily, [name]);
    const now = store.now();
    const timing = this.#timingOf(name, settings);
    const row: ScheduleRow = {
      ...{ name, ...timing, kind: settings.kind, payload: JSON.stringify(settings.payload ?? null) },
      backfill: settings.backfill ?? 'last',
      isSingle: settings.isSingle === true ? 1 : 0,
      rank: -(settings.priority ?? 0),
      jobKey: settings.key ?? null,
      state: before?.state ?? 'running',
      nextAt: nextAfter(timing, now),
      lastAt: before?.lastAt ?? null,
      skipped: before?.skipped ?? 0,
      ...{ stamp: nextId(), updatedAt: now, updatedBy: actor },
    };
    const guard: Guard =
      before === undefined
        ? isAbsent(scheduleFamily, [name])
        : isEqual(scheduleFamily, [name], ['stamp', before.stamp]);
    await this.#commit(name, { guards: [guard], writes: [put(scheduleFamily, row)] }, { what: 'set', actor });
    return row;
  }

  /** Paused: its times pass by and are not made up for. */
  async pause(name: string, isPaused: boolean, actor: string): Promise<ScheduleRow> {
    const { store, nextId } = this.#parts;
    const row = await this.get(name);
    const state = isPaused ? 'paused' : 'running';
    const changed = { ...row, state, nextAt: nextAfter(row, store.now()), stamp: nextId() };
    const guards = [isEqual(scheduleFamily, [name], ['stamp', row.stamp])];
    const what = isPaused ? 'paused' : 'resumed';
    await this.#commit(name, { guards, writes: [put(scheduleFamily, changed)] }, { what, actor });
    return changed;
  }

  async remove(name: string, actor: string): Promise<void> {
    const row = await this.get(name);
    const guards = [isEqual(scheduleFamily, [name], ['stamp', row.stamp])];
    await this.#commit(name, { guards, writes: [remove(scheduleFamily, [name])] }, { what: 'removed', actor });
  }

  /** Makes the jobs that are due; answers how many schedules it served. */
  async serve(): Promise<number> {
    const { store } = this.#parts;
    const due = await store.select(scheduleFamily, {
      where: { state: 'running', nextAt: { lte: store.now() } },
      order: ['nextAt', 'name'],
      limit: SCHEDULES_BATCH,
    });
    await Promise.all(due.map((row) => this.#serveOne(row)));
    return due.length;
  }

  /** How long until the next is due, at most {@link SCHEDULES_POLL_MS}. */
  async untilNext(): Promise<number> {
    const { store } = this.#parts;
    const [next] = await store.select(scheduleFamily, {
      where: { state: 'running' },
      order: ['nextAt', 'name'],
      limit: 1,
    });
    const left = next === undefined ? SCHEDULES_POLL_MS : next.nextAt - store.now();
    return Math.max(1, Math.min(SCHEDULES_POLL_MS, left));
  }

  async #serveOne(row: ScheduleRow): Promise<void> {
    const { store, intake, nextId } = this.#parts;
    const now = store.now();
    const { times, skipped, nextAt } = dueOf(row, now);
    const guards = [isEqual(scheduleFamily, [row.name], ['stamp', row.stamp])];
    const after = (made: number, missed: number): Unit => ({
      guards,
      writes: [
        set(scheduleFamily, [row.name], {
          nextAt,
          stamp: nextId(),
          skipped: row.skipped + missed,
          ...(made > 0 && { lastAt: times.at(-1) ?? null }),
        }),
      ],
    });
    const requests = row.isSingle === 1 ? times.slice(-1) : times;
    const left = times.length - requests.length;
    try {
      const unit = after(requests.length, skipped + left);
      const { verdict } = await intake.enqueueWith(
        requests.map((at) => requestOf(row, at)),
        unit,
      );
      if (verdict === 'ok') return;
    } catch (error) {
      // A full queue, or a payload that its kind takes no longer: the time is missed, the schedule goes on.
      if (!isMillraceError(error) || error.status >= 500) throw error;
    }
    // Another server was faster (then this conflicts too), or its last job still lives.
    await store.commit([after(0, skipped + times.length)]);
  }

  #timingOf(
    name: string,
    { cron, everyMs, timeZone }: ScheduleSettings,
  ): Pick<ScheduleRow, 'cron' | 'everyMs' | 'timeZone'> {
    if (!NAME.test(name)) throw new MillraceError('job.bad-schedule', { problem: `the name "${name}"` });
    if ((cron === undefined) === (everyMs === undefined))
      throw new MillraceError('job.bad-schedule', {
        problem: 'it has a cron pattern or an interval, not both and not none',
      });
    if (everyMs !== undefined && everyMs < MIN_EVERY_MS)
      throw new MillraceError('job.bad-schedule', { problem: 'it comes more often than every second' });
    return { cron: cron ?? null, everyMs: everyMs ?? null, timeZone: timeZone ?? this.#parts.timeZone };
  }

  async #commit(
    name: string,
    unit: Unit,
    { what, actor }: { readonly what: string; readonly actor: string },
  ): Promise<void> {
    const { store } = this.#parts;
    const entry = append(plantFeed, {
      ...{ topic: `millrace.jobs.schedule.${what}`, subject: name, at: store.now(), actor },
      body: JSON.stringify({ v: 1 }),
    });
    const [verdict] = await store.commit([{ guards: unit.guards, writes: [...unit.writes, entry] }]);
    if (verdict !== 'ok') throw new MillraceError('store.conflict', { subject: `schedule ${name}`, attempts: 1 });
  }
}

/** The job of one time. It says for which. */
function requestOf({ name, kind, payload, rank, jobKey, isSingle }: ScheduleRow, at: number): JobRequest {
  const given = JSON.parse(payload) as unknown;
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  return {
    kind,
    payload:
      isObject || given === null ? { ...(given as object | null), scheduledAt: new Date(at).toISOString() } : given,
    priority: -rank,
    ...(jobKey !== null && { key: jobKey }),
    ...(isSingle === 1 && { dedupKey: `schedule/${name}` }),
  };
}

export function startSchedules({
  schedules,
  store,
  clock,
  log,
}: {
  readonly schedules: Schedules;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): Service {
  const bell = new Bell();
  const unlisten = store.onCommit(scheduleFamily, () => bell.ring());
  const loop = startLoop({
    round: async (signal) => {
      if ((await schedules.serve()) === SCHEDULES_BATCH) return;
      await bell.wait(clock, await schedules.untilNext(), signal);
    },
    onError: (error) => log.error({ err: error }, 'scheduled jobs could not be made; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    unlisten();
    await loop.close();
  });
}
