/**
 * The load of `process.activities`: the equipment-defect process of examples/, taken through all its steps by many clients
 * at once, each waiting for its answer before the next call (a closed loop). A step is chosen at random among the live
 * instances, so the same instance is seldom asked twice in a row.
 */
import { readFileSync } from 'node:fs';
import type { InstanceId, JobId } from '../src/kernel/ids.ts';
import type { Random } from '../src/kernel/random.ts';
import type { Spine } from '../src/app/spine.ts';
import { done } from '../src/jobs/settlement.ts';
import { startWorker } from '../src/jobs/worker.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';

const PAYLOAD = { line: 'line-1', operatorNote: 'x'.repeat(140), shift: 3 };
const ACTORS = { operator: { id: 'operator', roles: ['operator'] }, technologist: { id: 'technologist', roles: ['technologist'] }, engineer: { id: 'engineer', roles: ['engineer'] } };

/** Where a live instance stands: how many steps it has taken. */
type Live = { id: InstanceId; step: number };

export class DefectLoad {
  readonly #spine: Spine;
  readonly #random: Random;
  readonly #live: Live[] = [];
  /** Completed activities (a start is none). */
  activities = 0;
  commands = 0;
  readonly latenciesMs: number[] = [];
  #stopped = false;
  #serial = 0;

  constructor(spine: Spine, random: Random) {
    this.#spine = spine;
    this.#random = random;
  }

  async deploy(): Promise<void> {
    const source: unknown = JSON.parse(readFileSync(new URL('../examples/equipment-defect/process.json', import.meta.url), 'utf8'));
    await this.#spine.process.definitions.deploy(source, 'bench');
  }

  /** Workers that do nothing, for the jobs beside the activities. */
  startWorkers(): AsyncDisposable[] {
    const { jobs, store } = this.#spine;
    return ['mail', 'anomaly.label', 'criteria.change'].map((kind) =>
      startWorker({ jobs, store, clock: systemClock, log: silentLog, worker: 'bench', kind, handler: () => done(), concurrency: 500 }),
    );
  }

  /** Starts instances until so many are live, spread over the steps. */
  async fill(count: number, clients: number): Promise<void> {
    const start = async () => {
      while (this.#serial < count) this.#live.push({ id: await this.#start(), step: 0 });
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
    while (!this.#stopped) {
      const place = Math.floor(this.#random() * this.#live.length);
      const live = this.#live[place];
      const last = this.#live.pop();
      if (live === undefined || last === undefined) return;
      if (last !== live) this.#live[place] = last;
      const asked = performance.now();
      await this.#step(live);
      this.latenciesMs.push(performance.now() - asked);
      this.commands += 1;
      this.#live.push(live);
    }
  }

  async #step(live: Live): Promise<void> {
    const { engine } = this.#spine.process;
    live.step += 1;
    if (live.step <= 2) {
      const criterion = live.step === 1 ? 'A' : 'B';
      await engine.command(live.id, { type: 'firing', firing: { id: `${live.id}${criterion}`, criterion, device: 'press-1', at: 0, evidence: { value: 99 } } }, 'bench');
      this.activities += 1;
    } else if (live.step <= 4) {
      const { state } = await engine.state(live.id);
      const wait = state.tokens[0]?.wait;
      if (wait?.for !== 'task') throw new Error(`instance ${live.id} should wait for a person: ${JSON.stringify(state.tokens)}`);
      const isFirst = live.step === 3;
      const rejects = isFirst && live.id % 10 === 0;
      const [actor, outcome] = isFirst ? [ACTORS.operator, rejects ? 'rejected' : 'confirmed'] as const : this.#second(state.tokens[0]?.node);
      await this.#spine.tasks.complete(wait.job as JobId, actor, { outcome, variables: { note: 'seen' }, ...(rejects && { comment: 'no' }) });
      this.activities += 1;
    } else {
      live.id = await this.#start();
      live.step = 0;
    }
  }

  #second(node: string | undefined) {
    return node === 'technologist' ? ([ACTORS.technologist, 'repaired'] as const) : ([ACTORS.engineer, 'done'] as const);
  }

  #start(): Promise<InstanceId> {
    this.#serial += 1;
    const device = `press-${this.#serial}`;
    return this.#spine.process.engine.start({ definition: 'equipment-defect', businessKey: device, variables: { device, ...PAYLOAD } }, 'bench');
  }
}
