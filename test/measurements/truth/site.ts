/** Where and when a device works: its settings and faults, its period, and when its plan has it work. */
import { type Shift, shiftsOver } from './calendar.ts';
import type { Configuration, Fault } from './configuration.ts';
import { plantPlan } from './plant-plan.ts';
import { type DeviceSettings, faultsOf, settingsOf } from './settings.ts';
import { type Streams, streamsOf } from './stream.ts';
import { difference, intersection, merged, type Stretch } from './stretch.ts';
import { addDays, type LocalDay, localDays, startOfDay } from './wall-clock.ts';

export type Site = {
  readonly settings: DeviceSettings;
  readonly faults: ReadonlySet<Fault>;
  readonly configuration: Configuration;
  /** Whole local days. */
  readonly period: Stretch;
  readonly days: readonly LocalDay[];
  /** Undefined: it works around the clock. */
  readonly shifts: readonly Shift[] | undefined;
  /** Time in which it should work: shifts without breaks, or everything. */
  readonly work: readonly Stretch[];
  readonly streams: Streams;
};

export function siteOf(place: number, configuration: Configuration): Site {
  const { firstDays, days: dayCount, timeZone, seed } = configuration;
  const settings = settingsOf(place, configuration);
  const firstDay = firstDays[place % firstDays.length]!;
  const period = { from: startOfDay(firstDay, timeZone), to: startOfDay(addDays(firstDay, dayCount), timeZone) };
  const shifts = settings.line === undefined ? undefined : shiftsOver(plantPlan(configuration), period);
  return {
    settings,
    faults: faultsOf(place, configuration),
    configuration,
    period,
    days: localDays(period, timeZone),
    shifts,
    work: shifts === undefined ? [period] : intersection(workOf(shifts), [period]),
    streams: streamsOf(seed, settings.id),
  };
}

const workOf = (shifts: readonly Shift[]): Stretch[] =>
  difference(
    merged(shifts),
    shifts.flatMap(({ breaks }) => breaks),
  );
