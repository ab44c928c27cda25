/**
 * What is remembered of a device after its last reading. It is written in the same unit as the readings, guarded by the
 * version of the analyzer row, so that a crash or a second process can neither lose nor repeat a reading. What detectors
 * remember is large and read only to go on; it stands in a row of its own, beside what lists and pages look at.
 */
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { put, type Write } from '../../store/unit.ts';
import type { CriterionStanding } from '../criterion/criterion.ts';

export const analyzerFamily = defineFamily({
  name: 'analyzer',
  area: 'measurements',
  columns: {
    device: 'text',
    version: 'integer',
    /** Event time of the latest reading; nothing stored is later. Null: none yet. */
    lastAt: 'integer?',
    /** JSON list of [criterion id, standing]. */
    criteria: 'text',
    updatedAt: 'integer',
  },
  key: ['device'],
});
export type AnalyzerRow = RowOf<typeof analyzerFamily>;

export const detectorMemoryFamily = defineFamily({
  name: 'detector_memory',
  area: 'measurements',
  columns: {
    device: 'text',
    /** JSON: windows and open anomalies of every detector. */
    memory: 'text',
  },
  key: ['device'],
});

/** `detectors` is empty at the beginning. */
export type AnalysisMemory = Pick<AnalyzerRow, 'lastAt' | 'criteria'> & { readonly detectors: string };

export const newAnalyzerRow = (device: string, now: Instant): AnalyzerRow => ({
  device,
  version: 0,
  lastAt: null,
  criteria: '[]',
  updatedAt: now,
});

/** Version and time of the memory that is written. */
export function memoryWrites(
  { detectors, ...memory }: AnalysisMemory,
  row: Pick<AnalyzerRow, 'device' | 'version' | 'updatedAt'>,
): Write[] {
  return [
    put(analyzerFamily, { ...row, ...memory }),
    put(detectorMemoryFamily, { device: row.device, memory: detectors }),
  ];
}

export const standingsOf = ({ criteria }: Pick<AnalyzerRow, 'criteria'>): Map<string, CriterionStanding> =>
  new Map(JSON.parse(criteria) as [string, CriterionStanding][]);
