/** The order of machines on the overview. */
import { describe, expect, it } from 'vitest';
import type { FleetDevice, KpiScope } from '../api/analyses.ts';
import { linesOf, ordered } from './fleet-order.ts';

const machine = (device: string, part: Partial<FleetDevice> = {}): FleetDevice => ({
  device,
  name: '',
  line: 'line-1',
  service: 'brick-production',
  lastSeenAt: null,
  analysedTo: null,
  isOverdue: false,
  hasFailed: false,
  isSilent: false,
  state: 'running',
  stateSince: null,
  today: null,
  quality: null,
  openAnomalies: 0,
  ...part,
});
const withOee = (oee: number | null) => ({ today: { kpis: { oee } } as KpiScope });
const names = (devices: readonly FleetDevice[]) => devices.map(({ device }) => device);

describe('the overview of machines', () => {
  it('begins with those that are silent, then those that stand still, then those with findings', () => {
    const devices = [
      machine('fine'),
      machine('strange', { openAnomalies: 2 }),
      machine('broken', { state: 'breakdown' }),
      machine('paused', { state: 'microstop' }),
      machine('silent', { isSilent: true }),
    ];
    expect(names(ordered(devices, { order: 'attention', line: undefined }))).toEqual([
      'silent',
      'broken',
      'paused',
      'strange',
      'fine',
    ]);
  });

  it('has the worst first and the unknown last when it goes by a figure', () => {
    const devices = [
      machine('b'),
      machine('good', withOee(0.9)),
      machine('a', withOee(null)),
      machine('bad', withOee(0.4)),
    ];
    expect(names(ordered(devices, { order: 'oee', line: undefined }))).toEqual(['bad', 'good', 'a', 'b']);
    const found = [machine('one', { openAnomalies: 1 }), machine('nine', { openAnomalies: 9 })];
    expect(names(ordered(found, { order: 'anomalies', line: undefined }))).toEqual(['nine', 'one']);
  });

  it('goes by numbers in names as people count', () => {
    const devices = [machine('press-10'), machine('press-9'), machine('x', { name: 'Oven' })];
    expect(names(ordered(devices, { order: 'name', line: undefined }))).toEqual(['x', 'press-9', 'press-10']);
  });

  it('shows one line when asked', () => {
    const devices = [machine('a'), machine('b', { line: 'line-2' }), machine('c', { line: '' })];
    expect(linesOf(devices)).toEqual(['line-1', 'line-2']);
    expect(names(ordered(devices, { order: 'name', line: 'line-2' }))).toEqual(['b']);
  });
});
