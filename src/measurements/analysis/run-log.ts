/** The row that a run leaves behind, however it ended. */
import type { Instant } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { RunRow } from './families.ts';
import type { Subject } from './subject.ts';

export const RUN_TRIGGERS = ['follow', 'job', 'command', 'schedule'] as const;
/** follow: rows came; the others: somebody, or a schedule, asked. */
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

export type RunCounts = Pick<RunRow, 'rowsFrom' | 'rowsTo' | 'rows' | 'late' | 'jumps' | 'written' | 'anomalies'>;
export type RunHead = Pick<RunRow, 'id' | 'actor' | 'startedAt'> & {
  readonly trigger: RunTrigger;
  readonly to?: Instant | undefined;
};

const MAX_ERROR_CHARACTERS = 500;
const NOTHING: RunCounts = { rowsFrom: null, rowsTo: null, rows: 0, late: 0, jumps: 0, written: 0, anomalies: 0 };

export const doneRun = (
  subject: Subject,
  head: RunHead,
  { counts, now }: { counts: RunCounts; now: Instant },
): RunRow => ({
  ...headOf(subject, head),
  ...counts,
  status: 'done',
  error: null,
  endedAt: now,
});

export const failedRun = (
  subject: Subject,
  head: RunHead,
  { error, now }: { error: unknown; now: Instant },
): RunRow => ({
  ...headOf(subject, head),
  ...NOTHING,
  status: 'failed',
  error: messageOf(error).slice(0, MAX_ERROR_CHARACTERS),
  endedAt: now,
});

const headOf = ({ device, service }: Subject, { id, trigger, actor, to, startedAt }: RunHead) => ({
  id,
  device: device.id,
  service: service.name,
  serviceVersion: service.version,
  trigger,
  actor,
  to: to ?? null,
  startedAt,
});
