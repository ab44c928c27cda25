/** Job kind anomaly.label: what people decided about a defect becomes the label of every anomaly of its evidence. */
import { done } from '../../kernel/settlement.ts';
import type { Store } from '../../store/store.ts';
import { commitSettings, NOTHING } from '../settings-commit.ts';
import { isTaskDone, oncePerTask } from '../task-effect.ts';
import { type TaskJob, taskJob } from '../task-job.ts';
import { getAnomalies, labelUnit } from './anomalies.ts';
import { LABELS } from './anomaly.ts';

export const ANOMALY_LABEL = 'anomaly.label';

/** An outcome that is no label changes nothing. */
export function anomalyLabelJob({ store }: { readonly store: Store }): TaskJob {
  return taskJob(async ({ task, outcome, variables }) => {
    const label = LABELS.find((known) => known === outcome);
    const ids = variables.evidence.flatMap(({ anomalies }) => anomalies);
    if (label === undefined || ids.length === 0) return done();
    await commitSettings(store, `labels of task ${task}`, async () => {
      if (await isTaskDone(store, task, ANOMALY_LABEL)) return NOTHING;
      const anomalies = await getAnomalies(store, ids);
      const unit = labelUnit(store, { anomalies, label, actor: `task ${task}` });
      return { unit: oncePerTask(store, { task, kind: ANOMALY_LABEL }, unit), result: undefined };
    });
    return done();
  });
}
