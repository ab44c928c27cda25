/**
 * What travels between a Millrace server and everybody who talks to it. Times are ISO 8601 in UTC, durations text such
 * as "30s", ids opaque text. The server's own schemas are checked against these types when it is compiled.
 */

/** ISO 8601 with a Z. */
export type Time = string;
/** "500ms", "30s", "1h30m". */
export type DurationText = string;
/** One text, or one for each locale. */
export type Label = string | { [locale: string]: string };
export type Json = unknown;
export type Variables = { [name: string]: Json };

/** A page of a list; `next` is the cursor of the next one, null at the end. */
export type Page<T> = { items: T[]; next: string | null };
export type PageRequest = { limit?: number; cursor?: string };

/** One of the problems of a refused request: where it is, and what is wrong there. */
export type FieldProblem = { path: string; message: string };
/** One of the problems of a refused definition. */
export type RuleProblem = { rule: string; element: string; message: string };

/** `application/problem+json`, with the facts of the error beside the members named here. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  action: string;
  errors?: (FieldProblem | RuleProblem)[];
  [fact: string]: unknown;
};

/** A row of what is counted: by job kind, by activity, by definition. */
export type Statistic = { subject: string; started: number; completed: number; failed: number };

export type Verdict = 'pass' | 'degraded' | 'fail';
export type Health = {
  verdict: Verdict;
  checks: { path: string; purpose: string; verdict: Verdict; reason: string; at: Time; ageMs: number }[];
};

/** Something happened; whoever shows the subject looks again. */
/** `body`: of an event of a job, what the bus says of it. */
export type LiveEvent = { topic: string; subject: string; at: Time; actor: string; body?: Record<string, unknown> };
