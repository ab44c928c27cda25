/**
 * A plant's raw readings with the truth behind them, a pure function of its settings. It shares no code with the product:
 * the rules of the measurement service are written here a second time, from the text of their reference page.
 *
 * Devices are worked out one by one, each on first use, and kept until they are released. A device of 30 days at 5 s has
 * about 510,000 rows and takes some 40 MB, with its observable truth some 430 MB.
 */
import type { Anomaly } from './anomaly.ts';
import type { ShiftPlan } from './calendar.ts';
import { type Configuration, configure } from './configuration.ts';
import { firstFrom } from './observable/analysis.ts';
import { type Observable, observe, type ScopeTruth } from './observable/observe.ts';
import { type PhysicalTruth, physicalTruth } from './physical/device.ts';
import { type PhysicalElements, physicalElements } from './physical/scope-truth.ts';
import { type PhysicalSegment, segmentsOf } from './physical/seconds.ts';
import { plantPlan } from './plant-plan.ts';
import { type Arrivals, arrivalsOf } from './raw/arrivals.ts';
import { type RawRow, rawRows } from './raw/raw-row.ts';
import { type DeviceSettings, declarationOf } from './settings.ts';
import { type Site, siteOf } from './site.ts';
import { intersection, type Stretch } from './stretch.ts';

export type PlantTruth = {
  readonly configuration: Configuration;
  readonly shiftPlan: ShiftPlan;
  readonly timeZone: string;
  readonly devices: readonly DeviceTruth[];
};
export type DeviceTruth = {
  /** What to declare the device with, and what its service makes of its fields. */
  readonly settings: DeviceSettings;
  /** The first part alone. */
  readonly declaration: ReturnType<typeof declarationOf>;
  readonly site: Site;
  /** What it did in each second. */
  readonly physical: PhysicalTruth;
  /** The same as segments that tile the period; none of a device that has no states. */
  readonly segments: readonly PhysicalSegment[];
  /** What a detector should find, in order. */
  readonly anomalies: readonly Anomaly[];
  /** Its rows as columns, in the order of arrival: the fast form. */
  readonly arrivals: Arrivals;
  /** The same row by row, as they come over the wire. */
  readonly rows: () => Iterable<RawRow>;
  /** What the rules make of the rows that arrive. */
  readonly observable: Observable;
  /** What really happened in a shift or day, up to the last sample: within the bounds of that scope. */
  readonly physicalElements: (scope: ScopeTruth) => PhysicalElements | undefined;
  /** Share of the samples expected in a stretch that are there: what lies in an outage cannot be found. */
  readonly coverage: (stretch: Stretch) => number;
  /** Gives back the memory; what is asked for afterwards is worked out again. */
  readonly release: () => void;
};

/** Everything that is left out has its default: ten devices, 30 days, every fault and corruption. */
export function generatePlant(settings: Partial<Configuration> = {}): PlantTruth {
  const configuration = configure(settings);
  return {
    configuration,
    shiftPlan: plantPlan(configuration),
    timeZone: configuration.timeZone,
    devices: Array.from({ length: configuration.devices }, (_, place) => generateDevice(place, configuration)),
  };
}

function generateDevice(place: number, configuration: Configuration): DeviceTruth {
  const site = siteOf(place, configuration);
  const { settings, period, shifts } = site;
  const { kept, release } = openKeeping();
  const physical = kept(() => physicalTruth(site));
  const arrivals = kept(() => arrivalsOf(site, physical()));
  const observable = kept(() => observe(settings, arrivals(), { shifts, timeZone: configuration.timeZone }));
  return {
    settings,
    declaration: declarationOf(settings),
    site,
    get physical() {
      return physical();
    },
    get segments() {
      const truth = physical();
      return truth.kind === 'moisture' ? [] : segmentsOf(period, truth.states);
    },
    get anomalies() {
      return physical().anomalies;
    },
    get arrivals() {
      return arrivals();
    },
    rows: () => rawRows(settings, arrivals()),
    get observable() {
      return observable();
    },
    physicalElements: ({ from, to, inShift }) => {
      const truth = physical();
      const { seen } = observable();
      if (truth.kind === 'moisture' || seen === undefined) return undefined;
      const stretch = { from, to: Math.min(to, seen.to) };
      return physicalElements(truth, period, { stretch, inShift: intersection(inShift, [stretch]) });
    },
    coverage: ({ from, to }) => {
      const { samples } = observable();
      const placeAt = (instant: number): number => firstFrom(samples.length, (place) => samples[place]!.ts, instant);
      return Math.min(1, ((placeAt(to) - placeAt(from)) * settings.expectedIntervalMs) / (to - from));
    },
    release,
  };
}

/** Values that are worked out on first use and kept until they are released. */
function openKeeping(): { kept: <Value>(make: () => Value) => () => Value; release: () => void } {
  const values = new Map<() => unknown, unknown>();
  return {
    kept: (make) => () => {
      if (!values.has(make)) values.set(make, make());
      return values.get(make) as ReturnType<typeof make>;
    },
    release: () => values.clear(),
  };
}
