/** A message in a consumer's hand. The first answer counts; the consumer knows what to do with it. */
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Delivery } from '../../bus/broker.ts';
import type { Lane } from './topology.ts';

export type Rejection = Parameters<Delivery['reject']>[0];
export type Answer = 'ack' | { readonly givenBackFor: number } | Rejection;

/** The channel that deliveries came on, until it is gone. */
export type Session = {
  readonly channel: Channel;
  readonly connection: ChannelModel;
  readonly tags: string[];
  isOpen: boolean;
};

/** Of which delivery it is. */
export type Place = { readonly frame: ConsumeMessage; readonly lane: Lane; readonly session: Session };

export class RabbitDelivery implements Delivery {
  readonly count: number;
  readonly attempt: number;
  readonly place: Place;
  #answer: ((delivery: RabbitDelivery, answer: Answer) => void) | undefined;

  constructor(
    place: Place,
    { count, attempt }: { readonly count: number; readonly attempt: number },
    answer: (delivery: RabbitDelivery, answer: Answer) => void,
  ) {
    this.place = place;
    this.count = count;
    this.attempt = attempt;
    this.#answer = answer;
  }

  ack(): void {
    this.#take('ack');
  }

  reject(rejection: Rejection): void {
    this.#take(rejection);
  }

  giveBack({ afterMs = 0 }: { readonly afterMs?: number } = {}): void {
    this.#take({ givenBackFor: afterMs });
  }

  /** Later answers change nothing. */
  forget(): void {
    this.#answer = undefined;
  }

  #take(answer: Answer): void {
    const take = this.#answer;
    this.#answer = undefined;
    take?.(this, answer);
  }
}
