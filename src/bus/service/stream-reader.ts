/** The reader's end of a stream: items in their order, read one by one; credit goes back as they are read. */
import { STREAM_CREDIT } from './wire.ts';

/** Credit goes back in portions, so that a control message is sent for many items. */
const PORTION = STREAM_CREDIT / 2;

type Parts = {
  readonly more: (items: number) => void;
  readonly leave: () => void;
};
type Next = IteratorResult<unknown, undefined>;

export class StreamReader implements AsyncIterable<unknown> {
  readonly #parts: Parts;
  readonly #items: unknown[] = [];
  #read = 0;
  #length = Number.POSITIVE_INFINITY;
  #received = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether items wait to be read: then it is not the service that keeps the reader waiting. */
  get isBehind(): boolean {
    return this.#items.length > 0;
  }

  /** A repeat of what came before is passed over. */
  add(place: number, item: unknown): void {
    if (place < this.#received) return;
    this.#received = place + 1;
    this.#items.push(item);
    this.#wake?.();
  }

  end(length: number): void {
    this.#length = length;
    this.#wake?.();
  }

  /** The answer was no stream: it is the only item. */
  single(value: unknown): void {
    this.add(0, value);
    this.end(1);
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        if (this.#read < this.#length && this.#failure === undefined) this.#parts.leave();
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<Next> {
    while (this.#items.length === 0) {
      if (this.#read >= this.#length) return { done: true, value: undefined };
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#items.shift();
    this.#read += 1;
    if (this.#read % PORTION === 0 && this.#length === Number.POSITIVE_INFINITY) this.#parts.more(PORTION);
    return { done: false, value };
  }
}
