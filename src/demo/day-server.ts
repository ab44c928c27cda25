/** What the simulated day asks the server, and what it waits for. Whatever must follow from something is waited for. */
import type { Client } from '../client/client.ts';
import type { Anomaly, Criterion } from '../client/wire-measurements.ts';
import type { Firing, Task, TaskCompletion } from '../client/wire-process.ts';
import type { Instant } from '../kernel/clock.ts';
import type { NewLimit } from './day-people.ts';
import { MailWatch } from './mail-watch.ts';
import { until, type VirtualServer } from './virtual-server.ts';

/** More than the plant has of anything within a day. */
const ALL = 200;

export class DayServer {
  readonly #client: Client;
  readonly #virtual: VirtualServer;
  readonly #mails: MailWatch;

  constructor(client: Client, virtual: VirtualServer) {
    this.#client = client;
    this.#virtual = virtual;
    this.#mails = new MailWatch(client);
  }

  advanceTo(instant: Instant): Promise<void> {
    return this.#virtual.advanceTo(instant);
  }

  async criteria(): Promise<Criterion[]> {
    return (await this.#client.criteria.list({ limit: ALL })).items;
  }

  async offered(): Promise<Task[]> {
    return (await this.#client.tasks.list({ state: 'offered', limit: ALL })).items;
  }

  async evidenceOf({ id }: Task): Promise<Firing[]> {
    return (await this.#client.tasks.get(id)).evidence;
  }

  /** Those that touch the time from `from` on; the latest first. */
  async anomaliesOf(device: string, from: Instant): Promise<Anomaly[]> {
    const filter = { from: new Date(from).toISOString(), limit: ALL };
    return (await this.#client.devices.anomalies(device, filter)).items;
  }

  /** Waits for the task of a new case. */
  async caseOpened(device: string): Promise<void> {
    await until(this.#virtual, `a task for ${device}`, async () =>
      (await this.offered()).find(({ businessKey }) => businessKey === device),
    );
  }

  /** Waits for the mail about a new task; answers how many mails there are by now. */
  async mailed(task: Task): Promise<number> {
    await this.#mails.expectFor(task);
    return until(this.#virtual, `the mail about ${task.step} for ${task.businessKey}`, () => this.#mails.settled());
  }

  /** Waits for what the process does next: another task, or its end. */
  async complete({ id, step, instance }: Task, completion: TaskCompletion): Promise<Task | 'ended'> {
    await this.#client.tasks.complete(id, completion);
    return until(this.#virtual, `what follows on ${step} of ${instance}`, async () => {
      const next = (await this.offered()).find((offered) => offered.instance === instance);
      if (next !== undefined) return next;
      return (await this.#client.instances.get(instance)).status === 'active' ? undefined : 'ended';
    });
  }

  /** Waits until the outcome of a case has become the label of the anomalies in its evidence. */
  async labelled(
    device: string,
    { evidence, label }: { readonly evidence: readonly Firing[]; readonly label: string },
  ): Promise<void> {
    const ids = new Set(evidence.flatMap(({ anomalies = [] }) => anomalies));
    const from = Math.min(this.#virtual.now(), ...evidence.map(({ at }) => Date.parse(at)));
    await until(this.#virtual, `the labels of ${device}`, async () => {
      const anomalies = await this.anomaliesOf(device, from);
      return anomalies.filter(({ id }) => ids.has(id)).every((anomaly) => anomaly.label === label) || undefined;
    });
  }

  /** Waits until readings are judged by the new limits. */
  async limitsStored(limits: readonly NewLimit[]): Promise<void> {
    await until(this.#virtual, 'the new limits', async () => {
      const stored = limitsOf(await this.criteria());
      return limits.every(({ id, limit }) => stored.get(id) === limit) || undefined;
    });
  }
}

/** By the id of the criterion. */
export const limitsOf = (criteria: readonly Criterion[]): Map<string, number> =>
  new Map(
    criteria.flatMap(({ id, settings }) =>
      'limit' in settings && typeof settings.limit === 'number' ? [[id, settings.limit]] : [],
    ),
  );
