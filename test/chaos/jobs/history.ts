/**
 * The history checker: what processes wrote down and the rows that are left must tell one story. Answers what does not fit.
 *
 * Processes write down what they are about to ask and what they were told, each beside the moment. A change lies between
 * the two: a claim before the word of it, an end after it was asked for. So "the next began before this one's end was even
 * asked for" is certain, whatever a process that was killed or stood still could not write.
 */
import type { AttemptRow } from '../../../src/jobs/attempt.ts';
import { type JobRow, MAX_LOST } from '../../../src/jobs/job.ts';
import type { Event } from '../../jobs/faults/crashed.ts';

export type History = {
  readonly rows: readonly JobRow[];
  readonly attempts: readonly AttemptRow[];
  readonly events: readonly Event[];
};
export type Findings = {
  readonly problems: readonly string[];
  /** How much there was to look at: a checker that saw nothing has found nothing. */
  readonly looked: {
    readonly ended: number;
    readonly settlements: number;
    readonly neighbours: number;
    readonly lives: number;
    readonly deploys: number;
  };
};

/** A job, and what was written down about it. */
type Life = { readonly row: JobRow; readonly events: readonly Event[] };

export function checked({ rows, attempts, events }: History): Findings {
  const byJob = groupBy(events, ({ job }) => job);
  const lives = new Map(rows.map((row) => [row.id, { row, events: byJob.get(row.id) ?? [] }]));
  const missing = events
    .filter(({ what, job }) => what === 'enqueued' && !lives.has(job))
    .map(({ job }) => `job ${job} was acknowledged and is not there`);
  const order = outOfOrder(events, lives);
  const dedup = twins(events, lives);
  const deploys = lostByDeploys(attempts, events);
  const told = events.filter(({ what }) => what === 'completed' || what === 'failed');
  return {
    problems: [
      ...missing,
      ...[...lives.values()].flatMap(ofJob),
      ...order.problems,
      ...dedup.problems,
      ...deploys.problems,
    ],
    looked: {
      ended: rows.length,
      settlements: told.length,
      neighbours: order.looked,
      lives: dedup.looked,
      deploys: deploys.looked,
    },
  };
}

type Part = { readonly problems: readonly string[]; readonly looked: number };

/** One end, by the claim that was held, with no attempt but those that were planned. */
function ofJob({ row, events }: Life): string[] {
  const name = `job ${row.id} (${row.kind})`;
  const { fails = 0 } = JSON.parse(row.payload) as { fails?: number };
  const wrong: string[] = [];
  const completed = events.filter(({ what }) => what === 'completed');
  const failed = events.filter(({ what }) => what === 'failed');
  if (completed.length > 1) wrong.push(`${name} was completed ${completed.length} times`);
  if (row.state === 'quarantined') {
    if (row.lost !== MAX_LOST) wrong.push(`${name} was put aside, though it was lost ${row.lost} times`);
    if (completed.length > 0) wrong.push(`${name} was put aside, though it was completed`);
    if (row.attempt > fails) wrong.push(`${name} was put aside after ${row.attempt} attempts instead of ${fails}`);
  } else if (row.state !== 'done') wrong.push(`${name} has not ended: it is ${row.state}`);
  else if (row.attempt !== fails + 1) wrong.push(`${name} took ${row.attempt} attempts instead of ${fails + 1}`);
  for (const { epoch } of completed)
    if (row.epoch !== epoch + 1) wrong.push(`${name} was completed by claim ${epoch}, and is at ${row.epoch}`);
  if (failed.length > fails) wrong.push(`${name} failed ${failed.length} times instead of ${fails}`);
  if (hasTwice([...completed, ...failed])) wrong.push(`${name} was settled twice by one claim`);
  if (hasTwice(events.filter(({ what }) => what === 'started')))
    wrong.push(`${name} was given out twice with one epoch`);
  return wrong;
}

const hasTwice = (events: readonly Event[]): boolean => new Set(events.map(({ epoch }) => epoch)).size < events.length;

/** When its end was first asked for by the claim that brought it; Infinity: by nobody who wrote it down, so after all of them. */
function endAskedAt({ row, events }: Life): number {
  const asked = events.filter(
    ({ what, epoch, answer }) => what === 'settling' && answer === 'done' && epoch === row.epoch - 1,
  );
  return Math.min(...asked.map(({ at }) => at));
}
const startedAt = ({ events }: Life): number =>
  Math.min(...events.filter(({ what }) => what === 'started').map(({ at }) => at));

/**
 * Of one key there is one at a time, from its first start to its end, in the order in which they were enqueued; those that
 * were to wait for their time come in when that has come. Starts and ends that follow one another so are in order both.
 */
