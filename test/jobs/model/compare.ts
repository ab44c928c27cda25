/** Whether the rows of a queue are what the model says, and the sums that the queue keeps are those of its rows. */
import { expect } from 'vitest';
import { dedupFamily } from '../../../src/jobs/dedup.ts';
import { flowFamily } from '../../../src/jobs/flow.ts';
import { type JobRow, jobFamily } from '../../../src/jobs/job.ts';
import { keptBytesOf } from '../../../src/jobs/job-change.ts';
import { ALL_KEYS, placeFamily } from '../../../src/jobs/place.ts';
import { statisticFamily } from '../../../src/jobs/statistics.ts';
import { taskFamily } from '../../../src/jobs/task.ts';
import { TRANSITIONS } from '../../../src/jobs/transition.ts';
import { plantOutbox } from '../../../src/store/outbox.ts';
import type { Store } from '../../../src/store/store.ts';
import { isLive, type ModelJob, type ModelQueue } from './model-queue.ts';
import { KINDS, settingsOf } from './steps.ts';

type World = {
  readonly model: ModelQueue;
  readonly parts: { readonly store: Store };
  /** When jobs of the kind with a rate were started. */
  readonly starts: readonly number[];
  /** Claims of the kind whose events are kept: the one change that no unit carries. */
  readonly keptClaims: number;
};

const limit = 10_000;
const BURST = KINDS.rated.rate.limit;

export async function compare(world: World): Promise<void> {
  const { model, parts } = world;
  const rows = await parts.store.select(jobFamily, { limit });
  takeTurns(model, rows);
  for (const row of rows) compareJob(model.jobs.get(row.id), row);
  expect(rows.map(({ id }) => id)).toEqual([...model.jobs.keys()].sort((a, b) => a - b));
  await comparePlaces(world);
  await compareDedup(world);
  await compareFlows(world);
  await compareQuestions(world, rows);
  await compareStatistics(world, rows);
  await compareEvents(world);
  for (const at of world.starts)
    expect(world.starts.filter((other) => other >= at && other < at + 1_000).length).toBeLessThanOrEqual(2 * BURST);
}

/** Of kinds whose keys take turns the queue chooses: the first of a key, and never more than fit. */
function takeTurns(model: ModelQueue, rows: readonly JobRow[]): void {
  for (const row of rows) {
    const job = model.jobs.get(row.id);
    if (job === undefined || settingsOf(job.kind).fairWindow === null) continue;
    const wasLetIn = job.state === 'blocked' && row.state === 'ready';
    if (wasLetIn) model.letIn(job);
  }
  for (const row of rows) {
    const job = model.jobs.get(row.id);
    if (job === undefined || settingsOf(job.kind).fairWindow === null) continue;
    if (job.hasPlace && isLive(job)) {
      const waiting = model.all(
        (other) => other.kind === job.kind && other.key === job.key && other.state === 'blocked',
      );
      for (const other of waiting) if (other.rank < job.rank && job.rank <= 1) expect(other.id).toBeGreaterThan(job.id);
    }
    job.rank = row.rank;
  }
}

function compareJob(job: ModelJob | undefined, row: JobRow): void {
  expect(job, `job ${row.id}`).toBeDefined();
  if (job === undefined) return;
  if (job.dueAt === undefined) {
    const { longestMs } = settingsOf(job.kind).backoff;
    expect(row.dueAt).toBeGreaterThanOrEqual(job.notBefore);
    expect(row.dueAt).toBeLessThanOrEqual(job.notBefore + longestMs);
    job.dueAt = row.dueAt;
  }
  const { id, kind, state, attempt, lost, epoch, rank, leaseUntil, dueAt, key, dedupKey, maxAttempts } = row;
  const worker = isLive(row as Pick<ModelJob, 'state'>) ? row.worker : job.worker;
  const seen = { id, kind, state, attempt, lost, epoch, rank, leaseUntil, dueAt, key, dedupKey, maxAttempts, worker };
  const { hasPlace, parent, notBefore, question, ...rest } = job;
  expect({ ...seen, hasPlace: row.hasPlace !== null, parent: row.parent }).toEqual({ ...rest, hasPlace, parent });
  expect(Object.hasOwn(STATES, state)).toBe(true);
}

