/**
 * Answers go out on a channel without confirms: nobody could send one again, since only its caller waits for it, and until its
 * own deadline. Without the confirm of every answer a call costs a tenth less (`npm run bench -- bus rpc.rabbitmq`).
 *
 * up: an answer is written at once. When the socket is full, the one who answers waits until it has drained, so that
 *   answers do not pile up in memory while the server takes nothing.
 * down: answers wait for the channel, as many as the window, and then go out.
 */
import type { Channel, Options } from 'amqplib';
import { MillraceError } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import { type ChannelParts, openStandingChannel, plainChannel } from './standing-channel.ts';

export type Answer = { readonly address: string; readonly content: Buffer; readonly properties: Options.Publish };

export type Answers = Service & {
  /** Resolves when it is written. Throws `bus.queue-full` when too many wait, and `bus.closed`. */
  send(answer: Answer): Promise<void>;
};

const WRITTEN = Promise.resolve();

export async function openAnswers(parts: ChannelParts, window: number): Promise<Answers> {
  let channel: Channel | undefined;
  let isClosed = false;
  /** Those who wait for the channel, or for the socket. */
  let waiting: (() => void)[] = [];
  const goOn = (): void => {
    const all = waiting;
    waiting = [];
    for (const one of all) one();
  };
  const moment = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  const send = (answer: Answer): Promise<void> => {
    if (isClosed) return Promise.reject(new MillraceError('bus.closed'));
    if (channel === undefined) return later(answer);
    const { address, content, properties } = answer;
    return channel.publish('', address, content, properties) ? WRITTEN : moment();
  };
  const later = async (answer: Answer): Promise<void> => {
    if (waiting.length >= window) {
      throw new MillraceError('bus.queue-full', { queue: answer.address, waiting: waiting.length });
    }
    await moment();
    return send(answer);
  };

  const standing = await openStandingChannel(parts, {
    purpose: 'the channel for answers',
    open: plainChannel,
    setUp: async (opened: Channel) => {
      opened.on('drain', goOn);
      channel = opened;
      goOn();
    },
    onDown: () => {
      channel = undefined;
      goOn(); // what was written is gone or not; nobody can tell
    },
  });
  return service({ send }, async () => {
    isClosed = true;
    goOn();
    await standing.close(); // the server has taken what was written when it has closed the channel
  });
}
