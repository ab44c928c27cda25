/**
 * The shifts and days that are open while readings come in: which of them a sample belongs to, and which the interval
 * before it crosses. What is asked for every sample is in fields; what happens at a border may take its time.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { PlanKind, PlantCalendar } from '../calendar/plant-calendar.ts';
import type { Stretch } from '../calendar/shifts.ts';
import { addTime, newScope, type Scope, type Stretches } from './scope.ts';
import { contains } from './timeline.ts';

/** What an interval `(before, at]` brought: of the output and of the reject counter. */
export type Crossing = {
  readonly before: Instant;
  readonly at: Instant;
  readonly aheadMs: number;
  readonly output: Counted;
  readonly reject: Counted;
};
type Counted = { readonly delta: number; readonly lost: number; readonly isAnew: boolean };

export class Scopes {
  readonly #calendar: PlantCalendar;
  /** Those that are not handed out yet. JSON: their own snapshot. */
  open: Scope[];
  /** Of the latest sample. */
  day: Scope | undefined;
  shift: Scope | undefined;
  window: Scope | undefined;
  isInShift = true;
  plan: PlanKind = 'work';
  /** Some that are open are over: they are handed out when it is known what the interval at their end was. */
  isDue = false;
  /** A sample from here on may belong to another scope or another part of a shift. */
  border: Instant = Number.NEGATIVE_INFINITY;

  readonly #window: Stretch | undefined;

  /** `window` is a further scope beside shifts and days; rows are pushed from before its beginning on. */
  constructor(
    calendar: PlantCalendar,
    {
      open,
      at,
      window,
    }: { readonly open: Scope[]; readonly at: Instant | null; readonly window?: Stretch | undefined },
  ) {
    this.#calendar = calendar;
    this.#window = window;
    this.open = open;
    if (at !== null) this.#settle(at);
  }

  /** The first sample of the device; `allowed` is what its counters can have made in so many milliseconds. */
  begin(
    at: Instant,
    allowed: { readonly output: (ms: number) => number; readonly reject: (ms: number) => number },
  ): void {
    this.#open(at, at);
    this.#settle(at);
    for (const scope of this.open) {
      for (let from = scope.from; from < at; ) {
        const { kind, to } = this.#calendar.stretchAt(from);
        const end = Math.min(to, at);
        addTime(scope, kind === 'work' ? 'unknown' : kind === 'break' ? 'planned' : 'no_shift', end - from);
        from = end;
      }
      const ms = this.#parts(scope).reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, at) - from), 0);
      scope.output.here += Math.ceil(allowed.output(ms));
      scope.reject.here += Math.ceil(allowed.reject(ms));
    }
  }

  /** The sample lies beyond the border: opens scopes, and says which of them what was counted may belong to. */
  cross({ before, at, aheadMs, output, reject }: Crossing): void {
    this.#open(before, at);
    this.#settle(at);
    for (const scope of this.open) {
      const parts = this.#parts(scope);
      if (!parts.some(({ from, to }) => before < to && at >= from)) continue;
      const own = parts.find(({ from, to }) => from <= at && at < to);
      for (const [doubt, { delta, lost, isAnew }] of [
        [scope.output, output],
        [scope.reject, reject],
      ] as const) {
        if (own === undefined) doubt.here += delta;
        else if (own.from > before) doubt.elsewhere += delta;
        doubt.here += lost;
        if (isAnew) doubt.anew += 1;
      }
      scope.aheadMs = Math.max(scope.aheadMs, aheadMs);
    }
  }

  /** Those that end by then are no longer open; `at` is the latest sample. */
  close(until: Instant, at: Instant): Scope[] {
    const closed = this.open.filter(({ end }) => end <= until);
    if (closed.length > 0) this.open = this.open.filter(({ end }) => end > until);
    this.isDue = this.open.some(({ end }) => end <= at);
    return closed;
  }

  /** As far as the scope has been seen. */
  stretches(scope: Scope, until: Instant): Stretches {
    const parts = this.#parts(scope);
    let work = 0;
    let before: PlanKind = 'no_shift';
    for (let at = scope.from; at < Math.min(scope.end, until); ) {
      const { kind, to } = this.#calendar.stretchAt(at);
      if (kind === 'work' && before !== 'work') work += 1;
      before = kind;
      at = to;
    }
    return { inShift: parts.length, work };
  }

  /** Whether all of `[from, to)` is planned to be worked, across adjoining shifts too. */
  isWork(from: Instant, to: Instant): boolean {
    for (let at = from; at < to; ) {
      const stretch = this.#calendar.stretchAt(at);
      if (stretch.kind !== 'work') return false;
      at = stretch.to;
    }
    return true;
  }

  /** Opens what overlaps the closed stretch. */
  #open(from: Instant, to: Instant): void {
    const isKnown = (kind: Scope['kind'], start: Instant) =>
      this.open.some((scope) => scope.kind === kind && scope.from === start);
    for (const { date, from: start, to: end } of this.#calendar.days.between(from, to + 1))
      if (!isKnown('day', start)) this.open.push(newScope({ kind: 'day', from: start, end, date, name: '' }));
    for (const { date, name, from: start, to: end } of this.#calendar.shiftsBetween(from, to + 1))
      if (!isKnown('shift', start)) this.open.push(newScope({ kind: 'shift', from: start, end, date, name }));
    const window = this.#window;
    if (window === undefined || window.from > to || window.to <= from || isKnown('window', window.from)) return;
    this.open.push(newScope({ kind: 'window', from: window.from, end: window.to, date: '', name: '' }));
  }

  #settle(at: Instant): void {
    const own = (kind: Scope['kind']) => this.open.find((scope) => scope.kind === kind && contains(scope, at));
    const stretch = this.#calendar.stretchAt(at);
    this.day = own('day');
    this.shift = own('shift');
    this.window = own('window');
    this.plan = stretch.kind;
    this.isDue = this.open.some(({ end }) => end <= at);
    this.isInShift = !this.#calendar.hasPlan || this.shift !== undefined;
    this.border = Math.min(stretch.to, this.day?.end ?? Infinity, this.shift?.end ?? Infinity);
    if (this.#window === undefined) return;
    const next = at < this.#window.from ? this.#window.from : this.#window.to;
    if (next > at) this.border = Math.min(this.border, next);
  }

  /** The part of a scope that is in a shift; adjoining shifts are one stretch. */
  #parts({ kind, from, end }: Scope): readonly Stretch[] {
    if (kind === 'shift' || !this.#calendar.hasPlan) return [{ from, to: end }];
    const parts: { from: Instant; to: Instant }[] = [];
    for (const shift of this.#calendar.shiftsBetween(from, end)) {
      const last = parts.at(-1);
      const part = { from: Math.max(from, shift.from), to: Math.min(end, shift.to) };
      if (last !== undefined && last.to === part.from) last.to = part.to;
      else parts.push(part);
    }
    return parts;
  }
}
