/**
 * Counts the stays of tokens at nodes for the analytics of a definition, in the commit of the transition that ended or began
 * them. What a transition did is one text – its course – and the row of that text, and of the bucket of the time that its
 * stay took, goes up by one: so a step costs one more row write, however many gateways it passes, and the same few rows
 * again and again (docs/decisions/0021-courses-are-counted.md).
 */
import type { Instant } from '../../kernel/clock.ts';
import { add, type Write } from '../../store/unit.ts';
import type { Transition } from '../core/advance.ts';
import type { Command } from '../core/command.ts';
import type { Definition } from '../core/definition.ts';
import type { ProcessState } from '../core/state.ts';
import { type Stay, staysOf } from '../core/stays.ts';
import { wordOf } from './course.ts';
import { bucketOf } from './duration-buckets.ts';
import { dayOf, tallyFamily } from './tally-family.ts';

/** Stays that one course tells; more are told by another row. */
const MAX_STAYS = 16;
/** Different courses of a definition. What comes then is counted stay by stay, so that rows stay few. */
export const MAX_COURSES = 1_000;

export type Counted = {
  readonly definition: Definition;
  readonly command: Command;
  readonly transition: Transition;
  readonly now: Instant;
  readonly from: { readonly state: ProcessState; readonly version: number } | undefined;
  readonly begunAt?: Instant | undefined;
};

type Ended = Extract<Stay, { did: 'end' }>;
const known = new WeakMap<Definition, Set<string>>();

export function tallyOf(counted: Counted): Write[] {
  const { definition, transition, from } = counted;
  const stays = staysOf(from?.state, transition.effects);
  const version = from?.version ?? definition.version;
  if (version === definition.version) return rowsOf(counted, version, stays);
  const left = stays.filter(({ did }) => did === 'leave');
  const others = stays.filter(({ did }) => did !== 'leave');
  return [...rowsOf(counted, version, left), ...rowsOf(counted, definition.version, others)];
}

/** Each stay that ended has a row, and the first of these rows tells of all the others too. */
function rowsOf(counted: Counted, version: number, stays: readonly Stay[]): Write[] {
  if (stays.length === 0) return [];
  const { definition } = counted;
  const first = stays.find((stay): stay is Ended => stay.did === 'end');
  const writes: Write[] = [];
  let ended = first;
  let course = first === undefined ? '' : wordOf(first);
  let told = 1;
  const flush = () => {
    if (course === '') return;
    if (isNew(definition, course)) {
      for (const word of course.split(' '))
        writes.push(row(counted, { version, course: word, ended: word[0] === '-' ? ended : undefined }));
    } else writes.push(row(counted, { version, course, ended }));
    ended = undefined;
    course = '';
    told = 0;
  };
  for (const stay of stays) {
    if (stay === first) continue;
    if (stay.did === 'end') {
      writes.push(row(counted, { version, course: wordOf(stay), ended: stay }));
      continue;
    }
    course = course === '' ? wordOf(stay) : `${course} ${wordOf(stay)}`;
    told += 1;
    if (told === MAX_STAYS) flush();
  }
  flush();
  return writes;
}

/** Whether it is one too many. */
function isNew(definition: Definition, course: string): boolean {
  const courses = known.get(definition) ?? new Set();
  if (courses.size === 0) known.set(definition, courses);
  if (courses.has(course)) return false;
  if (courses.size >= MAX_COURSES) return true;
  courses.add(course);
  return false;
}

type Row = { readonly version: number; readonly course: string; readonly ended: Ended | undefined };

function row({ definition, command, now, begunAt }: Counted, { version, course, ended }: Row): Write {
  const key = (bucket: number) => [definition.key, dayOf(now), version, course, bucket];
  if (ended === undefined) return add(tallyFamily, key(0), ONCE);
  const totalMs = Math.max(0, now - ended.since);
  const { wait } = ended;
  const isIts = command.type === 'settle' && 'job' in wait && wait.job === command.job && wait.for !== 'timer';
  const waitedMs = isIts ? Math.min(totalMs, Math.max(0, (begunAt ?? now) - ended.since)) : 0;
  return add(tallyFamily, key(bucketOf(totalMs)), { times: 1, totalMs, waitedMs });
}

const ONCE = { times: 1, totalMs: 0, waitedMs: 0 };
