/** What somebody asks of an analysis while they are still writing it. */
import type { AnalyzeRequest } from '../api/analyses.ts';

export type AnalyzeDraft = {
  readonly of: 'date' | 'stretch';
  /** Local date of the plant. */
  readonly date: string;
  /** As the browser's fields write local times; the server reads them as plant time. */
  readonly from: string;
  readonly to: string;
  readonly isDryRun: boolean;
  readonly isReprocessing: boolean;
};

export const newDraft = (today: string): AnalyzeDraft => ({
  of: 'date',
  date: today,
  from: `${today}T00:00`,
  to: `${today}T23:59`,
  isDryRun: false,
  isReprocessing: false,
});

/** Undefined while a field is empty or the stretch ends before it begins. */
export function requestOf(device: string, draft: AnalyzeDraft): AnalyzeRequest | undefined {
  const { of, date, from, to, isDryRun, isReprocessing } = draft;
  const stretch = of === 'date' ? date !== '' && { date } : from !== '' && to !== '' && from < to && { from, to };
  if (stretch === false) return undefined;
  return {
    kind: 'run',
    device,
    ...stretch,
    ...(isDryRun && { dryRun: true }),
    ...(isReprocessing && !isDryRun && { reprocess: true }),
  };
}
