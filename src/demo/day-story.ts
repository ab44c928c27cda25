/**
 * How the simulated day goes on, from one moment that matters to the next: readings are sent, and when the criteria of a
 * machine say that there is a new case, its task is awaited; each task is done when the person who does it is through.
 */
import type { Client } from '../client/client.ts';
import type { Criterion } from '../client/wire-measurements.ts';
import type { Task } from '../client/wire-process.ts';
import type { Instant } from '../kernel/clock.ts';
import { type Random, seededRandom } from '../kernel/random.ts';
import { answerText, faultText, firedText, limitsText, lineOf, quietText } from './day-account.ts';
import { type Answer, engineerAnswer, isRole, minutesOf, operatorAnswer, technologistAnswer } from './day-people.ts';
import { DAY_EVERY_MS } from './day-plan.ts';
import { type Fault, isHarmless } from './fault.ts';
import { FiringWatch } from './firing-watch.ts';
import { sendReadings } from './send-readings.ts';
import { until, type VirtualServer } from './virtual-server.ts';

/** While nothing happens readings are sent in stretches of this length, … */
const QUIET_MS = 10 * 60_000;
/** … and a minute at a time for a quarter of an hour after something went wrong: a criterion may hold for two minutes only. */
const WATCH_MS = 60_000;
const WATCHED_MS = 15 * 60_000;
/** More than the plant has of anything. */
const ALL = 200;

export type StoryParts = {
  readonly client: Client;
  readonly server: VirtualServer;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly start: Instant;
  readonly faults: readonly Fault[];
};
type PlannedTask = { readonly at: Instant; readonly task: Task };

export class DayStory {
  readonly #parts: StoryParts;
  readonly #random: Random;
  readonly #watch = new FiringWatch();
  /** What somebody is working on. */
  readonly #planned = new Map<string, PlannedTask>();
  /** Machines with an open process. */
  readonly #open = new Set<string>();
  readonly #disturbing = new Set<Fault>();
  #faults: readonly Fault[];

  constructor(parts: StoryParts) {
    this.#parts = parts;
    this.#random = seededRandom(parts.seed + 1);
    this.#faults = parts.faults;
  }

  /** What went wrong, with the moments in which it was repaired. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** Answers how many readings were stored. */
  async tell(end: Instant): Promise<number> {
    let stored = 0;
    for (let at = this.#parts.start; at < end || this.#planned.size > 0; ) {
      const next = this.#nextStop(at, end);
      stored += await this.#stretch(at, next);
      at = next;
    }
    return stored;
  }

  #nextStop(at: Instant, end: Instant): Instant {
    const isWatching = this.#faults.some(({ from }) => from <= at && at < from + WATCHED_MS);
    const moments = [
      ...this.#faults.map(({ from }) => from),
      ...[...this.#planned.values()].map((planned) => planned.at),
      end,
    ];
    return Math.min(at + (isWatching ? WATCH_MS : QUIET_MS), ...moments.filter((moment) => moment > at));
  }

