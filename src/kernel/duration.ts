/** Durations: milliseconds inside (`…Ms`), text at the border ("30s", "1h30m", or ISO 8601 without months and years). */
import { MillraceError } from './errors.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHORT = /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;
const ISO =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** "30s", "1h30m", "500ms", "PT30S" → milliseconds. Throws `duration.malformed`. */
export function parseDuration(text: string): number {
  const ms = durationOf(text);
  if (ms === undefined || !Number.isSafeInteger(ms)) throw new MillraceError('duration.malformed', { text });
  return ms;
}

function durationOf(text: string): number | undefined {
  const short = SHORT.exec(text);
  if (short !== null && text !== '') return sum(short.slice(1), [UNIT_MS.d, UNIT_MS.h, UNIT_MS.m, UNIT_MS.s, 1]);
  const iso = ISO.exec(text);
  if (iso === null || !/\d[WDHMS]$/.test(text)) return undefined;
  return sum(iso.slice(1), [7 * UNIT_MS.d, UNIT_MS.d, UNIT_MS.h, UNIT_MS.m, UNIT_MS.s]);
}

/** Milliseconds → the shortest exact text: 90_000 → "1m30s". What is left of a time that has passed is "-1m30s". */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  if (rest === 0) return '0s';
  if (rest < 0) return `-${formatDuration(-rest)}`;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNIT_MS[unit]);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * UNIT_MS[unit];
  }
  return text;
}

function sum(parts: readonly (string | undefined)[], weights: readonly number[]): number {
  return Math.round(parts.reduce((total, part, index) => total + Number(part ?? 0) * (weights[index] ?? 0), 0));
}
