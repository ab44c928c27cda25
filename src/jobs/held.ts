/** Hears what people answer about held jobs: the answer ends the job or lets it begin anew, in the commit of the task. */
import type { JobId } from '../kernel/ids.ts';
import type { Jobs } from './jobs.ts';
import type { OnSettled } from './owner.ts';
import { HAPPENED } from './question.ts';

export const heldOwner =
  (jobs: Jobs): OnSettled =>
  async ({ owner, actor, result }, part) => {
    const happened = result.kind === 'done' && result.outcome === HAPPENED;
    return jobs.answer(owner.id as JobId, { happened, actor, part });
  };
