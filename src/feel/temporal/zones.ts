/**
 * Time zones by their IANA names, as the runtime knows them. It is asked for the offset at one instant, about 1 µs each;
 * everything else is computed here. Nothing of it is loaded before an expression names a zone.
 */
import { CYCLE_DAYS } from './calendar.ts';

const NAME = /^[A-Za-z][A-Za-z0-9._+-]*(?:\/[A-Za-z0-9._+-]+)*$/;
/** Zones that never change their clocks: there even a time without a date has an offset. */
const STEADY = /^(?:UTC|GMT|Zulu|UCT|Universal|Etc\/.+)$/;
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;
/** Opening a zone takes 70 µs and some kilobytes. */
const MAX_OPEN_ZONES = 50;
export const DAY_SECONDS = 86_400;
/** The runtime knows the years up to ±271,821; beyond, it is asked about a year 400 or more years nearer. */
const LAST_SECOND = 8.64e12 - DAY_SECONDS;
const CYCLE_SECONDS = CYCLE_DAYS * DAY_SECONDS;

const open = new Map<string, Intl.DateTimeFormat>();

export const isZone = (name: string): boolean => openZone(name) !== undefined;

/** How far the clocks of the zone are ahead of UTC, in seconds; `at` counts seconds since 1970 in UTC. */
export function offsetAt(zone: string, at: number): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    OFFSET.exec(openZone(zone)?.format(known(at) * 1_000) ?? '') ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return sign === '-' ? -offset : offset;
}

export const steadyOffset = (zone: string): number | null => (STEADY.test(zone) ? offsetAt(zone, 0) : null);

/**
 * The instant, in seconds, at which the clocks show a local time. Of an hour that comes twice in autumn it is the first;
 * a time that is skipped in spring moves forward by as much as the clocks do.
 */
export function instantOf(zone: string, local: number): number {
  const before = offsetAt(zone, local - DAY_SECONDS);
  const after = offsetAt(zone, local + DAY_SECONDS);
  if (before === after) return local - before;
  if (offsetAt(zone, local - before) === before) return local - before;
  return offsetAt(zone, local - after) === after ? local - after : local - before;
}

function openZone(name: string): Intl.DateTimeFormat | undefined {
  const found = open.get(name);
  if (found !== undefined || !NAME.test(name)) return found;
  try {
    const zone = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    if (open.size >= MAX_OPEN_ZONES) open.clear();
    open.set(name, zone);
    return zone;
  } catch {
    return undefined; // there is no such zone
  }
}

function known(at: number): number {
  if (Math.abs(at) <= LAST_SECOND) return at;
  return (at % CYCLE_SECONDS) + Math.sign(at) * 2 * CYCLE_SECONDS;
}
