/** Which analyses need somebody: those that failed last, and those behind their readings. */
import { describe, expect, it } from 'vitest';
import type { AnalysisRun, FleetDevice } from '../api/analyses.ts';
import { lastFailed, OVERDUE_MS, overdueOf } from './overdue.ts';

const noon = Date.parse('2026-05-04T12:00:00Z');
const at = (ms: number): string => new Date(ms).toISOString();
const fleetDevice = (device: string, part: Partial<FleetDevice>): FleetDevice => ({
  device,
  name: device,
  line: '',
  service: 'brick-production',
  lastSeenAt: at(noon),
  isSilent: false,
  state: null,
  stateSince: null,
  analysedTo: at(noon - 1_000),
  today: null,
  quality: null,
  openAnomalies: 0,
  ...part,
});
const run = (device: string, status: AnalysisRun['status']) => ({ device, status }) as AnalysisRun;

describe('analyses that are behind', () => {
  it('are those whose readings go on without them', () => {
    const devices = [
      fleetDevice('press-1', {}),
      fleetDevice('press-2', { analysedTo: at(noon - OVERDUE_MS - 1) }),
      fleetDevice('press-3', { analysedTo: at(noon - 5 * OVERDUE_MS) }),
    ];
    expect(overdueOf(devices, noon).map(({ device }) => device)).toEqual(['press-3', 'press-2']);
  });

  it('are none of machines without a service, without readings, or that fell silent', () => {
    const devices = [
      fleetDevice('meter', { service: null, analysedTo: null }),
      fleetDevice('new', { lastSeenAt: null, analysedTo: null }),
      fleetDevice('silent', { lastSeenAt: at(noon - 86_400_000), analysedTo: at(noon - 86_400_000) }),
    ];
    expect(overdueOf(devices, noon)).toEqual([]);
  });

  it('are those whose first readings came long ago and were never analysed', () => {
    const unread = fleetDevice('press-1', { lastSeenAt: at(noon - 2 * OVERDUE_MS), analysedTo: null });
    expect(overdueOf([unread], noon)).toEqual([unread]);
    expect(overdueOf([{ ...unread, lastSeenAt: at(noon - 1_000) }], noon)).toEqual([]);
  });
});

describe('analyses that failed', () => {
  it('are told while their last run failed, whatever came before', () => {
    const runs = [run('a', 'failed'), run('b', 'done'), run('a', 'done'), run('b', 'failed'), run('a', 'failed')];
    expect(lastFailed(runs)).toEqual([runs[0]]);
  });
});
