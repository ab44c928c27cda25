/** Does each step on a real queue, asked through two servers on one store, and on the model; what the two say must agree. */
import { expect } from 'vitest';
import type { DeskVerdict } from '../../../src/jobs/desk.ts';
import { jobFamilies } from '../../../src/jobs/families.ts';
import { Gate } from '../../../src/jobs/gate.ts';
import { heldOwner } from '../../../src/jobs/held.ts';
import type { JobRequest } from '../../../src/jobs/intake.ts';
import { Jobs } from '../../../src/jobs/jobs.ts';
import { promote, rescue } from '../../../src/jobs/keeper.ts';
import { jobMetrics } from '../../../src/jobs/metrics.ts';
import type { Owners } from '../../../src/jobs/owner.ts';
import { DID_NOT_HAPPEN, HAPPENED, HELD_OWNER } from '../../../src/jobs/question.ts';
import { Tasks } from '../../../src/jobs/tasks.ts';
import type { VirtualClock } from '../../../src/kernel/clock.ts';
import { MillraceError } from '../../../src/kernel/errors.ts';
import type { JobId, NextId } from '../../../src/kernel/ids.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { Metrics } from '../../../src/kernel/metrics.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { discard, done, fail, type Settlement, snooze } from '../../../src/kernel/settlement.ts';
import type { Family } from '../../../src/store/family.ts';
import { plantFeed } from '../../../src/store/feed.ts';
import { plantOutbox } from '../../../src/store/outbox.ts';
import type { Store } from '../../../src/store/store.ts';
import { compare } from './compare.ts';
import { isLive, type ModelJob, ModelQueue } from './model-queue.ts';
import { type Answer, KINDS, type NewStep, type Pick, type Said, type Step, settingsOf } from './steps.ts';

export const worldFamilies: readonly Family[] = [...jobFamilies, plantFeed, plantOutbox];
/** The most that an idle gate may still need to have looked at everything. */
const IDLE_ROUNDS = 3;
type Of<Do extends Step['do']> = Extract<Step, { readonly do: Do }>;
type OnOne = { readonly server: 0 | 1; readonly pick: Pick };
type Server = { readonly jobs: Jobs; readonly tasks: Tasks; readonly gate: Gate };
export type WorldParts = { readonly store: Store; readonly clock: VirtualClock; readonly nextId: NextId };

export class World {
  readonly model = new ModelQueue(settingsOf);
  readonly parts: WorldParts;
  /** When jobs of the kind with a rate were started. */
  readonly starts: number[] = [];
  /** Claims of the kind whose events are kept: the one change that no unit carries. */
  keptClaims = 0;
  readonly #servers: readonly [Server, Server];

  constructor(parts: WorldParts) {
    this.parts = parts;
    this.#servers = [openServer(parts), openServer(parts)];
  }

  server({ server }: Asked): Server {
    return this.#servers[server];
  }

  async take(step: Step): Promise<void> {
    const perform = STEPS[step.do] as (world: World, step: Step) => Promise<void>;
    await perform(this, step);
    await compare(this);
  }

