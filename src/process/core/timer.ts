/**
 * When a timer rings: after a time, at an instant, or again and again. Texts are read at deployment; those that start
 * with "=" are FEEL and read when the timer is set. ISO 8601 for dates, durations and repetitions ("R3/PT10M",
 * "R/2026-01-01T06:00:00Z/P1D", "R2/PT1H/2026-12-31T00:00:00Z"); a cron pattern repeats without end.
 */
import { Cron } from 'croner';
import type { Instant } from '../../kernel/clock.ts';
import { parseDuration } from '../../kernel/duration.ts';
import { isMillraceError, messageOf } from '../../kernel/errors.ts';

/** Longer waits are mistakes, and instants must stay exact numbers. */
const MAX_DURATION_MS = 100 * 366 * 86_400_000;
/** A repetition that rings more often is a mistake. */
const MIN_EVERY_MS = 1_000;

export type TimerForm = 'after' | 'at' | 'every';

/** A timer's text, understood. */
export type Reading =
  | { readonly form: 'after'; readonly ms: number }
  | { readonly form: 'at'; readonly at: Instant }
  | {
      readonly form: 'every';
      readonly ms: number;
      readonly times?: number;
      readonly from?: Instant;
      readonly until?: Instant;
    }
  | { readonly form: 'every'; readonly cron: string };

/** When it rings next, and how often after that; undefined: without end. */
export type Ring = { readonly dueAt: Instant; readonly left?: number };

/** Understands the text, or says in a sentence what is wrong with it. */
export function readTimer(form: TimerForm, text: string): Reading | string {
  try {
    if (form === 'after') return { form, ms: durationOf(text) };
    if (form === 'at') return { form, at: instantOf(text) };
    return readRepetition(text);
  } catch (error) {
    return isMillraceError(error) ? `${error.message} ${error.action}` : messageOf(error);
  }
}

/** The first ring of a timer that is set now; undefined when a repetition is over before it began. */
export function firstRing(reading: Reading, now: Instant): Ring | undefined {
  if (reading.form === 'after') return { dueAt: now + reading.ms, left: 0 };
  if (reading.form === 'at') return { dueAt: Math.max(now, reading.at), left: 0 };
  if ('cron' in reading) return cronRing(reading.cron, now);
  const { ms, times, from, until } = reading;
  const dueAt = from === undefined ? now + ms : from;
  return ringAt(Math.max(now, dueAt), times === undefined ? undefined : times - 1, until);
}

/** The ring that follows one; undefined when there is none. */
export function nextRing(reading: Reading, ring: Ring, now: Instant): Ring | undefined {
  if (reading.form !== 'every' || ring.left === 0) return undefined;
  if ('cron' in reading) return cronRing(reading.cron, now);
  const left = ring.left === undefined ? undefined : ring.left - 1;
  // Rings that were missed while nothing ran are not made up for one by one.
  const missed = Math.max(0, Math.ceil((now - (ring.dueAt + reading.ms)) / reading.ms));
  return ringAt(ring.dueAt + reading.ms * (1 + missed), left, reading.until);
}

function ringAt(dueAt: Instant, left: number | undefined, until: Instant | undefined): Ring | undefined {
  if (until !== undefined && dueAt > until) return undefined;
  return left === undefined ? { dueAt } : { dueAt, left };
}

function cronRing(pattern: string, after: Instant): Ring | undefined {
  const next = new Cron(pattern, { timezone: 'UTC' }).nextRun(new Date(after));
  return next === null ? undefined : { dueAt: next.getTime() };
}

function readRepetition(text: string): Reading | string {
  const form = 'every';
  if (!text.startsWith('R')) {
    return /\s/.test(text) ? cronOf(text) : { form, ms: everyOf(text) };
  }
  const [count = '', ...parts] = text.split('/');
  const times = /^R(\d{0,9})$/.exec(count)?.[1];
  if (times === undefined || parts.length < 1 || parts.length > 2) {
    return `"${text}" is no repetition. Write "R3/PT10M", "R/2026-01-01T06:00:00Z/P1D", or a cron pattern.`;
  }
  if (times === '0') return `"${text}" repeats no time at all.`;
  const limit = times === '' ? {} : { times: Number(times) };
  const [first = '', second] = parts;
  if (second === undefined) return { form, ms: everyOf(first), ...limit };
  if (first.startsWith('P')) return { form, ms: everyOf(first), until: instantOf(second), ...limit };
  return { form, from: instantOf(first), ms: everyOf(second), ...limit };
}

function cronOf(text: string): Reading | string {
  try {
    new Cron(text, { timezone: 'UTC' });
    return { form: 'every', cron: text };
  } catch (error) {
    return `"${text}" is no cron pattern: ${messageOf(error)}.`;
  }
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms > MAX_DURATION_MS) throw new Error(`"${text}" is longer than a hundred years.`);
  return ms;
}

function everyOf(text: string): number {
  const ms = durationOf(text);
  if (ms < MIN_EVERY_MS) throw new Error(`"${text}" is too short; a timer repeats at most once a second.`);
  return ms;
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Times without an offset are UTC. */
function instantOf(text: string): Instant {
  const hasOffset = /(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
  const instant = DATE_TIME.test(text) ? Date.parse(hasOffset ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new Error(`"${text}" is no date and time. Write it like "2026-01-31T18:00:00Z".`);
  }
  return instant;
}
