/** What becomes of a request for an analysis. */
import { describe, expect, it } from 'vitest';
import { newDraft, requestOf } from './analyze-draft.ts';

const draft = newDraft('2026-05-04');

describe('a request for an analysis', () => {
  it('is of a date unless somebody wants a stretch', () => {
    expect(requestOf('press-1', draft)).toEqual({ kind: 'run', device: 'press-1', date: '2026-05-04' });
    expect(requestOf('press-1', { ...draft, of: 'stretch', from: '2026-05-04T06:00', to: '2026-05-04T14:00' })).toEqual(
      {
        kind: 'run',
        device: 'press-1',
        from: '2026-05-04T06:00',
        to: '2026-05-04T14:00',
      },
    );
  });

  it('waits until its times make sense', () => {
    expect(requestOf('press-1', { ...draft, date: '' })).toBeUndefined();
    expect(requestOf('press-1', { ...draft, of: 'stretch', to: '' })).toBeUndefined();
    expect(
      requestOf('press-1', { ...draft, of: 'stretch', from: '2026-05-04T14:00', to: '2026-05-04T06:00' }),
    ).toBeUndefined();
  });

  it('does not replace results when nothing is to be written', () => {
    expect(requestOf('press-1', { ...draft, isDryRun: true, isReprocessing: true })).toEqual({
      kind: 'run',
      device: 'press-1',
      date: '2026-05-04',
      dryRun: true,
    });
  });
});