  /** Both servers hear of what operators set. */
  async refresh(): Promise<void> {
    for (const { jobs } of this.#servers) await Promise.all([jobs.kinds.refresh(), jobs.lengths.refresh()]);
  }

  lengths(kind: string): readonly number[] {
    return this.#servers.map(({ jobs }) => jobs.lengths.of(kind));
  }

  now(): number {
    return this.parts.store.now();
  }

  /** The n-th of those that the step likes best; of all when there are none, or it says so. */
  choose({ at, any }: Pick, liked: (job: ModelJob) => boolean): ModelJob | undefined {
    const best = any ? [] : this.model.all(liked);
    const jobs = best.length > 0 ? best : this.model.all(() => true);
    return jobs[at % Math.max(1, jobs.length)];
  }

  /** How the speaker names the claim. */
  claimOf({ pick, voice }: Said): { readonly id: JobId; readonly epoch: number; readonly worker: string } | undefined {
    const job = this.choose(pick, ({ state }) => state === 'leased');
    if (job === undefined) return undefined;
    const worker = job.worker ?? 'w1';
    return {
      id: job.id as JobId,
      epoch: voice === 'late' ? job.epoch - 1 : job.epoch,
      worker: voice === 'other' ? 'nobody' : worker,
    };
  }
}
type Asked = { readonly server: 0 | 1 };

function openServer(parts: WorldParts): Server {
  const owners: Owners = new Map();
  const more = { ...parts, owners, log: silentLog, random: seededRandom(1), metrics: jobMetrics(new Metrics()) };
  const jobs = new Jobs(more);
  owners.set(HELD_OWNER, heldOwner(jobs));
  for (const [name, settings] of Object.entries(KINDS)) jobs.kinds.declare(name, settings);
  return { jobs, tasks: new Tasks(more), gate: new Gate({ ...parts, jobs }) };
}

const requestOf = (step: NewStep, now: number): JobRequest => ({
  kind: step.kind,
  payload: { n: step.priority },
  priority: step.priority,
  ...(step.key !== undefined && { key: step.key }),
  ...(step.dedupKey !== undefined && { dedupKey: step.dedupKey }),
  ...(step.delayMs > 0 && { dueAt: now + step.delayMs }),
  ...(step.maxAttempts !== undefined && { maxAttempts: step.maxAttempts }),
});

const settlementOf = (answer: Answer): Settlement => {
  if (answer.kind === 'done') return answer.output ? done('done', { made: 1 }) : done();
  if (answer.kind === 'fail') return fail('It broke.');
  return answer.kind === 'snooze' ? snooze({ delayMs: answer.delayMs }) : discard('No.');
};

async function enqueue(world: World, step: Of<'enqueue'>): Promise<void> {
  const { jobs } = world.server(step);
  const now = world.now();
  const requests = step.jobs.map((job) => requestOf(job, now));
  const born = step.together ? await jobs.enqueueMany(requests) : await inTurn(requests, jobs);
  for (const [place, { id, isNew }] of born.entries()) {
    const job = step.jobs[place] as NewStep;
    const holder = world.model.holder(job.kind, job.dedupKey);
    expect({ isNew, holder: isNew ? undefined : id }).toEqual({ isNew: holder === undefined, holder: holder?.id });
    if (isNew) world.model.enqueue(id, job, { now });
  }
}

async function inTurn(requests: readonly JobRequest[], jobs: Jobs): ReturnType<Jobs['enqueueMany']> {
  const born: Awaited<ReturnType<Jobs['enqueueMany']>> = [];
  for (const request of requests) born.push(...(await jobs.enqueueMany([request])));
  return born;
}

async function flow(world: World, step: Of<'flow'>): Promise<void> {
  const { model } = world;
  const { children, dedupKey, failsWithChild } = step;
  const now = world.now();
  const parent = { kind: 'plain', key: undefined, dedupKey, delayMs: 0, priority: 0, maxAttempts: undefined } as const;
  const all = [parent, ...children];
  const keys = all.flatMap((job) => (job.dedupKey === undefined ? [] : [`${job.kind}/${job.dedupKey}`]));
  const isTaken = all.some((job) => model.holder(job.kind, job.dedupKey) !== undefined);
  const request = {
    parent: requestOf(parent, now),
    children: children.map((child) => requestOf(child, now)),
    failsWithChild,
  };
  const made = await orRefused(world.server(step).jobs.enqueueFlow(request));
  if (isTaken || new Set(keys).size < keys.length) return expect(made).toBe('job.bad-flow');
  if (typeof made === 'string') return expect(made).toBe('a flow');
  model.enqueue(made.id, parent, { now });
  (model.jobs.get(made.id) as ModelJob).state = 'blocked';
  for (const [place, child] of children.entries())
    model.enqueue(made.children[place] as number, child, { now, parent: made.id });
  model.flows.set(made.id, { pending: children.length, failed: 0, failsWithChild });
}

async function claim(world: World, step: Of<'claim'>): Promise<void> {
  const { model, starts } = world;
  const { kinds, limit, worker, leaseMs } = step;
  const now = world.now();
  const ready = new Map(kinds.map((kind) => [kind as string, model.ready(kind)]));
  const allowed = starts.filter((at) => at > now - 1_000).length;
  const jobs = await world.server(step).jobs.claim({ kinds, limit, worker, ...(leaseMs !== undefined && { leaseMs }) });
  const taken = new Map<string, number>();
  for (const { id, kind, epoch, attempt, leaseMs: lasts } of jobs) {
    const place = taken.get(kind) ?? 0;
    const job = ready.get(kind)?.[place];
    expect(id).toBe(job?.id);
    taken.set(kind, place + 1);
    const lease = leaseMs ?? settingsOf(kind).leaseMs;
    model.claim(job as ModelJob, { worker, until: now + lease });
    expect({ epoch, attempt, lasts }).toEqual({ epoch: job?.epoch, attempt: Number(job?.attempt) + 1, lasts: lease });
    if (kind === 'rated') starts.push(now);
    if (kind === 'kept') world.keptClaims += 1;
  }
  const { limit: most } = KINDS.rated.rate;
  const there = [...ready].map(([kind, list]) =>
    kind === 'rated' && allowed > 0 ? 0 : Math.min(list.length, kind === 'rated' ? most : list.length),
  );
  expect(jobs.length).toBeGreaterThanOrEqual(
    Math.min(
      limit,
      there.reduce((sum, count) => sum + count, 0),
    ),
  );
  expect(jobs.length).toBeLessThanOrEqual(limit);
}

/** Items by their worker: a call names one. */
function byWorker<Item extends Said>(world: World, items: readonly Item[]) {
  const named = items.flatMap((item) => {
    const claimed = world.claimOf(item);
    return claimed === undefined ? [] : [{ ...item, ...claimed }];
  });
  const workers = new Map<string, typeof named>();
  for (const item of named) workers.set(item.worker, [...(workers.get(item.worker) ?? []), item]);
  return workers;
}

async function settle(world: World, step: Of<'settle'>): Promise<void> {
  const { model } = world;
  for (const [worker, items] of byWorker(world, step.items)) {
    const settlements = items.map(({ id, epoch, answer }) => ({ id, epoch, settlement: settlementOf(answer) }));
    const other = world.server({ server: step.server === 0 ? 1 : 0 }).jobs;
    const now = world.now();
    const [verdicts, seconds] = await Promise.all([
      world.server(step).jobs.settle(worker, settlements),
      step.twice ? other.settle(worker, settlements) : undefined,
    ]);
    for (const [place, item] of items.entries()) {
      const expected = model.verdict(item.id, item);
      if (expected === 'ok') model.settle(model.jobs.get(item.id) as ModelJob, item.answer, now);
      const said = [verdicts[place], ...(seconds === undefined ? [] : [seconds[place]])];
      expect(said.filter((verdict) => verdict === 'ok')).toHaveLength(expected === 'ok' ? 1 : 0);
      if (expected !== 'ok') expect(said).toEqual(said.map(() => expected));
    }
  }
}

async function release(world: World, step: Of<'release'>): Promise<void> {
  const { model } = world;
  for (const [worker, items] of byWorker(world, step.items)) {
    const verdicts = await world.server(step).jobs.release(worker, items);
    const expected = items.map((item): DeskVerdict => {
      const verdict = model.verdict(item.id, item);
      if (verdict === 'ok') model.release(model.jobs.get(item.id) as ModelJob);
      return verdict;
    });
    expect(verdicts).toEqual(expected);
  }
}

async function heartbeat(world: World, step: Of<'heartbeat'>): Promise<void> {
  const { model } = world;
  const { leaseMs } = step;
  for (const [worker, items] of byWorker(world, step.items)) {
    const now = world.now();
    const verdicts = await world.server(step).jobs.heartbeat(worker, items, leaseMs);
    expect(verdicts).toEqual(items.map((item) => model.verdict(item.id, item)));
    for (const item of items) {
      const job = model.jobs.get(item.id) as ModelJob;
      if (model.verdict(item.id, item) === 'ok') job.leaseUntil = now + (leaseMs ?? settingsOf(job.kind).leaseMs);
    }
  }
}

async function cancel(world: World, step: OnOne): Promise<void> {
  const job = world.choose(step.pick, isLive);
  if (job === undefined) return;
  const answer = await orRefused(world.server(step).jobs.cancel(job.id as JobId));
  expect(answer).toBe(isLive(job) ? undefined : 'job.ended');
  if (isLive(job)) world.model.cancel(job);
}

async function replay(world: World, step: OnOne): Promise<void> {
  const job = world.choose(
    step.pick,
    ({ state }) => !['done', 'ready', 'leased', 'scheduled', 'blocked'].includes(state),
  );
  if (job === undefined) return;
  const now = world.now();
  const answer = await orRefused(world.server(step).jobs.replay(job.id as JobId));
  const refusal = world.model.whyNoReplay(job);
  expect(answer).toBe(refusal);
  if (refusal === undefined) world.model.replay(job, now);
}

async function bury(world: World, step: OnOne): Promise<void> {
  const job = world.choose(step.pick, ({ state }) => state === 'dead' || state === 'quarantined');
  if (job === undefined) return;
  const answer = await orRefused(world.server(step).jobs.bury(job.id as JobId));
  const isAllowed = job.state === 'dead' || job.state === 'quarantined';
  expect(answer).toBe(isAllowed ? undefined : 'job.not-dead');
  if (isAllowed) world.model.bury(job);
}

async function answerQuestion(world: World, step: Of<'answer'>): Promise<void> {
  const job = world.choose(step.pick, ({ state }) => state === 'unknown');
  if (job === undefined || job.question === null) return;
  const { happened } = step;
  const actor = { id: 'olga', roles: ['operator'] };
  const outcome = happened ? HAPPENED : DID_NOT_HAPPEN;
  const now = world.now();
  await world.server(step).tasks.complete(job.question as JobId, actor, { outcome });
  world.model.answer(job, happened, now);
}

async function pause(world: World, step: Of<'pause'>): Promise<void> {
  await world.server(step).jobs.kinds.configure(step.kind, { isPaused: step.isPaused }, 'olga');
  await world.refresh();
  if (step.isPaused) world.model.paused.add(step.kind);
  else world.model.paused.delete(step.kind);
}

async function letIn(world: World, step: Asked): Promise<void> {
  const { gate } = world.server(step);
  for (let idle = 0; idle < IDLE_ROUNDS; ) idle = (await gate.round()) ? 0 : idle + 1;
  world.model.admit();
}

/** The answer, or the code of the refusal. */
const orRefused = <T>(asked: Promise<T>): Promise<T | string> =>
  asked.catch((error: unknown) => {
    if (error instanceof MillraceError) return error.code;
    throw error;
  });

const STEPS = {
  enqueue,
  flow,
  claim,
  settle,
  release,
  heartbeat,
  cancel,
  replay,
  bury,
  answer: answerQuestion,
  pause,
  advance: (world: World, { ms }: Of<'advance'>) => world.parts.clock.advance(ms),
  promote: async (world: World, step: Asked) => {
    world.model.promote(world.now());
    await promote({ store: world.parts.store, jobs: world.server(step).jobs });
  },
  rescue: async (world: World, step: Asked) => {
    world.model.rescue(world.now());
    await rescue({ ...world.parts, jobs: world.server(step).jobs, log: silentLog });
  },
  gate: letIn,
  refresh: async (world: World) => {
    await world.refresh();
    for (const kind of Object.keys(KINDS)) {
      const live = world.model.all((job) => job.kind === kind && isLive(job)).length;
      expect(world.lengths(kind)).toEqual([live, live]);
    }
  },
};
