/** What a table answers when it is known which rules fired (DMN 1.5, 8.2.8): pure, and null only with a reason. */
import { equals, order } from '../../values/comparison.ts';
import { add, isNumber } from '../../values/number.ts';
import { nameOf } from '../../values/types.ts';
import type { Frame, Value } from '../../values/value.ts';
import type { Aggregation, HitPolicy } from '../model.ts';

/** A rule that fired: its place in the table from 0, its result, and how its outputs rank in the lists of output values. */
export type Hit = { readonly rule: number; readonly value: Value; readonly ranks: readonly number[] };

export type Answer = { readonly value: Value; readonly reason?: string };

/** How many rules have to be known before the answer is. */
export const endsAtFirst = (policy: HitPolicy): boolean => policy === 'FIRST';

/** `hits` are in the order of the rules, and there is at least one. */
export function answerOf(policy: HitPolicy, hits: readonly Hit[], frame: Frame): Answer {
  const [first] = hits;
  if (first === undefined) return { value: null };
  switch (policy) {
    case 'UNIQUE':
      return hits.length === 1
        ? first
        : refused(`${rulesOf(hits)} fired, and only one may in a table of policy UNIQUE`);
    case 'ANY':
      return anyOf(hits, frame);
    case 'FIRST':
      return { value: first.value };
    case 'PRIORITY':
      return { value: ranked(hits)[0]?.value ?? null };
    case 'OUTPUT ORDER':
      return { value: ranked(hits).map(({ value }) => value) };
    case 'RULE ORDER':
    case 'COLLECT':
      return { value: hits.map(({ value }) => value) };
    default:
      return policy satisfies never;
  }
}

function anyOf(hits: readonly Hit[], frame: Frame): Answer {
  const [first] = hits;
  const other = hits.find(({ value }) => equals(value, first?.value ?? null, frame) !== true);
  if (first === undefined || other === undefined) return { value: first?.value ?? null };
  return refused(`${rulesOf([first, other])} fired with different results, which policy ANY does not allow`);
}

/** By the first output, where that is the same by the second, and so on; then in the order of the rules. */
function ranked(hits: readonly Hit[]): Hit[] {
  return hits.toSorted((left, right) => {
    for (const [place, rank] of left.ranks.entries()) {
      const other = right.ranks[place] ?? Number.POSITIVE_INFINITY;
      if (rank !== other) return rank < other ? -1 : 1;
    }
    return left.rule - right.rule;
  });
}

export function aggregate(aggregation: Aggregation, values: readonly Value[], frame: Frame): Answer {
  if (aggregation === 'COUNT') return { value: values.length };
  let result: Value = null;
  for (const [index, value] of values.entries()) {
    const next: Value = index === 0 ? value : combined[aggregation](result, value, frame);
    if (next === null || (aggregation === 'SUM' && !isNumber(next))) {
      const types = [...new Set(values.map(nameOf))].join(' and ');
      return refused(`${aggregation} of ${types} has no result`);
    }
    result = next;
  }
  return { value: result };
}

type Combine = (left: Value, right: Value, frame: Frame) => Value;

const combined: Readonly<Record<Exclude<Aggregation, 'COUNT'>, Combine>> = {
  SUM: (left, right) => (isNumber(left) && isNumber(right) ? add(left, right) : null),
  MIN: (left, right, frame) => pick(left, right, order(left, right, frame)),
  MAX: (left, right, frame) => pick(right, left, order(left, right, frame)),
};

const pick = (lower: Value, other: Value, sign: number | null): Value =>
  sign === null ? null : sign <= 0 ? lower : other;

const refused = (reason: string): Answer => ({ value: null, reason });

const rulesOf = (hits: readonly Hit[]): string =>
  `the rules ${hits
    .slice(0, MAX_NAMED)
    .map(({ rule }) => rule + 1)
    .join(', ')}${hits.length > MAX_NAMED ? ` and ${hits.length - MAX_NAMED} more` : ''}`;

const MAX_NAMED = 10;
