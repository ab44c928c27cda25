/** Calendar days of a time zone as stretches of time: 23, 24 or 25 hours long. Each is worked out once. */
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../kernel/clock.ts';

export type LocalDay = { readonly date: string; readonly from: Instant; readonly to: Instant };

const MAX_KNOWN_DAYS = 20_000;
const DAY_MS = 86_400_000;

export class LocalDays {
  readonly #timeZone: string;
  readonly #known = new Map<string, LocalDay>();

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** The day that contains the instant. */
  at(instant: Instant): LocalDay {
    return this.on(
      Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(this.#timeZone).toPlainDate().toString(),
    );
  }

  /** The day of a date such as 2026-01-31. */
  on(date: string): LocalDay {
    const known = this.#known.get(date);
    if (known !== undefined) return known;
    const plain = Temporal.PlainDate.from(date);
    const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(this.#timeZone).epochMilliseconds;
    const day = { date, from: startOf(plain), to: startOf(plain.add({ days: 1 })) };
    if (this.#known.size >= MAX_KNOWN_DAYS) this.#known.clear();
    this.#known.set(date, day);
    return day;
  }

  /** Every day that overlaps `[from, to)`, in order. */
  between(from: Instant, to: Instant): LocalDay[] {
    const days: LocalDay[] = [];
    for (let day = this.at(from); day.from < to; day = this.at(day.to)) days.push(day);
    return days;
  }
}

/** The date that lies so many days after another. */
export const dateAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
