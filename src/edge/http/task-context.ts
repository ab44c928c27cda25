/** What a task sees of its instance, and what is to be filled in. */
import type { TaskRow } from '../../jobs/task.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { nodeOf } from '../../process/core/definition.ts';
import { visibleVariables } from '../../process/core/state.ts';
import { PROCESS_OWNER } from '../../process/engine/transition-unit.ts';
import type { Services } from '../services.ts';

/** The job kind by which a task changes criteria; its form shows their limits. */
const CRITERIA_KIND = 'criteria.change';

export async function contextOf({ process: { definitions, queries } }: Services, row: TaskRow) {
  if (row.ownerKind !== PROCESS_OWNER) return { seen: {}, changesCriteria: false, schema: null };
  const instance = await queries.instance(row.ownerId as InstanceId);
  const token = instance.state.tokens.find(({ id }) => id === row.ownerSeq);
  const { behaviour } = nodeOf(await definitions.find(instance.definition, instance.version), row.step);
  const isUserTask = behaviour.type === 'userTask';
  return {
    seen: visibleVariables(instance.state, token?.scope ?? 0),
    changesCriteria: isUserTask && behaviour.apply.includes(CRITERIA_KIND),
    schema: isUserTask && behaviour.form !== undefined ? { ...behaviour.form.schema } : null,
  };
}
