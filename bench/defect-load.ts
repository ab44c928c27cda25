/**
 * The load of `process.activities`: the equipment-defect process of examples/, taken through all its steps by many clients
 * at once, each waiting for its answer before the next call (a closed loop). A step is chosen at random among the live
 * instances, so the same instance is seldom asked twice in a row.
 */
import { readFileSync } from 'node:fs';
import type { Spine } from '../src/app/spine.ts';
import { startWorker } from '../src/jobs/worker.ts';
import { systemClock } from '../src/kernel/clock.ts';
import type { InstanceId } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import type { Random } from '../src/kernel/random.ts';
import { done } from '../src/kernel/settlement.ts';

const PAYLOAD = { line: 'line-1', operatorNote: 'x'.repeat(140), shift: 3 };
const ACTORS = {
  operator: { id: 'operator', roles: ['operator'] },
  technologist: { id: 'technologist', roles: ['technologist'] },
  engineer: { id: 'engineer', roles: ['engineer'] },
};

export class DefectLoad {
  readonly #spine: Spine;
  readonly #random: Random;
  /** The live instances that nobody is working on, and how many steps each has taken: typed arrays, so that a million cost 9 MB. */
  readonly #ids: Float64Array;
  readonly #steps: Uint8Array;
  #idle = 0;
  /** Completed activities (a start is none). */
  activities = 0;
  commands = 0;
  readonly latenciesMs: number[] = [];
  #stopped = false;
  #serial = 0;

  constructor(spine: Spine, { random, capacity }: { readonly random: Random; readonly capacity: number }) {
    this.#spine = spine;
    this.#random = random;
    this.#ids = new Float64Array(capacity);
    this.#steps = new Uint8Array(capacity);
  }

  async deploy(): Promise<void> {
    const source: unknown = JSON.parse(
      readFileSync(new URL('../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
    );
    await this.#spine.process.definitions.deploy(source, 'bench');
  }

  /** Workers that do nothing, for the jobs beside the activities. */
  startWorkers(): AsyncDisposable[] {
    const { jobs, store } = this.#spine;
    return ['mail', 'anomaly.label', 'criteria.change'].map((kind) =>
      startWorker({
        jobs,
        store,
        clock: systemClock,
        log: silentLog,
        worker: 'bench',
        kind,
        handler: () => done(),
        concurrency: 500,
      }),
    );
  }

  /** Starts instances until so many are live, spread over the steps. */
  async fill(count: number, clients: number): Promise<void> {
    const start = async () => {
      while (this.#serial < count) this.#putBack(await this.#start(), 0);
    };
    await Promise.all(Array.from({ length: clients }, start));
  }

  async run(clients: number, durationMs: number): Promise<number> {
    const began = performance.now();
    this.activities = 0;
    this.commands = 0;
    this.latenciesMs.length = 0;
    setTimeout(() => {
      this.#stopped = true;
    }, durationMs);
    await Promise.all(Array.from({ length: clients }, () => this.#client()));
    this.#stopped = false;
    return (performance.now() - began) / 1_000;
  }

  async #client(): Promise<void> {
    while (!this.#stopped && this.#idle > 0) {
      const place = Math.floor(this.#random() * this.#idle);
      const id = this.#ids[place] as InstanceId;
      const step = this.#steps[place] ?? 0;
      this.#idle -= 1;
      this.#ids[place] = this.#ids[this.#idle] ?? 0;
      this.#steps[place] = this.#steps[this.#idle] ?? 0;
      const asked = performance.now();
      const next = await this.#step(id, step + 1);
      this.latenciesMs.push(performance.now() - asked);
      this.commands += 1;
      this.#putBack(next, next === id ? step + 1 : 0);
    }
  }

  /** Takes one instance from its start to its end, and waits before each step. */
  async walk(pause: () => Promise<void>): Promise<void> {
    const id = await this.#start();
    for (let step = 1; step <= 4; step++) {
      await pause();
      await this.#step(id, step);
    }
  }

  #putBack(id: InstanceId, step: number): void {
    this.#ids[this.#idle] = id;
    this.#steps[this.#idle] = step;
    this.#idle += 1;
  }

  /** Takes the instance a step further; when it has ended starts another, and answers that one. */
  async #step(id: InstanceId, step: number): Promise<InstanceId> {
    const { engine } = this.#spine.process;
    if (step > 4) return this.#start();
    if (step <= 2) {
      const criterion = step === 1 ? 'A' : 'B';
      const firing = { id: `${id}${criterion}`, criterion, device: 'press-1', at: 0, value: 99 };
      await engine.command(id, { type: 'firing', firing }, 'bench');
    } else {
      await this.complete(id, step === 3);
    }
    this.activities += 1;
    return id;
  }

  /** Completes the task that the instance waits for. */
  async complete(id: InstanceId, isFirst: boolean): Promise<void> {
    const { state } = await this.#spine.process.engine.state(id);
    const token = state.tokens[0];
    if (token?.wait.for !== 'task')
      throw new Error(`instance ${id} should wait for a person: ${JSON.stringify(state.tokens)}`);
    const rejects = isFirst && id % 10 === 0;
    const [actor, outcome] = isFirst
      ? ([ACTORS.operator, rejects ? 'rejected' : 'confirmed'] as const)
      : this.#second(token.node);
    await this.#spine.tasks.complete(token.wait.job, actor, {
      outcome,
      variables: { note: 'seen' },
      ...(rejects && { comment: 'no' }),
    });
  }

  #second(node: string | undefined) {
    return node === 'technologist'
      ? ([ACTORS.technologist, 'repaired'] as const)
      : ([ACTORS.engineer, 'done'] as const);
  }

  #start(): Promise<InstanceId> {
    this.#serial += 1;
    const device = `press-${this.#serial}`;
    return this.#spine.process.engine.start(
      { definition: 'equipment-defect', businessKey: device, variables: { device, ...PAYLOAD } },
      'bench',
    );
  }
}
