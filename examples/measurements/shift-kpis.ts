/** The KPIs of a shift, and of two shifts together: their sums are added, their ratios never averaged. */
import type { Client } from '../../src/client/index.ts';
import { newName } from '../on-a-server.ts';
import { analysed, newSaw, percent, readings, send } from './saw.ts';

export async function shiftKpis(client: Client): Promise<string> {
  const line = newName('line');
  const days = ['mon' as const];
  await client.shiftPlans.create({
    ...{ id: newName('plan'), timeZone: 'UTC', lines: [line] },
    rules: [
      { name: 'early', days, from: '06:00', to: '09:00' },
      { name: 'late', days, from: '09:00', to: '10:00' },
    ],
  });
  const saw = await newSaw(client, { line });
  await send(client, saw, readings(0, 240));
  await analysed(client, { device: saw, date: '2026-01-05' });
  const { items, total } = await client.analyses.kpis(saw, { kind: 'shift' });
  const shifts = items.map(({ name, kpis }) => `${name} ${percent(kpis.availability)}`);
  return `Availability: ${shifts.join(', ')}, together ${percent(total.kpis.availability)}.`;
}
