/**
 * The outbox: messages are rows of the unit that causes them, so that none is lost and none is sent for a change that
 * did not happen. A relay (bus) publishes them and deletes each on the broker's confirm or the subscriber's ack.
 */
import { type Area, defineFamily, type RowOf } from './family.ts';
import { put, type Write } from './unit.ts';

const outboxOf = (area: Area, name: string) =>
  defineFamily({
    name,
    area,
    isHot: true,
    columns: {
      /** From the id blocks: also the message id by which consumers recognise a repeat. */
      id: 'integer',
      routingKey: 'text',
      /** JSON. */
      body: 'text',
      at: 'integer',
      /** On a store that processes share: the relay that holds the row publishes it until then, and no other does. */
      heldUntil: 'integer',
    },
    key: ['id'],
  });

export const plantOutbox = outboxOf('plant', 'outbox');
export const measurementOutbox = outboxOf('measurements', 'measurement_outbox');
export type OutboxRow = RowOf<typeof plantOutbox>;

/** A message that leaves when its unit has been committed. */
export function send(
  outbox: typeof plantOutbox,
  {
    id,
    routingKey,
    body,
    at,
  }: { readonly id: number; readonly routingKey: string; readonly body: unknown; readonly at: number },
): Write {
  return put(outbox, { id, routingKey, body: JSON.stringify(body), at, heldUntil: 0 });
}

/** Message ids that a consumer has taken in, written in the same unit as their effect. */
export const inbox = defineFamily({
  name: 'inbox',
  columns: { consumer: 'text', message: 'text', at: 'integer' },
  key: ['consumer', 'message'],
  indexes: [{ columns: ['at'] }],
});