  async #stretch(after: Instant, to: Instant): Promise<number> {
    const { client, server, seed } = this.#parts;
    await server.advanceTo(to);
    const stored = await sendReadings(
      client,
      { seed, everyMs: DAY_EVERY_MS, faults: this.#faults },
      { after, to, mode: 'live' },
    );
    this.#tellFaults(to);
    const { items: criteria } = await client.criteria.list({ limit: ALL });
    for (const device of this.#watch.look(criteria, { at: to, open: this.#open })) {
      await until(server, `a task for ${device}`, async () =>
        (await this.#offered()).find(({ businessKey }) => businessKey === device),
      );
    }
    for (const task of await this.#offered()) await this.#plan(task, to);
    await this.#tellQuiet(criteria, { after, to });
    for (const { at, task } of [...this.#planned.values()]) if (at <= to) await this.#perform(task, to);
    return stored;
  }

  async #offered(): Promise<Task[]> {
    return (await this.#parts.client.tasks.list({ state: 'offered', limit: ALL })).items;
  }

  /** A task that has just come: somebody will do it in a while. */
  async #plan(task: Task, now: Instant): Promise<void> {
    const { id, role, businessKey } = task;
    if (this.#planned.has(id) || businessKey === null || !isRole(role)) return;
    this.#planned.set(id, { at: now + minutesOf(role, this.#random) * 60_000, task });
    if (this.#open.has(businessKey)) return;
    this.#open.add(businessKey);
    const { evidence } = await this.#parts.client.tasks.get(id);
    const fault = this.#faultOf(businessKey, now);
    if (fault !== undefined) this.#disturbing.add(fault);
    this.#say(now, businessKey, firedText(evidence));
  }

  async #perform(task: Task, now: Instant): Promise<void> {
    const { client, server } = this.#parts;
    const device = task.businessKey ?? '';
    const { completion, limits } = await this.#answer(task, now);
    const before = await this.#limitsOf(device);
    await client.tasks.complete(task.id, completion);
    this.#planned.delete(task.id);
    this.#say(now, device, answerText(task.role, completion.outcome, completion.comment));
    if (limits.length > 0) {
      const isStored = async () => {
        const stored = await this.#limitsOf(device);
        return limits.every(({ id, limit }) => stored.get(id) === limit) || undefined;
      };
      await until(server, `the new limits of ${device}`, isStored);
      this.#say(now, device, limitsText(limits.map((limit) => ({ ...limit, before: before.get(limit.id) ?? 0 }))));
    }
    if (completion.outcome === 'repaired') this.#repair(device, now);
    await this.#goOn(task, now);
  }

  /** Waits for what the process does next: another task, or its end. */
  async #goOn({ id, instance, businessKey }: Task, now: Instant): Promise<void> {
    const { client, server } = this.#parts;
    const next = await until(server, `what follows on ${id}`, async () => {
      const task = (await this.#offered()).find((offered) => offered.instance === instance);
      if (task !== undefined) return task;
      return (await client.instances.get(instance)).status === 'active' ? undefined : 'ended';
    });
    if (next === 'ended') this.#open.delete(businessKey ?? '');
    else await this.#plan(next, now);
  }

  async #answer({ id, role, businessKey }: Task, now: Instant): Promise<Answer> {
    const { client } = this.#parts;
    const device = businessKey ?? '';
    const { evidence } = await client.tasks.get(id);
    const fault = this.#faultOf(device, Math.min(now, ...evidence.map(({ at }) => Date.parse(at))));
    if (role === 'operator') return operatorAnswer(fault);
    if (role === 'technologist') return technologistAnswer(fault);
    const { items } = await client.devices.anomalies(device, { limit: ALL });
    return engineerAnswer(evidence, items);
  }

  async #limitsOf(device: string): Promise<Map<string, number>> {
    const { items } = await this.#parts.client.criteria.list({ device, limit: ALL });
    return new Map(
      items.flatMap(({ id, settings }) =>
        'limit' in settings && typeof settings.limit === 'number' ? [[id, settings.limit]] : [],
      ),
    );
  }

  #faultOf(device: string, at: Instant): Fault | undefined {
    return this.#faults.find((fault) => fault.device === device && fault.from <= at && at <= fault.to);
  }

  #repair(device: string, at: Instant): void {
    this.#faults = this.#faults.map((fault) =>
      fault.device === device && fault.from <= at && at < fault.to ? { ...fault, to: at } : fault,
    );
  }

  #tellFaults(to: Instant): void {
    for (const { device, kind, from } of this.#faults) if (from === to) this.#say(to, device, faultText(kind));
  }

  /** A cleaned sensor that no criterion cared about. */
  async #tellQuiet(
    criteria: readonly Criterion[],
    { after, to }: { readonly after: Instant; readonly to: Instant },
  ): Promise<void> {
    for (const fault of this.#faults) {
      if (!isHarmless(fault.kind) || this.#disturbing.has(fault) || fault.to <= after || fault.to > to) continue;
      const from = new Date(fault.from).toISOString();
      const { items } = await this.#parts.client.devices.anomalies(fault.device, { from, limit: ALL });
      const limitOf = (detector: string) =>
        criteria.flatMap(({ device, settings }) => {
          const isOurs = device === fault.device && 'signal' in settings && settings.signal.detector === detector;
          return isOurs && typeof settings.limit === 'number' ? [settings.limit] : [];
        })[0];
      this.#say(to, fault.device, quietText(items, limitOf));
    }
  }

  #say(at: Instant, device: string, text: string): void {
    this.#parts.say(lineOf(at, device, text));
  }
}
