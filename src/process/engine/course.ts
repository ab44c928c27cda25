/** Reads what tallies say: courses are taken apart again, and what nodes have in them is summed up. */
import type { Stay } from '../core/stays.ts';
import type { Times } from './duration-buckets.ts';
import type { TallyRow } from './tally-family.ts';

/** `-` ended, `=` passed, `+` began, `!` got stuck; `<` left for another version, `>` came from one. */
export const SIGNS = { end: '-', pass: '=', begin: '+', stick: '!', leave: '<', enter: '>' } as const;
const DID = new Map<string, Stay['did']>(Object.entries(SIGNS).map(([did, sign]) => [sign, did as Stay['did']]));

export type Word = { readonly did: Stay['did']; readonly node: string; readonly outcome: string | undefined };

/** Ids and outcomes have neither spaces nor colons. */
export function wordOf(stay: Stay): string {
  const outcome = 'outcome' in stay && stay.outcome !== undefined ? `:${stay.outcome}` : '';
  return SIGNS[stay.did] + stay.node + outcome;
}

export function wordsOf(course: string): readonly Word[] {
  return course.split(' ').flatMap((text): Word[] => {
    const did = DID.get(text[0] ?? '');
    const [node = '', outcome] = text.slice(1).split(':');
    return did === undefined ? [] : [{ did, node, outcome }];
  });
}

/** What is known of one node, or of whole instances. */
export class NodeSums {
  begun = 0;
  ended = 0;
  /** Ended without having done their part: something took over, or the instance was cancelled. */
  without = 0;
  stuck = 0;
  /** Begun and not over, whenever that was. */
  active = 0;
  totalMs = 0;
  /** Of those that ended with an outcome: how many took time, how much, and how much of it they waited for somebody. */
  finished = 0;
  finishedMs = 0;
  waitedMs = 0;
  readonly outcomes = new Map<string, number>();
  readonly buckets = new Map<number, Times>();

  /** `isIn`: whether the row is of the time that was asked for; how many there are now does not depend on that. */
  take({ did, outcome }: Word, { times, bucket, totalMs, waitedMs }: Sums, isIn: boolean): void {
    this.active += times * ACTIVE[did];
    if (!isIn) return;
    if (did === 'begin' || did === 'pass') this.begun += times;
    if (did === 'stick') this.stuck += times;
    if (did !== 'end' && did !== 'pass') return;
    this.ended += times;
    if (outcome === undefined) this.without += times;
    else this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + times);
    const own = did === 'pass' ? { times, bucket: 0, totalMs: 0, waitedMs: 0 } : { times, bucket, totalMs, waitedMs };
    this.#time(own, outcome !== undefined);
  }

  #time({ times, bucket, totalMs, waitedMs }: Sums, hasOutcome: boolean): void {
    this.totalMs += totalMs;
    if (hasOutcome) {
      this.finished += times;
      this.finishedMs += totalMs;
      this.waitedMs += waitedMs;
    }
    const { times: before = 0, totalMs: beforeMs = 0 } = this.buckets.get(bucket) ?? {};
    this.buckets.set(bucket, { times: before + times, totalMs: beforeMs + totalMs });
  }
}

type Sums = Pick<TallyRow, 'times' | 'bucket' | 'totalMs' | 'waitedMs'>;
const ACTIVE: Readonly<Record<Stay['did'], number>> = { begin: 1, enter: 1, end: -1, leave: -1, pass: 0, stick: 0 };
