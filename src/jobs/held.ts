/** Hears what people answer about held jobs: the answer ends the job or lets it begin anew, in the commit of the task. */
import type { JobId } from '../kernel/ids.ts';
import type { Write } from '../store/unit.ts';
import type { Jobs } from './jobs.ts';
import type { OnSettled } from './owner.ts';
import { HAPPENED } from './question.ts';

/** What is written too when a person says that a held job has happened. */
export type OnHappened = (job: JobId) => Promise<readonly Write[]>;

export const heldOwner =
  (jobs: Jobs, onHappened: OnHappened = async () => []): OnSettled =>
  async ({ owner, actor, result }, part) => {
    const job = owner.id as JobId;
    const happened = result.kind === 'done' && result.outcome === HAPPENED;
    const beside = happened ? await onHappened(job) : [];
    const writes = [...part.writes, ...beside];
    return jobs.answer(job, { happened, actor, part: { ...part, writes } });
  };
