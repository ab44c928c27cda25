/** What is sent when an engineer changes a criterion: only what differs. */
import { describe, expect, it } from 'vitest';
import type { LimitSettings } from '../api/measurements.ts';
import { changeOf, draftOf } from './criterion-draft.ts';

const settings: LimitSettings = {
  signal: { field: 'vibration' },
  limit: 4.5,
  direction: 'above',
  duration: '30s',
  hysteresis: 0.3,
  enabled: true,
};

describe('the draft of a criterion', () => {
  it('is no change as long as nothing differs', () => {
    expect(changeOf(draftOf(settings), settings)).toBeUndefined();
  });

  it('sends only what differs', () => {
    expect(changeOf({ ...draftOf(settings), limit: 5, enabled: false }, settings)).toEqual({
      limit: 5,
      enabled: false,
    });
  });

  it('cannot be sent while a field is empty', () => {
    expect(changeOf({ ...draftOf(settings), limit: '', enabled: false }, settings)).toBeUndefined();
  });

  it('sends both edges when a limit becomes a band', () => {
    const draft = { ...draftOf(settings), direction: 'outside', low: 1, high: 5 } as const;
    expect(changeOf(draft, settings)).toEqual({ direction: 'outside', limit: { low: 1, high: 5 } });
  });

  it('knows how many of a combination must have fired', () => {
    const combination = { of: ['A', 'B'], atLeast: 2, duration: '0s', enabled: true };
    expect(changeOf({ ...draftOf(combination), atLeast: 1 }, combination)).toEqual({ atLeast: 1 });
  });

  it('knows how severe an anomaly must be, and keeps what else is said of it', () => {
    const anomaly = { signal: { anomaly: 'stoppage', field: 'count' }, duration: '0s', enabled: true };
    expect(changeOf(draftOf(anomaly), anomaly)).toBeUndefined();
    expect(changeOf({ ...draftOf(anomaly), minSeverity: 'major' }, anomaly)).toEqual({
      signal: { anomaly: 'stoppage', field: 'count', minSeverity: 'major' },
    });
  });
});
