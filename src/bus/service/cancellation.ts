/** A reason to end that may come. The signal is made only for those who look at it: most handlers never do. */

export class Cancellation {
  #reason: unknown;
  #isAborted = false;
  #controller: AbortController | undefined;
  #listeners: Set<(reason: unknown) => void> | undefined;

  get isAborted(): boolean {
    return this.#isAborted;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const listener of this.#listeners ?? []) listener(reason);
    this.#listeners = undefined;
  }

  /** At once if it has come already. Answers how to stop listening. */
  onAbort(listener: (reason: unknown) => void): () => void {
    if (this.#isAborted) {
      listener(this.#reason);
      return () => {};
    }
    this.#listeners ??= new Set();
    const listeners = this.#listeners.add(listener);
    return () => listeners.delete(listener);
  }
}
