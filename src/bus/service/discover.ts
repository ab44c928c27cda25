/** Asks every app on the broker what it serves. Who does not answer in time is not there. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Broker, Message } from '../broker.ts';
import { jsonText, jsonValue } from '../envelope.ts';
import type { AppDescription, ServiceDescription } from './description.ts';
import { CONTROL_EXCHANGE, type Control, EVERYBODY_KEY } from './wire.ts';

/** How long apps have for their answer. */
export const DISCOVERY_MS = 300;

/** In the order of their names; what the instances of a service wait for and run is added up. */
export async function discover(
  { broker, clock }: { readonly broker: Broker; readonly clock: Clock },
  waitMs = DISCOVERY_MS,
): Promise<readonly (ServiceDescription & { readonly instances: number })[]> {
  const apps: AppDescription[] = [];
  const inbox = await broker.openInbox({
    onMessage: (message) => apps.push(...descriptionIn(message)),
    onLost: () => {}, // those that answered before stay
  });
  try {
    const id = randomUUID();
    const asked: Control = { kind: 'describe' };
    const message = { id, exchange: CONTROL_EXCHANGE, routingKey: EVERYBODY_KEY, body: jsonText(id, asked) };
    await broker.publish({ ...message, headers: {}, at: clock.now(), replyTo: inbox.address, correlationId: id });
    await clock.sleep(waitMs);
  } finally {
    await inbox.close();
  }
  return joined(apps.flatMap(({ services }) => services));
}

/** Anybody may answer: what is no description is passed over. */
function descriptionIn(message: Message): AppDescription[] {
  try {
    const said = jsonValue(message);
    return description.safeParse(said).success ? [said as AppDescription] : [];
  } catch {
    return [];
  }
}

const description = z.looseObject({
  services: z.array(
    z.looseObject({
      name: z.string(),
      operations: z.array(
        z.looseObject({ name: z.string(), kind: z.enum(['rpc', 'command', 'event']), route: z.string() }),
      ),
      queues: z.array(z.looseObject({ name: z.string(), waiting: z.number(), running: z.number() })),
    }),
  ),
});

function joined(services: readonly ServiceDescription[]): (ServiceDescription & { readonly instances: number })[] {
  const byName = new Map<string, ServiceDescription & { readonly instances: number }>();
  for (const one of services) {
    const other = byName.get(one.name);
    byName.set(one.name, other === undefined ? { ...one, instances: 1 } : added(other, one));
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function added(
  sum: ServiceDescription & { readonly instances: number },
  { queues }: ServiceDescription,
): ServiceDescription & { readonly instances: number } {
  const loads = sum.queues.map((queue) => {
    const { waiting = 0, running = 0 } = queues.find(({ name }) => name === queue.name) ?? {};
    return { ...queue, waiting: queue.waiting + waiting, running: queue.running + running };
  });
  return { ...sum, queues: loads, instances: sum.instances + 1 };
}
