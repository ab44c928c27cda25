/** A collection reads a device again and again and keeps the latest samples, until it is stopped. */
import type { Clock } from '../../src/index.ts';
import type { CollectionState, Sample } from './messages.ts';

/** Reads one value of a device. */
export type ReadDevice = (device: string) => Promise<number>;

/** Samples that a collection keeps; the oldest go first. */
export const MAX_SAMPLES = 1_000;

type Parts = { readonly id: string; readonly device: string; readonly everyMs: number };

export class Collection implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #samples: Sample[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #count = 0;
  #listeners = new Set<() => void>();

  constructor(parts: Parts, { clock, read }: { readonly clock: Clock; readonly read: ReadDevice }) {
    this.#parts = parts;
    this.#running = this.#collect(clock, read);
  }

  get state(): CollectionState {
    const { id: collectionId, device, everyMs } = this.#parts;
    return { collectionId, device, everyMs, samples: this.#count, state: this.#isStopped ? 'stopped' : 'running' };
  }

  /** The last ones, the oldest first, and with `follow` those that come, until the collection stops or the reader leaves. */
  async *samples({ last, follow }: { readonly last: number; readonly follow: boolean }, signal: AbortSignal) {
    let next = Math.max(0, this.#count - last);
    while (!signal.aborted) {
      const oldest = this.#count - this.#samples.length;
      next = Math.max(next, oldest);
      const sample = this.#samples[next - oldest];
      if (sample !== undefined) {
        next += 1;
        yield sample;
      } else if (!follow || this.#isStopped) return;
      else await this.#changed(signal);
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#tell();
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #collect(clock: Clock, read: ReadDevice): Promise<void> {
    const { device, everyMs } = this.#parts;
    while (!this.#isStopped) {
      this.#samples.push({ seq: this.#count++, at: clock.now(), value: await read(device) });
      if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
      this.#tell();
      await clock.sleep(everyMs, this.#stop.signal);
    }
  }

  async #changed(signal: AbortSignal): Promise<void> {
    let wake = (): void => {};
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#listeners.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    await changed;
    this.#listeners.delete(wake);
    signal.removeEventListener('abort', wake);
  }

  #tell(): void {
    for (const wake of this.#listeners) wake();
  }
}
