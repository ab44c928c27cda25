/** Moisture analysis: the moisture of the clay against its set point; stuck and drifting sensors, spikes and steps. */
import { defineMeasurement } from './measurement-service.ts';

export const moistureAnalysis = defineMeasurement({
  name: 'moisture-analysis',
  about:
    'Watches the moisture of the clay: level, deviation from the set point, stuck, silent and drifting sensors, spikes.',
  fields: [
    { name: 'moisture', role: 'gauge', unit: '%', min: 1, max: 60, resolution: 0.01, required: true },
    // Many send it only when it changes.
    { name: 'setPoint', role: 'gauge', unit: '%', min: 1, max: 60, resolution: 0.1, maxSilenceMs: 86_400_000 },
    { name: 'temperature', role: 'gauge', unit: '°C', min: -30, max: 120, resolution: 0.1 },
  ],
  derive: [
    {
      name: 'deviation',
      unit: '%',
      of: ['moisture', 'setPoint'],
      from: (moisture = Number.NaN, setPoint = Number.NaN) => moisture - setPoint,
      resolution: 0.01,
    },
  ],
  watch: { silentFields: true, spikes: ['moisture'], signals: { moisture: ['z-score', 'novelty', 'drift', 'stuck'] } },
});
