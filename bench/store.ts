/**
 * How many units a second the embedded store commits, with every answer after the disk has it. A unit is what a
 * transition of a process writes: its instance under a guard, a task, the task before it, a feed row, two counts.
 * Closed loop: so many callers, each waiting for its answer before it goes on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openSqliteStore } from '../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { defineFamily } from '../src/store/family.ts';
import { plantFeed } from '../src/store/feed.ts';
import type { Store } from '../src/store/store.ts';
import { add, append, isEqual, put, set, type Unit } from '../src/store/unit.ts';
import { type Figure, note, print, quantile } from './figure.ts';

const instance = defineFamily({
  name: 'bench_instance',
  columns: {
    id: 'integer',
    definition: 'integer',
    version: 'integer',
    status: 'text',
    businessKey: 'text?',
    state: 'text',
  },
  key: ['id'],
  indexes: [{ columns: ['definition', 'id'], where: { column: 'status', is: 'open' } }],
});
const task = defineFamily({
  name: 'bench_task',
  columns: { id: 'integer', instance: 'integer', kind: 'text', state: 'text', dueAt: 'integer?', payload: 'text' },
  key: ['id'],
  indexes: [{ columns: ['instance', 'id'], where: { column: 'state', is: 'offered' } }],
});
const statistics = defineFamily({
  name: 'bench_statistics',
  columns: { kind: 'text', hour: 'integer', started: 'integer', done: 'integer' },
  key: ['kind', 'hour'],
});

type Setting = { readonly instances: number; readonly callers: number; readonly seconds: number };

const FILLER = 'x'.repeat(250);

/** `npm run bench -- store [instances [callers [seconds]]]` */
export async function run(args: readonly string[]): Promise<void> {
  const [instances = 10_000, callers = 4_000, seconds = 6] = args.map(Number);
  for (const figure of await measure({ instances, callers, seconds })) print(figure);
}

async function measure({ instances, callers, seconds }: Setting): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const families = [instance, task, statistics, plantFeed];
  const store = await openSqliteStore({ directory, families, clock: systemClock });
  try {
    await fill(store, instances);
    const load = new Load(store, { instances, callers });
    await load.run(1_000);
    const before = performance.eventLoopUtilization();
    const { units, waitsMs } = await load.run(seconds * 1_000);
    const { active } = performance.eventLoopUtilization(before);
    note(`main thread, callers included: ${((active * 1_000) / units).toFixed(1)} µs a unit`);
    const setup = `sqlite, ${instances} instances, ${callers} callers, 5 writes a unit, 600 B of text`;
    waitsMs.sort((a, b) => a - b);
    return [
      { name: 'store.units.sqlite', value: units / seconds, unit: '1/s', setup },
      { name: 'store.commit.p50.sqlite', value: quantile(waitsMs, 0.5), unit: 'ms', setup },
      { name: 'store.commit.p99.sqlite', value: quantile(waitsMs, 0.99), unit: 'ms', setup },
      { name: 'store.rss.sqlite', value: process.memoryUsage.rss(), unit: 'B', setup },
    ];
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function fill(store: Store, instances: number): Promise<void> {
  const rowsPerUnit = 1_000;
  for (let from = 0; from < instances; from += rowsPerUnit) {
    const ids = Array.from({ length: Math.min(rowsPerUnit, instances - from) }, (_, place) => from + place);
    const writes = ids.flatMap((id) => [
      put(instance, { id, definition: id % 7, version: 0, status: 'open', businessKey: null, state: stateOf(0) }),
      put(task, taskOf(id, id)),
    ]);
    await store.commit([{ guards: [], writes }]);
  }
}

const stateOf = (version: number): string => `{"v":1,"version":${version},"variables":"${FILLER}"}`;
const taskOf = (id: number, of: number) => ({
  id,
  instance: of,
  kind: 'operator',
  state: 'offered',
  dueAt: null,
  payload: '{"v":1}',
});

type Progress = { readonly id: number; version: number; task: number };

class Load {
  readonly #store: Store;
  readonly #callers: number;
  readonly #idle: Progress[];
  #tasks: number;

  constructor(store: Store, { instances, callers }: { readonly instances: number; readonly callers: number }) {
    this.#store = store;
    this.#callers = callers;
    this.#idle = Array.from({ length: instances }, (_, id) => ({ id, version: 0, task: id }));
    this.#tasks = instances;
  }

  async run(ms: number): Promise<{ units: number; waitsMs: number[] }> {
    const end = performance.now() + ms;
    const waitsMs: number[] = [];
    const caller = async (): Promise<void> => {
      for (let now = performance.now(); now < end; ) {
        const progress = this.#takeIdle();
        const [verdict] = await this.#store.commit([this.#next(progress)]);
        if (verdict !== 'ok') throw new Error('a unit of its own instance cannot conflict');
        this.#idle.push(progress);
        const after = performance.now();
        waitsMs.push(after - now);
        now = after;
      }
    };
    await Promise.all(Array.from({ length: this.#callers }, caller));
    return { units: waitsMs.length, waitsMs };
  }

  #takeIdle(): Progress {
    const place = Math.floor(Math.random() * this.#idle.length);
    const taken = this.#idle[place] as Progress;
    const last = this.#idle.pop() as Progress;
    if (last !== taken) this.#idle[place] = last;
    return taken;
  }

  #next(progress: Progress): Unit {
    const { id, version, task: done } = progress;
    progress.version += 1;
    progress.task = this.#tasks++;
    const at = Date.now();
    return {
      guards: [isEqual(instance, [id], ['version', version])],
      writes: [
        set(instance, [id], { version: version + 1, state: stateOf(version + 1) }),
        set(task, [done], { state: 'done' }),
        put(task, taskOf(progress.task, id)),
        append(plantFeed, {
          topic: 'millrace.process.activity.completed',
          subject: `ins_${String(id).padStart(11, '0')}`,
          at,
          actor: 'prs_operator',
          body: stateOf(version),
        }),
        add(statistics, ['operator', Math.floor(at / 3_600_000)], { started: 1, done: 1 }),
      ],
    };
  }
}
