/**
 * An inbox: an exclusive queue, which goes with its connection. Direct reply-to would need every question to be
 * published on the inbox's own channel, and was no faster here.
 *
 * A new connection brings a new address: the server may not know yet that the old connection is gone, and would refuse
 * its name. Whoever asks takes the address anew for each question. The owner is told when the way back breaks, and once
 * more when the new one stands, because what was asked in between had the old address too.
 */
import { randomUUID } from 'node:crypto';
import type { Channel } from 'amqplib';
import type { Inbox, InboxListener } from '../../bus/broker.ts';
import { service } from '../../kernel/lifecycle.ts';
import type { RabbitNames } from './names.ts';
import { type ChannelParts, openStandingChannel, plainChannel, type StandingChannel } from './standing-channel.ts';
import { messageFrom } from './wire.ts';

type Parts = ChannelParts & { readonly names: RabbitNames };

export async function openRabbitInbox(
  { onMessage, onLost }: InboxListener,
  { names, ...parts }: Parts,
  onClosed: () => void,
): Promise<Inbox> {
  let address = '';
  let isClosing = false;
  const report = (error: unknown): void => parts.log.error({ err: error }, 'the owner of an inbox threw');
  const lost = (): void => {
    try {
      onLost();
    } catch (error) {
      report(error);
    }
  };
  const setUp = async (channel: Channel): Promise<void> => {
    const wasAddress = address;
    const { queue } = await channel.assertQueue(names.queue(`millrace.inbox.${randomUUID()}`), {
      exclusive: true,
      autoDelete: true,
      durable: false,
    });
    const take = (frame: Parameters<Parameters<Channel['consume']>[1]>[0]): void => {
      if (frame === null) return standing?.renew();
      try {
        onMessage(messageFrom(frame, names));
      } catch (error) {
        report(error);
      }
    };
    await channel.consume(queue, take, { noAck: true, exclusive: true });
    address = queue;
    if (wasAddress !== '') lost();
  };
  let standing: StandingChannel | undefined;
  standing = await openStandingChannel(parts, {
    purpose: 'an inbox',
    open: plainChannel,
    setUp,
    onDown: () => {
      if (!isClosing && address !== '') lost();
    },
  });
  const inbox = {
    get address(): string {
      return address;
    },
  };
  return service(inbox, async () => {
    isClosing = true;
    await standing.close();
    onClosed();
  });
}