/** Every state that a verb leads to, and those in which a job is born. */
const STATES = Object.fromEntries(
  [...Object.values(TRANSITIONS).flatMap(({ to }) => [...to]), 'scheduled', 'blocked'].map((state) => [state, true]),
);

async function comparePlaces({ model, parts }: World): Promise<void> {
  const rows = await parts.store.select(placeFamily, { limit });
  for (const { kind, key, used } of rows)
    expect([kind, key, used]).toEqual([kind, key, model.used(kind, key === ALL_KEYS ? undefined : key)]);
  for (const job of model.all(({ hasPlace }) => hasPlace)) {
    expect(rows.some(({ kind, key }) => kind === job.kind && key === job.key)).toBe(true);
    const { fairWindow, keyLimit } = settingsOf(job.kind);
    const used = fairWindow === null ? model.used(job.kind, job.key) : model.used(job.kind);
    expect(used).toBeLessThanOrEqual(fairWindow ?? keyLimit);
  }
}

async function compareDedup({ model, parts }: World): Promise<void> {
  const rows = await parts.store.select(dedupFamily, { limit });
  const live = model.all((job) => isLive(job) && job.dedupKey !== null);
  const textOf = (kind: string, dedupKey: string | null, id: number) => `${kind}/${dedupKey}: ${id}`;
  expect(rows.map(({ kind, dedupKey, job }) => textOf(kind, dedupKey, job)).sort()).toEqual(
    live.map(({ kind, dedupKey, id }) => textOf(kind, dedupKey, id)).sort(),
  );
}

async function compareFlows({ model, parts }: World): Promise<void> {
  // A child that ends after its flow has ended leaves a row without children, which the gate takes away.
  const rows = (await parts.store.select(flowFamily, { limit })).filter(({ children }) => children > 0);
  expect(rows.map(({ parent, pending, failed }) => ({ parent, pending, failed }))).toEqual(
    [...model.flows].sort(([a], [b]) => a - b).map(([parent, { pending, failed }]) => ({ parent, pending, failed })),
  );
  for (const [parent, { pending }] of model.flows) {
    const left = model.all((job) => job.parent === parent && isLive(job)).length;
    expect({ parent, pending }).toEqual({ parent, pending: left });
  }
}

/** One open question about each job that nobody knows the end of, and none about others. */
async function compareQuestions({ model, parts }: World, rows: readonly JobRow[]): Promise<void> {
  for (const { id, question } of rows) (model.jobs.get(id) as ModelJob).question = question;
  const open = await parts.store.select(taskFamily, { where: { state: 'offered' }, limit });
  const unknown = rows.filter(({ state }) => state === 'unknown');
  expect(open.map(({ id, ownerId }) => [id, ownerId]).sort()).toEqual(
    unknown.map(({ id, question }) => [question, id]).sort(),
  );
  expect(rows.filter(({ question, state }) => question !== null && state !== 'unknown')).toEqual([]);
}

async function compareStatistics({ model, parts }: World, rows: readonly JobRow[]): Promise<void> {
  const minutes = await parts.store.select(statisticFamily, { limit });
  for (const kind of new Set(rows.map((row) => row.kind))) {
    const own = minutes.filter(({ subject }) => subject === `job/${kind}`);
    const sum = (count: (row: (typeof own)[number]) => number) => own.reduce((all, row) => all + count(row), 0);
    const ended = rows.filter((row) => row.kind === kind && !isLive(row as Pick<ModelJob, 'state'>));
    expect({
      kind,
      live: sum(({ started, completed, failed, cancelled }) => started - completed - failed - cancelled),
      keptBytes: sum(({ keptBytes }) => keptBytes),
    }).toEqual({
      kind,
      live: model.all((job) => job.kind === kind && isLive(job)).length,
      keptBytes: ended.reduce((bytes, row) => bytes + keptBytesOf(row), 0),
    });
  }
}

/** A kind whose events are kept has one for each birth and each change but the claims. */
async function compareEvents({ model, parts, keptClaims }: World): Promise<void> {
  const rows = await parts.store.select(plantOutbox, { limit });
  const told = rows.filter(({ body }) => body.includes('"kind":"kept"')).length;
  const changes = model.all(({ kind }) => kind === 'kept').reduce((sum, { epoch }) => sum + epoch + 1, 0);
  expect(told).toBe(changes - keptClaims);
}
