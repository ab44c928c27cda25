/** What an evaluation made of each rule of a table. Pure. */
import type { DecisionTrace, TableTrace } from '../../api/decisions.ts';

export type RuleMarks = {
  readonly fired: ReadonlySet<number>;
  /** Rule → the column whose cell did not hold; both from 0. */
  readonly failedAt: ReadonlyMap<number, number>;
};

export const NO_MARKS: RuleMarks = { fired: new Set(), failedAt: new Map() };

/** Of the last run of this table: a table that is called several times runs several times. */
export function marksOf(table: string, decisions: readonly DecisionTrace[]): RuleMarks {
  const run = decisions.flatMap(({ tables }) => tables).findLast(({ id }) => id === table);
  return run === undefined ? NO_MARKS : marksOfRun(run);
}

function marksOfRun({ fired, failedAt }: TableTrace): RuleMarks {
  const failed = failedAt.flatMap((input, rule) => (input === null || input === 0 ? [] : [[rule, input - 1] as const]));
  return { fired: new Set(fired.map(({ rule }) => rule - 1)), failedAt: new Map(failed) };
}
