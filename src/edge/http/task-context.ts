/** What a task sees of its instance, and what is to be filled in. */
import { type Actor, isOpen, representedIn, type TaskRow } from '../../jobs/task.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { nodeOf } from '../../process/core/definition.ts';
import { doneBefore } from '../../process/core/settlement.ts';
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

/** How somebody stands to a task: in whose place they could complete it, and whether the four-eyes rule bars them. */
export type Standing = {
  readonly onBehalfOf?: string;
  readonly barred?: { readonly step: string; readonly person: string };
};

/** In the order of the rows. Only tasks under the four-eyes rule cost a look at their instance. */
export function standingsOf(services: Services, rows: readonly TaskRow[], actor: Actor): Promise<Standing[]> {
  return Promise.all(rows.map((row) => standingOf(services, row, actor)));
}

async function standingOf({ process: { queries } }: Services, row: TaskRow, actor: Actor): Promise<Standing> {
  if (!isOpen(row)) return {};
  const onBehalfOf = representedIn(row, actor);
  const standing = onBehalfOf === undefined ? {} : { onBehalfOf };
  if (row.notBy === null || row.ownerKind !== PROCESS_OWNER) return standing;
  const { state } = await queries.instance(row.ownerId as InstanceId);
  const people = onBehalfOf === undefined ? [actor.id] : [actor.id, onBehalfOf];
  const barred = doneBefore(state, { notBy: JSON.parse(row.notBy) as string[] }, people);
  return barred === undefined ? standing : { ...standing, barred };
}
