/** A call with rows, as every unit of it sees it. */
import type { NextId } from '../../kernel/ids.ts';
import type { Store } from '../../store/store.ts';
import type { LocalDays } from '../calendar/local-days.ts';
import type { MeasurementRow } from './measurement.ts';
import type { IngestMode } from './processing-log.ts';
import type { QuarantineRow } from './quarantine.ts';

export type Run = {
  readonly id: number;
  readonly mode: IngestMode;
  readonly actor: string;
  readonly receivedAt: number;
  readonly store: Store;
  readonly nextId: NextId;
  /** Of the plant. */
  readonly days: LocalDays;
  /** Rows of the call that lie in quarantine, by their place. */
  readonly retried: ReadonlyMap<number, QuarantineRow>;
};

/** A row that is a measurement, with its numbers by the place of the field. */
export type GoodRow = { readonly numbers: Float64Array; readonly row: MeasurementRow };
