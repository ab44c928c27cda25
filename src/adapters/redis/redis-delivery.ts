/** A message in a consumer's hand. The first answer counts; the consumer knows what to do with it. */
import type { Delivery } from '../../bus/broker.ts';

export type Rejection = Parameters<Delivery['reject']>[0];
export type Answer = 'ack' | { readonly givenBackFor: number } | Rejection;

/** Which entry it is, and what the server says of it. */
export type Place = {
  readonly entryId: string;
  readonly messageId: string;
  /** How often this entry was handed out; copies before it are not in that. */
  readonly handedOut: number;
  /** The settlement address, if its publisher waits. */
  readonly settle: string | undefined;
};

export class RedisDelivery implements Delivery {
  readonly count: number;
  readonly attempt: number;
  readonly place: Place;
  #answer: ((delivery: RedisDelivery, answer: Answer) => void) | undefined;

  constructor(
    place: Place,
    { count, attempt }: { readonly count: number; readonly attempt: number },
    answer: (delivery: RedisDelivery, answer: Answer) => void,
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
