/**
 * What a client's method gives: a promise of the answer that can also be read as a stream, whichever the service sends. It is
 * an ordinary promise with one more property: waiting for a subclass of Promise costs two more promises.
 */

export type Reply<Result> = Promise<Result> & AsyncIterable<unknown>;

/** `items` is asked when the answer is read as a stream; then a failure is told by the iterator alone. */
export function replyOf<Result>(promise: Promise<Result>, items: () => AsyncIterator<unknown>): Reply<Result> {
  const iterate = (): AsyncIterator<unknown> => {
    promise.catch(() => {});
    return items();
  };
  return Object.assign(promise, { [Symbol.asyncIterator]: iterate });
}

/** Of something that resolves to a stream, or to no stream at all. */
export function replyFrom<Result>(promise: Promise<Result>): Reply<Result> {
  return replyOf(promise, () => itemsIn(promise));
}

async function* itemsIn(promise: Promise<unknown>): AsyncGenerator<unknown> {
  yield* (await promise) as AsyncIterable<unknown>;
}
