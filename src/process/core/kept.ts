/** What a suspended instance keeps. */
import type { JobId } from '../../kernel/ids.ts';
import type { Brought } from './brought.ts';
import type { Run } from './run.ts';

export function keptOf<Type extends Brought['type']>({ draft }: Run, type: Type): Extract<Brought, { type: Type }>[] {
  const isOfType = (command: Brought): command is Extract<Brought, { type: Type }> => command.type === type;
  return (draft.suspended?.kept ?? []).filter(isOfType);
}

/** Whether the result of this job is kept. */
export const isKept = (run: Run, job: JobId): boolean => keptOf(run, 'settle').some((other) => other.job === job);
