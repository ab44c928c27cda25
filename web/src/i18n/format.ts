/** Times and numbers as the reader's language writes them, in the browser's time zone and with 24 hours. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isLanguage, LANGUAGES } from './language.ts';

export type Format = ReturnType<typeof formatFor>;

/** British dates in English: day before month, as the 24-hour clock suggests. */
const localeOf = (language: string): string => (language === 'en' ? 'en-GB' : language);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DURATION_UNITS = [
  { name: 'day', ms: DAY_MS },
  { name: 'hour', ms: HOUR_MS },
  { name: 'minute', ms: MINUTE_MS },
  { name: 'second', ms: 1_000 },
  { name: 'millisecond', ms: 1 },
] as const;

export function formatFor(language: string) {
  const locale = localeOf(language);
  const isRtl = isLanguage(language) && LANGUAGES[language].direction === 'rtl';
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const seconds = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const dayOfYear = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(locale, {
    numeric: 'auto',
    style: language === 'en' ? 'short' : 'long',
  });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', hourCycle: 'h23' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const either = new Intl.ListFormat(locale, { type: 'disjunction' });
  const integer = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: language === 'en' ? 'narrow' : 'short' });
  const units = DURATION_UNITS.map(({ name, ms }) => {
    const written = unit(name);
    return { ms, format: (count: number): string => written.format(count) };
  });

  return {
    locale,
    integer: (value: number): string => integer.format(value),
    /** 0.723 as "72.3%" */
    share: (value: number): string => percent.format(value),
    /** "3h 12m": the two largest units; less than a second in milliseconds. */
    duration: (durationMs: number): string => {
      const wholeMs = Math.round(durationMs);
      const first = units.findIndex(({ ms }) => wholeMs >= ms);
      const [large, small] = first < 0 ? units.slice(-1) : units.slice(first, first + 2);
      if (large === undefined) return '';
      const rest = small === undefined || small.ms < 1_000 ? 0 : Math.floor((wholeMs % large.ms) / small.ms);
      const text = large.format(Math.floor(wholeMs / large.ms));
      return rest === 0 || small === undefined ? text : `${text} ${small.format(rest)}`;
    },
    list: (parts: readonly string[]): string => list.format(parts),
    /** "a, b or c" */
    either: (parts: readonly string[]): string => either.format(parts),
    /** "14:03:11" */
    seconds: (at: Instantish): string => seconds.format(toDate(at)),
    /** "3 May" */
    day: (at: Instantish): string => day.format(toDate(at)),
    /** "14:03" */
    clock: (at: Instantish): string => time.format(toDate(at)),
    /** "14:03" today, "3 May, 14:03" this year, else with the year. */
    moment: (at: Instantish, nowMs: number = Date.now()): string => {
      const date = toDate(at);
      const now = new Date(nowMs);
      if (date.toDateString() === now.toDateString()) return time.format(date);
      const dayText = date.getFullYear() === now.getFullYear() ? day.format(date) : dayOfYear.format(date);
      return `${dayText}, ${time.format(date)}`;
    },
    exact: (at: Instantish): string => exact.format(toDate(at)),
    /** "5 min. ago", "in 2 hr." */
    relative: (at: Instantish, nowMs: number): string => {
      const differenceMs = toDate(at).getTime() - nowMs;
      const size = Math.abs(differenceMs);
      if (size < MINUTE_MS) return relative.format(Math.trunc(differenceMs / 1_000), 'second');
      if (size < HOUR_MS) return relative.format(Math.trunc(differenceMs / MINUTE_MS), 'minute');
      if (size < DAY_MS) return relative.format(Math.trunc(differenceMs / HOUR_MS), 'hour');
      return relative.format(Math.trunc(differenceMs / DAY_MS), 'day');
    },
    /** A reading with its unit, in as many digits as its size deserves. */
    reading: (value: number, unit?: string | null): string =>
      withUnit(value.toLocaleString(locale, { maximumFractionDigits: fractionDigitsOf(value) }), unit, isRtl),
    /** What somebody has set, in all its digits. */
    setting: (value: number, unit?: string | null): string =>
      withUnit(value.toLocaleString(locale, { maximumFractionDigits: 6 }), unit, isRtl),
  };
}

type Instantish = string | number | Date;

const toDate = (at: Instantish): Date => (at instanceof Date ? at : new Date(at));

/** A space that does not break keeps them on one line; in right-to-left text they stay isolated, in their own order. */
function withUnit(figure: string, unit: string | null | undefined, isRtl: boolean): string {
  if (!unit) return figure;
  return isRtl ? `\u2066${figure}\u00a0${unit}\u2069` : `${figure}\u00a0${unit}`;
}

function fractionDigitsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 1_000) return 0;
  if (size >= 10) return 1;
  return size >= 1 ? 2 : 3;
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => formatFor(i18n.language), [i18n.language]);
}
