/** What a client's method gives: a promise of the answer that can also be read as a stream, whichever the service sends. */

export class Reply<Result> extends Promise<Result> {
  /** What `then` makes is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** The items of a stream; set by whoever waits for the answer. */
  items: (() => AsyncIterator<unknown>) | undefined;

  static of<Result>(promise: Promise<Result>): Reply<Result> {
    return new Reply((resolve, reject) => promise.then(resolve, reject));
  }

  static failed(error: Error): Reply<never> {
    return new Reply((_, reject) => reject(error));
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    this.catch(() => {}); // a stream's failure is told by its iterator
    if (this.items !== undefined) return this.items();
    const only = async function* (promise: Promise<Result>) {
      yield* (await promise) as AsyncIterable<unknown>;
    };
    return only(this);
  }
}
