/** Where the time of a definition's instances goes. */
import type { DefinitionAnalytics, StepAnalytics } from '../../../src/client/wire-analytics.ts';
import { read } from './http.ts';

export type { DefinitionAnalytics, StepAnalytics };

export const readAnalytics = (
  key: string,
  version: number | undefined,
  signal?: AbortSignal,
): Promise<DefinitionAnalytics> => read(`/definitions/${encodeURIComponent(key)}/analytics`, { version }, signal);
