/** Machine monitoring: vibration, temperature and current of a drive; its states, and bearings and cooling that fail. */
import { defineMeasurement } from './measurement-service.ts';

export const machineMonitoring = defineMeasurement({
  name: 'machine-monitoring',
  about: 'Watches a drive: states, vibration, temperature and current, each alone and together.',
  fields: [
    { name: 'vibration', role: 'gauge', unit: 'mm/s', min: 0, max: 100, resolution: 0.01, required: true },
    { name: 'temperature', role: 'gauge', unit: '°C', min: -30, max: 250, resolution: 0.1, required: true },
    { name: 'current', role: 'gauge', unit: 'A', min: 0, max: 1_000, resolution: 0.1, required: true },
    {
      name: 'mode',
      role: 'state',
      values: ['running', 'stopped', 'setup', 'maintenance'],
      states: { running: 'running', stopped: 'stopped', setup: 'setup', maintenance: 'planned' },
    },
  ],
  signal: 'mode',
  watch: {
    stoppage: true,
    silentFields: true,
    rising: ['temperature', 'vibration'],
    signals: { vibration: ['drift'], temperature: ['z-score', 'sudden-change'] },
    together: ['vibration', 'temperature', 'current'],
  },
});
