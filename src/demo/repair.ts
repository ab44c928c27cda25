/** Whether people have repaired what a simulated fault broke: the process of that machine went through its repair. */
import type { Client } from '../client/client.ts';
import { type Fault, isHarmless } from './fault.ts';

/** The step of the equipment defect process in which the technologist confirms the repair. */
export const REPAIR_STEP = 'technologist';

export async function isRepaired(client: Client, { device, kind, from }: Fault): Promise<boolean> {
  if (isHarmless(kind)) return false;
  const { items } = await client.instances.list({ businessKey: device, status: 'completed', limit: 1 });
  const [last] = items;
  if (last === undefined || last.endedAt === null || Date.parse(last.endedAt) < from) return false;
  const { passed } = await client.instances.get(last.id);
  return passed.includes(REPAIR_STEP);
}
