/**
 * When a timer rings: after a time, at an instant, or again and again. Texts are read at deployment; those that start
 * with "=" are FEEL and read when the timer is set. ISO 8601 for dates, durations and repetitions ("R3/PT10M",
 * "R/2026-01-01T06:00:00Z/P1D", "R2/PT1H/2026-12-31T00:00:00Z"); a cron pattern repeats without end.
 */
import { Cron } from 'croner';
import type { Instant } from '../../kernel/clock.ts';
import { isMillraceError, messageOf } from '../../kernel/errors.ts';
import { addSpan, type Moment, parseInstant, parseSpan, roughMs, type Span } from './span.ts';

/** Longer waits are mistakes, and instants must stay exact numbers. */
const MAX_DURATION_MS = 100 * 366 * 86_400_000;
/** A repetition that rings more often is a mistake. */
const MIN_EVERY_MS = 1_000;
/** Rings that were missed while nothing ran are passed over, at most so many of them one by one. */
const MAX_MISSED = 100_000;

export type TimerForm = 'after' | 'at' | 'every';

/** A timer's text, understood. A date without an offset is of the time zone in which the timer is set, so it stays a text. */
export type Reading =
  | { readonly form: 'after'; readonly span: Span }
  | { readonly form: 'at'; readonly at: string }
  | ({ readonly form: 'every'; readonly span: Span } & Bounds)
  | { readonly form: 'every'; readonly cron: string };
type Bounds = { readonly times?: number; readonly from?: string; readonly until?: string };

/** When it rings, and how often after that; undefined: without end. */
export type Ring = { readonly dueAt: Instant; readonly left?: number };

/** Understands the text, or says in a sentence what is wrong with it. */
export function readTimer(form: TimerForm, text: string): Reading | string {
  try {
    if (form === 'after') return { form, span: spanOf(text) };
    if (form === 'at') return { form, at: dateOf(text) };
    return readRepetition(text);
  } catch (error) {
    return isMillraceError(error) ? `${error.message} ${error.action}` : messageOf(error);
  }
}

/** The first ring of a timer that is set now; undefined when a repetition is over before it began. */
export function firstRing(reading: Reading, { now, timeZone }: Moment): Ring | undefined {
  if (reading.form === 'after') return { dueAt: addSpan(now, reading.span, timeZone), left: 0 };
  if (reading.form === 'at') return { dueAt: Math.max(now, parseInstant(reading.at, timeZone) ?? now), left: 0 };
  if ('cron' in reading) return cronRing(reading.cron, now, timeZone);
  const { span, times, from } = reading;
  const start = from === undefined ? undefined : parseInstant(from, timeZone);
  const left = times === undefined ? undefined : times - 1;
  const dueAt = start ?? addSpan(now, span, timeZone);
  return within(
    reading,
    dueAt < now ? skipped(reading, { dueAt, left }, { now, timeZone }) : { dueAt, left },
    timeZone,
  );
}

/** The ring that follows one; undefined when there is none. Rings that were missed are not made up for one by one. */
export function nextRing(reading: Reading, ring: Ring, { now, timeZone }: Moment): Ring | undefined {
  if (reading.form !== 'every' || ring.left === 0) return undefined;
  if ('cron' in reading) return cronRing(reading.cron, Math.max(now, ring.dueAt), timeZone);
  const left = ring.left === undefined ? undefined : ring.left - 1;
  const next = { dueAt: addSpan(ring.dueAt, reading.span, timeZone), left };
  return within(reading, next.dueAt < now ? skipped(reading, next, { now, timeZone }) : next, timeZone);
}

type Coming = { readonly dueAt: Instant; readonly left: number | undefined };
type Repeating = Extract<Reading, { form: 'every'; span: Span }>;

/** The last ring that should have been by now: late, it stands for those before it. */
function skipped({ span }: Repeating, first: Coming, { now, timeZone }: Moment): Coming {
  const rough = Math.max(MIN_EVERY_MS, roughMs(span));
  const isClock = span.months === 0 && span.days === 0;
  if (isClock) {
    const missed = Math.floor((now - first.dueAt) / rough);
    return { dueAt: first.dueAt + missed * rough, left: first.left };
  }
  let { dueAt } = first;
  for (let step = 0; step < MAX_MISSED; step++) {
    const next = addSpan(dueAt, span, timeZone);
    if (next > now) break;
    dueAt = next;
  }
  return { dueAt, left: first.left };
}

function within({ until }: Repeating, { dueAt, left }: Coming, timeZone: string): Ring | undefined {
  const end = until === undefined ? undefined : parseInstant(until, timeZone);
  if (end !== undefined && dueAt > end) return undefined;
  return left === undefined ? { dueAt } : { dueAt, left };
}

function cronRing(pattern: string, after: Instant, timeZone: string): Ring | undefined {
  const next = new Cron(pattern, { timezone: timeZone }).nextRun(new Date(after));
  return next === null ? undefined : { dueAt: next.getTime() };
}

function readRepetition(text: string): Reading | string {
  const form = 'every';
  if (!text.startsWith('R')) return /\s/.test(text) ? cronOf(text) : { form, span: everyOf(text) };
  const [count = '', ...parts] = text.split('/');
  const times = /^R(\d{0,9})$/.exec(count)?.[1];
  if (times === undefined || parts.length < 1 || parts.length > 2) {
    return `"${text}" is no repetition. Write "R3/PT10M", "R/2026-01-01T06:00:00Z/P1D", or a cron pattern.`;
  }
  if (times !== '' && Number(times) === 0) return `"${text}" repeats no time at all.`;
  const limit = times === '' ? {} : { times: Number(times) };
  const [first = '', second] = parts;
  if (second === undefined) return { form, span: everyOf(first), ...limit };
  if (first.startsWith('P')) return { form, span: everyOf(first), until: dateOf(second), ...limit };
  return { form, from: dateOf(first), span: everyOf(second), ...limit };
}

function cronOf(text: string): Reading | string {
  try {
    new Cron(text, { timezone: 'UTC' });
    return { form: 'every', cron: text };
  } catch (error) {
    return `"${text}" is no cron pattern: ${messageOf(error)}.`;
  }
}

function spanOf(text: string): Span {
  const span = parseSpan(text);
  if (roughMs(span) > MAX_DURATION_MS) throw new Error(`"${text}" is longer than a hundred years.`);
  return span;
}

function everyOf(text: string): Span {
  const span = spanOf(text);
  if (roughMs(span) < MIN_EVERY_MS) throw new Error(`"${text}" is too short; a timer repeats at most once a second.`);
  return span;
}

function dateOf(text: string): string {
  if (parseInstant(text, 'UTC') !== undefined) return text;
  throw new Error(`"${text}" is no date and time. Write it like "2026-01-31T18:00:00Z".`);
}
