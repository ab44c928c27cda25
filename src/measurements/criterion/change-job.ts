/** Job kind criteria.change: the limits that an engineer wrote into a task become the settings of the criteria. */
import { z } from 'zod';
import { done } from '../../kernel/settlement.ts';
import { invalid, parseInput } from '../input.ts';
import { commitSettings, NOTHING } from '../settings-commit.ts';
import { isTaskDone, oncePerTask } from '../task-effect.ts';
import { deviceOfTask, draftOf, type TaskJob, type TaskPayload, taskJob } from '../task-job.ts';
import { type CriteriaParts, changeOf } from './change.ts';
import { criterionId } from './criterion.ts';

export const CRITERIA_CHANGE = 'criteria.change';

const limit = z.union([z.number(), z.strictObject({ low: z.number(), high: z.number() })]);
/** A criterion is named by its id, or by its name on the device of the evidence. */
const change = z.union([z.object({ id: z.string(), limit }), z.object({ name: z.string(), limit })]);
const inputSchema = z.object({ criteria: z.array(change).max(100).default([]) });

export function criteriaChangeJob(parts: CriteriaParts): TaskJob {
  const { store } = parts;
  return taskJob(async (payload) => {
    const { task } = payload;
    const changes = changesOf(payload);
    if (changes.length === 0) return done();
    await commitSettings(store, `criteria of task ${task}`, async () => {
      if (await isTaskDone(store, task, CRITERIA_CHANGE)) return NOTHING;
      const { unit } = await changeOf(parts, changes, `task ${task}`);
      return { unit: oncePerTask(store, { task, kind: CRITERIA_CHANGE }, unit), result: undefined };
    });
    return done();
  });
}

/**
 * Whether the limits written into an open task could be set now. Changes nothing. Throws `criterion.invalid` or
 * `criterion.unknown`: whoever writes them can still correct them, and once the task is done nobody can.
 */
export async function checkCriteriaChange(
  parts: CriteriaParts,
  written: { readonly input: unknown; readonly variables: unknown },
): Promise<void> {
  const draft = draftOf(written);
  if (draft !== undefined) await changeOf(parts, changesOf(draft), 'nobody');
}

/** Each criterion once; the last limit given counts. */
function changesOf(payload: TaskPayload): { id: string; change: { limit: z.output<typeof limit> } }[] {
  const { criteria } = parseInput(inputSchema, payload.input ?? {}, 'criterion.invalid');
  const limits = new Map(
    criteria.map((given) => {
      if ('id' in given) return [given.id, given.limit];
      const device = deviceOfTask(payload);
      if (device === undefined)
        throw invalid('criterion.invalid', [`criteria: "${given.name}" needs the device of the evidence`]);
      return [criterionId(device, given.name), given.limit];
    }),
  );
  return [...limits].map(([id, value]) => ({ id, change: { limit: value } }));
}
