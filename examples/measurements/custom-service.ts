/** A measurement service of one's own, tried on rows without a server; docs/guide/new-service.md gives one to a server. */
import { defineMeasurement } from '../../src/measurements/index.ts';
import { analyseRows } from '../../src/testing/index.ts';
import { at } from './saw.ts';

const dryer = defineMeasurement({
  name: 'dryer',
  about: 'Watches a dryer: the air that goes in and comes out.',
  fields: [
    { name: 'in', role: 'gauge', unit: '°C', min: 0, max: 200, resolution: 0.1, required: true },
    { name: 'out', role: 'gauge', unit: '°C', min: 0, max: 200, resolution: 0.1, required: true },
  ],
  derive: [{ name: 'drop', unit: '°C', of: ['in', 'out'], from: (hot = 0, cool = 0) => hot - cool }],
  watch: { signals: { drop: ['z-score'] } },
});

export function customService(): string {
  const rows = Array.from({ length: 180 }, (_, minute) => ({
    ts: at(minute),
    values: { in: 120 + Math.sin(minute), out: minute === 150 ? 115 : 80 + Math.cos(minute) },
  }));
  const { findings, statistics } = analyseRows({ service: dryer, rows });
  const { mean } = statistics.find(({ metric }) => metric === 'drop') ?? {};
  const found = findings.map(({ detector, field }) => `${detector} of ${field}`);
  return `Of its own: a drop of ${mean?.toFixed(0)} °C at first; found: ${found.join(', ')}.`;
}
