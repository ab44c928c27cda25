/** What each unit of ingest did, for people who ask why a reading is missing: one row a unit, the rows of a call share `run`. */
import { defineLog } from '../../store/family.ts';

/** live: as it happens; replay: the past as if it happened now; import: stored and analysed, starts nothing. */
export const INGEST_MODES = ['live', 'replay', 'import'] as const;
export type IngestMode = (typeof INGEST_MODES)[number];

export const processingLog = defineLog({
  name: 'processing_log',
  area: 'measurements',
  columns: {
    run: 'integer',
    /** Null: rows that named no known device. */
    device: 'text?',
    mode: 'text',
    actor: 'text',
    receivedAt: 'integer',
    /** Event times of the unit's good rows; null when it had none. */
    from: 'integer?',
    to: 'integer?',
    stored: 'integer',
    duplicate: 'integer',
    /** Stored, but older than the device's latest reading: kept out of detectors and criteria. */
    late: 'integer',
    quarantined: 'integer',
    anomalies: 'integer',
    firings: 'integer',
  },
  indexes: [{ columns: ['device', 'id'] }, { columns: ['run', 'id'] }],
});
