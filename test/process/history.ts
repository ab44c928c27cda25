/** What must hold of any instance at any moment: its history has no gap, settles nothing twice, and rebuilds the state. */
import { isDeepStrictEqual } from 'node:util';
import { formatInstanceId, type InstanceId } from '../../src/kernel/ids.ts';
import { replay } from '../../src/process/core/effect.ts';
import type { HistoryEntry, InstanceView, Queries } from '../../src/process/engine/queries.ts';

/** Throws when one of them does not; answers the history. */
export async function checkHistory(queries: Queries, instance: InstanceView): Promise<HistoryEntry[]> {
  const id = formatInstanceId(instance.id as InstanceId);
  const history = await queries.history(instance.id as InstanceId);
  history.forEach(({ seq }, place) => {
    if (seq !== place + 1) throw new Error(`invariant broken: history of ${id} has a gap at ${place + 1}`);
  });
  const rebuilt: unknown = JSON.parse(JSON.stringify(replay(history)));
  if (!isDeepStrictEqual(rebuilt, instance.state))
    throw new Error(`invariant broken: history of ${id} gives another state`);
  const settled = history.flatMap(({ command }) => (command.type === 'settle' ? [command.job] : []));
  if (new Set(settled).size !== settled.length) throw new Error(`invariant broken: ${id} settled something twice`);
  return history;
}