function outOfOrder(events: readonly Event[], lives: ReadonlyMap<number, Life>): Part {
  const problems: string[] = [];
  let looked = 0;
  const born = events.filter(
    ({ what, isNew, key, job }) => what === 'enqueued' && isNew && key !== null && lives.has(job),
  );
  for (const [key, ofKey] of groupBy(born, ({ key }) => key)) {
    const inOrder = asTheyCameIn(ofKey.filter(({ isDelayed }) => !isDelayed)).map(({ job }) => lives.get(job) as Life);
    const begun = ofKey.map(({ job }) => lives.get(job) as Life).filter(hasBegun);
    const asTheyBegan = begun.toSorted((a, b) => startedAt(a) - startedAt(b));
    looked += Math.max(0, asTheyBegan.length - 1);
    problems.push(...overlaps(key ?? '', asTheyBegan), ...overlaps(key ?? '', inOrder.filter(hasBegun)));
    const [behind] = inOrder.filter((life, at) => hasBegun(life) && inOrder.slice(0, at).some(isLeft));
    if (behind !== undefined) problems.push(`job ${behind.row.id} of key ${key} began before one in front of it ended`);
  }
  return { problems, looked };
}

/** Of one call, a job whose dedup key came free in that very moment may have come in behind the others: its id says so. */
const asTheyCameIn = (born: readonly Event[]): Event[] =>
  born.toSorted((a, b) => a.askedAt - b.askedAt || a.job - b.job);
const hasBegun = (life: Life): boolean => startedAt(life) < Number.POSITIVE_INFINITY;
/** Nobody of those who wrote asked for its end: it ended after all of them. A job that was put aside ended some time. */
const isLeft = (life: Life): boolean =>
  life.row.state !== 'quarantined' && endAskedAt(life) === Number.POSITIVE_INFINITY;

function overlaps(key: string, lives: readonly Life[]): string[] {
  return lives.flatMap((life, at) => {
    const before = lives[at - 1];
    if (before === undefined || before.row.state === 'quarantined' || startedAt(life) > endAskedAt(before)) return [];
    return [`job ${life.row.id} of key ${key} began before the end of ${before.row.id}, which is in front of it`];
  });
}

/** Two jobs of one kind and dedup key never live at the same time; whoever was told of a job that lives was told of one. */
function twins(events: readonly Event[], lives: ReadonlyMap<number, Life>): Part {
  const problems: string[] = [];
  const enqueued = events.filter(
    ({ what, dedupKey, job }) => what === 'enqueued' && dedupKey !== null && lives.has(job),
  );
  for (const { job, dedupKey, isNew, askedAt } of enqueued) {
    if (isNew) continue;
    const life = lives.get(job) as Life;
    if (life.row.dedupKey !== dedupKey) problems.push(`job ${job} was told to have the dedup key ${dedupKey}`);
    if (life.events.some(({ what, at }) => what === 'completed' && at < askedAt))
      problems.push(`job ${job} was told to live, and had been completed before`);
  }
  const born = enqueued.filter(({ isNew }) => isNew);
  for (const [name, ofKey] of groupBy(born, ({ kind, dedupKey }) => `${kind} ${dedupKey}`)) {
    const asAsked = ofKey.toSorted((a, b) => a.askedAt - b.askedAt);
    const asTold = ofKey.toSorted((a, b) => a.at - b.at);
    let told = 0;
    let longest: Life | undefined;
    for (const { job, askedAt, at } of asAsked) {
      for (; (asTold[told]?.at ?? Number.POSITIVE_INFINITY) < askedAt; told++) {
        const life = lives.get((asTold[told] as Event).job) as Life;
        if (life.row.state === 'quarantined') continue;
        if (longest === undefined || endAskedAt(life) > endAskedAt(longest)) longest = life;
      }
      if (longest !== undefined && at < endAskedAt(longest))
        problems.push(`job ${job} with the dedup key ${name} was born while ${longest.row.id} lived`);
    }
  }
  return { problems, looked: enqueued.length };
}

/** A process that was told to end, and did, gives back what it holds. What a fault before that had taken from it does not count. */
function lostByDeploys(attempts: readonly AttemptRow[], events: readonly Event[]): Part {
  const stopped = new Map(events.filter(({ what }) => what === 'stopped').map(({ by, at }) => [by, at]));
  const disturbed = groupBy(
    events.filter(({ what }) => what === 'disturbed'),
    ({ by }) => by,
  );
  const quietSince = (worker: string, until: number): number =>
    Math.max(
      0,
      ...[...(disturbed.get(worker) ?? []), ...(disturbed.get('*') ?? [])]
        .map(({ at }) => at)
        .filter((at) => at < until),
    );
  const problems = attempts.flatMap(({ verb, worker, startedAt, job }) => {
    const end = stopped.get(worker ?? '');
    if (verb !== 'lose' || end === undefined || (startedAt ?? 0) <= quietSince(worker ?? '', end)) return [];
    return [`job ${job} was lost by ${worker}, which ended in order`];
  });
  return { problems, looked: stopped.size };
}

function groupBy<Item, Name>(items: readonly Item[], nameOf: (item: Item) => Name): ReadonlyMap<Name, Item[]> {
  const groups = new Map<Name, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
