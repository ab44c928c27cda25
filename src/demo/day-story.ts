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
import { answerOf, isRole, minutesOf } from './day-people.ts';
import { DAY_EVERY_MS } from './day-plan.ts';
import { DayServer, limitsOf } from './day-server.ts';
import { type Fault, isHarmless } from './fault.ts';
import { FiringWatch } from './firing-watch.ts';
import { sendReadings } from './send-readings.ts';
import type { VirtualServer } from './virtual-server.ts';

/** While nothing happens readings are sent in stretches of this length, … */
const QUIET_MS = 10 * 60_000;
/** … and a minute at a time for a quarter of an hour after something went wrong: a criterion may hold for two minutes only. */
const WATCH_MS = 60_000;
const WATCHED_MS = 15 * 60_000;

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
  readonly #server: DayServer;
  readonly #random: Random;
  readonly #watch = new FiringWatch();
  /** What somebody is working on, by task. */
  readonly #planned = new Map<string, PlannedTask>();
  /** Machines with an open case, and what had happened to them when it was opened. */
  readonly #cases = new Map<string, Fault | undefined>();
  readonly #disturbing = new Set<Fault>();
  #faults: readonly Fault[];
  #readings = 0;
  #mails = 0;

  constructor(parts: StoryParts) {
    this.#parts = parts;
    this.#server = new DayServer(parts.client, parts.server);
    this.#random = seededRandom(parts.seed + 1);
    this.#faults = parts.faults;
  }

  /** Goes on after `end` until nobody has anything left to do. Answers how many readings were stored and mails sent. */
  async tell(end: Instant): Promise<{ readonly measurements: number; readonly mails: number }> {
    for (let at = this.#parts.start; at < end || this.#planned.size > 0; ) {
      const next = this.#nextStop(at, end);
      await this.#stretch(at, next);
      at = next;
    }
    return { measurements: this.#readings, mails: this.#mails };
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

  async #stretch(after: Instant, to: Instant): Promise<void> {
    const { client, seed } = this.#parts;
    await this.#server.advanceTo(to);
    const plant = { seed, everyMs: DAY_EVERY_MS, faults: this.#faults };
    this.#readings += await sendReadings(client, plant, { after, to, mode: 'live' });
    for (const { device, kind, from } of this.#faults) if (from === to) this.#say(to, device, faultText(kind));
    const criteria = await this.#server.criteria();
    for (const device of this.#watch.look(criteria, { at: to, open: this.#cases })) {
      await this.#server.caseOpened(device);
    }
    for (const task of await this.#server.offered()) await this.#plan(task, to);
    await this.#tellQuiet(criteria, { after, to });
    for (const { at, task } of [...this.#planned.values()]) if (at <= to) await this.#perform(task, to);
  }

  /** A task that has just come: somebody will do it in a while. */
  async #plan(task: Task, now: Instant): Promise<void> {
    const { id, role, businessKey: device } = task;
    if (this.#planned.has(id) || device === null || !isRole(role)) return;
    this.#planned.set(id, { at: now + minutesOf(role, this.#random) * 60_000, task });
    this.#mails = await this.#server.mailed(task);
    if (this.#cases.has(device)) return;
    const fault = this.#faults.find((one) => one.device === device && one.from <= now && now <= one.to);
    this.#cases.set(device, fault);
    if (fault !== undefined) this.#disturbing.add(fault);
    this.#say(now, device, firedText(await this.#server.evidenceOf(task)));
  }

  async #perform(task: Task, now: Instant): Promise<void> {
    const { role, businessKey } = task;
    const device = businessKey ?? '';
    const fault = this.#cases.get(device);
    const evidence = await this.#server.evidenceOf(task);
    const begun = Math.min(now, ...evidence.map(({ at }) => Date.parse(at)));
    const anomalies = await this.#server.anomaliesOf(device, begun);
    const { completion, limits } = answerOf(role, { fault, evidence, anomalies });
    const before = limitsOf(await this.#server.criteria());
    const next = await this.#server.complete(task, completion);
    this.#planned.delete(task.id);
    this.#say(now, device, answerText(role, completion.outcome, completion.comment));
    if (role === 'operator') await this.#server.labelled(device, { evidence, label: completion.outcome });
    if (limits.length > 0) {
      await this.#server.limitsStored(limits);
      this.#say(now, device, limitsText(limits, before));
    }
    if (role === 'technologist') this.#end(fault, now);
    if (next === 'ended') this.#cases.delete(device);
    else await this.#plan(next, now);
  }

  #end(repaired: Fault | undefined, at: Instant): void {
    this.#faults = this.#faults.map((fault) => (fault === repaired && at < fault.to ? { ...fault, to: at } : fault));
  }

  /** A cleaned sensor that no criterion cared about. */
  async #tellQuiet(
    criteria: readonly Criterion[],
    { after, to }: { readonly after: Instant; readonly to: Instant },
  ): Promise<void> {
    for (const fault of this.#faults) {
      const isOver = after < fault.to && fault.to <= to;
      if (!isOver || !isHarmless(fault.kind) || this.#disturbing.has(fault)) continue;
      const own = criteria.filter(({ device }) => device === fault.device);
      this.#say(to, fault.device, quietText(await this.#server.anomaliesOf(fault.device, fault.from), own));
    }
  }

  #say(at: Instant, device: string, text: string): void {
    this.#parts.say(lineOf(at, device, text));
  }
}
