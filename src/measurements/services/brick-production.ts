/** Brick production: a press or cutter that counts bricks and rejects; states, OEE, speed and what disturbs them. */
import { defineMeasurement } from './measurement-service.ts';

export const brickProduction = defineMeasurement({
  name: 'brick-production',
  about: 'Counts bricks and rejects: states, OEE, speed, stoppages, error rate and efficiency.',
  fields: [
    { name: 'count', role: 'counter', unit: 'bricks', min: 0, maxRate: 2, required: true },
    { name: 'errors', role: 'counter', unit: 'bricks', min: 0, maxRate: 2, required: true },
    {
      name: 'mode',
      role: 'state',
      values: ['auto', 'setup', 'maintenance'],
      states: { setup: 'setup', maintenance: 'planned' },
    },
    { name: 'product', role: 'label', values: ['P1', 'P2'] },
  ],
  output: 'count',
  reject: 'errors',
  signal: 'mode',
  product: 'product',
  watch: {
    stoppage: true,
    silentFields: true,
    highErrorRate: { limit: 0.05, windowMs: 900_000 },
    lowEfficiency: { limit: 0.7, windowMs: 600_000, windows: 3 },
    signals: { speed: ['sudden-change'] },
  },
});
