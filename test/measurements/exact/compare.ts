/** Holds what the product found against the truth of the generator, number by number. Answers every difference in words. */
import type { Results } from '../../../src/measurements/services/device-run.ts';
import type { DeviceTruth } from '../truth/generate.ts';

const ELEMENTS = [
  ...['calendar', 'noShift', 'planned', 'setup', 'breakdown', 'microstop', 'unknown', 'running'],
  ...['pq', 'pqOutside', 'sq', 'rq', 'idealMs', 'idealScrapMs'],
  ...['failures', 'sumTbf', 'intervalsTbf', 'sumTtr', 'repairs'],
] as const;
const BOUNDS = ['pqLow', 'pqHigh', 'sqLow', 'sqHigh', 'gqLow', 'gqHigh', 'aptLow', 'aptHigh'] as const;
/** Bounds are sums of fractions, added up in another order. */
const BOUND_TOLERANCE = 1e-3;

const NO_ROWS = { seen: 0, expected: 0, stored: 0, conflicts: 0, inconsistent: 0, onTime: 0, jumps: 0 };

export type Compared = { readonly scopes: number; readonly numbers: number; readonly differences: readonly string[] };

export function compareWithTruth(
  device: Pick<DeviceTruth, 'settings' | 'observable'>,
  { results, jumps }: { results: Results; jumps: number },
): Compared {
  const { observable, settings } = device;
  const differences: string[] = [];
  let numbers = 0;
  const same = (what: string, found: unknown, expected: unknown) => {
    numbers += 1;
    const isNear = what.endsWith('Low') || what.endsWith('High');
    if (isNear ? !(Math.abs(Number(found) - Number(expected)) <= BOUND_TOLERANCE) : found !== expected)
      differences.push(`${settings.id} ${what}: found ${found}, expected ${expected}`);
  };
  same('counter jumps', jumps, observable.jumps.length);
  const scopes = observable.scopes ?? [];
  same('scopes', results.scopes.length, scopes.length);
  for (const truth of scopes) {
    const found = results.scopes.find(({ kind, from }) => kind === truth.kind && from === truth.from);
    const name = `${truth.kind} ${truth.date} ${truth.name}`;
    for (const element of ELEMENTS)
      same(`${name} ${element}`, found?.elements[element], (truth.elements as Record<string, number>)[element]);
    for (const bound of BOUNDS) same(`${name} ${bound}`, found?.elements[bound], truth.bounds[bound]);
  }
  const segments = observable.segments ?? [];
  same('segments', results.segments.length, segments.length);
  for (const [place, truth] of segments.entries()) {
    const found = results.segments[place];
    same(
      `segment ${place}`,
      found && `${found.state} ${found.from} ${found.to}`,
      `${truth.state} ${truth.from} ${truth.to}`,
    );
  }
  for (const truth of observable.quality) {
    // A day on which every row was refused has none that is stored, and so no row of its own.
    const found = results.quality.find(({ date }) => date === truth.date) ?? NO_ROWS;
    same(`quality ${truth.date} slots`, found.seen, truth.slots);
    same(`quality ${truth.date} expected`, found.expected, truth.expected);
    same(`quality ${truth.date} stored`, found.stored, truth.stored);
    same(`quality ${truth.date} conflicts`, found.conflicts, truth.conflicts);
    same(`quality ${truth.date} ruleBreaks`, found.inconsistent, truth.ruleBreaks);
    same(`quality ${truth.date} timely`, found.onTime, truth.timely);
    same(`quality ${truth.date} jumps`, found.jumps, truth.jumps);
  }
  const silences = results.findings.filter(({ detector }) => detector === 'silent-field');
  same('silences', silences.length, observable.silences.length);
  for (const { field, from, ...truth } of observable.silences) {
    const found = silences.find((one) => one.field === field && one.from === from);
    same(`silence of ${field} at ${from}: its end`, found?.to, truth.to);
    same(`silence of ${field} at ${from}: how long`, found?.evidence.value, truth.ms);
    same(`silence of ${field} at ${from}: open`, found?.isOpen, truth.isOpen);
  }
  const output = settings.output ?? '';
  const hours = new Map<number, number>();
  for (const { metric, start, bucket } of results.buckets) {
    if (metric !== output) continue;
    const hour = Math.floor(start / 3_600_000) * 3_600_000;
    hours.set(hour, (hours.get(hour) ?? 0) + bucket.sum);
  }
  if (settings.output !== undefined)
    for (const [hour, sum] of observable.hourly) same(`hour ${new Date(hour).toISOString()}`, hours.get(hour), sum);
  return { scopes: scopes.length, numbers, differences };
}
