/** Gauges and counters that are missing from the samples of a device for longer than they may, as the rules say. */
import type { DeviceSettings } from '../settings.ts';
import type { Stretch } from '../stretch.ts';
import type { Sample } from './sample.ts';

export type SilenceTruth = Stretch & {
  readonly field: string;
  readonly isOpen: boolean;
  /** How long the device went on sending without it. */
  readonly ms: number;
};

export function silencesOf(settings: DeviceSettings, samples: readonly Sample[]): SilenceTruth[] {
  return settings.fields.flatMap(({ name, role, maxSilenceMs = settings.maxGapMs }, place) => {
    if (role !== 'gauge' && role !== 'counter') return [];
    const has = (sample: Sample): boolean => !Number.isNaN(sample.values[place]);
    const first = samples.findIndex(has);
    const silences: SilenceTruth[] = [];
    for (let from = first; from >= 0 && from < samples.length; from++) {
      if (has(samples[from]!)) continue;
      let to = from;
      let ms = 0;
      while (to + 1 < samples.length && !has(samples[to + 1]!)) {
        const step = samples[to + 1]!.ts - samples[to]!.ts;
        if (step <= settings.maxGapMs) ms += step;
        to += 1;
      }
      const isOpen = to === samples.length - 1;
      if (ms > maxSilenceMs) silences.push({ field: name, from: samples[from]!.ts, to: samples[to]!.ts, ms, isOpen });
      from = to;
    }
    return silences;
  });
}
