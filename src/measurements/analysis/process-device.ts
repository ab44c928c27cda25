/** `processDevice({ deviceId, startTime, endTime })`: what a device did in a stretch of time, asked for from code. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Analyses, Processed, ProcessRequest } from './analyses.ts';

export type DeviceStretch = Omit<ProcessRequest, 'startTime' | 'endTime' | 'trigger' | 'actor'> & {
  /** Milliseconds since 1970, or text as devices write it; without an offset it is plant time. */
  readonly startTime: Instant | string;
  /** Not included. */
  readonly endTime: Instant | string;
  /** Who asks, for the log of runs. Default: `code`. */
  readonly actor?: string | undefined;
};

/** Throws as `Analyses.process`; `measurement.invalid-range` also for a time that cannot be read. */
export function processDevice(
  analyses: Analyses,
  { startTime, endTime, actor = 'code', ...rest }: DeviceStretch,
): Promise<Processed> {
  const [from, to] = [startTime, endTime].map(analyses.readTime);
  if (from === undefined || to === undefined)
    throw new MillraceError('measurement.invalid-range', { from: startTime, to: endTime });
  return analyses.process({ ...rest, startTime: from, endTime: to, trigger: 'command', actor });
}
