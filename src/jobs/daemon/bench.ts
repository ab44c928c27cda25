/** What a worker holds: the jobs that run, those that wait for a hand, and those whose answer is on its way. */
import { Bell } from '../../kernel/bell.ts';
import type { JobId } from '../../kernel/ids.ts';
import type { HeldJob } from './held-job.ts';

export class Bench {
  /** Rings when a hand has become free, or a job has come. */
  readonly bell = new Bell();
  readonly #concurrency: number;
  readonly #held = new Map<JobId, HeldJob>();
  #waiting: HeldJob[] = [];
  #running = 0;
  readonly #onChange = new Set<() => void>();

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Hands that no job has and none waits for. Answers that pile up take hands too: a worker whose answers are not taken slows down. */
  get free(): number {
    const settling = this.#held.size - this.#running - this.#waiting.length;
    const piled = Math.max(0, settling - this.#concurrency);
    return Math.max(0, this.#concurrency - this.#running - this.#waiting.length - piled);
  }

  get held(): readonly HeldJob[] {
    return [...this.#held.values()];
  }

  find(id: JobId): HeldJob | undefined {
    return this.#held.get(id);
  }

  add(held: HeldJob): void {
    this.#held.set(held.job.id, held);
    this.#waiting.push(held);
    this.#changed();
  }

  /** The next one for a free hand, which then has it. */
  next(): HeldJob | undefined {
    if (this.#running >= this.#concurrency) return undefined;
    const held = this.#waiting.shift();
    if (held === undefined) return undefined;
    held.state = 'running';
    this.#running += 1;
    return held;
  }

  /** Its handler has come to an end, or will not see it: its answer is on its way. */
  ran(held: HeldJob): void {
    if (held.state === 'running') this.#running -= 1;
    if (held.state === 'waiting') this.#waiting = this.#waiting.filter((other) => other !== held);
    held.state = 'settling';
    this.#changed();
  }

  /** Holds it no longer. */
  remove(held: HeldJob): void {
    this.ran(held);
    if (this.#held.get(held.job.id) === held) this.#held.delete(held.job.id);
    this.#changed();
  }

  waitingFor(isMeant: (held: HeldJob) => boolean): readonly HeldJob[] {
    return this.#waiting.filter(isMeant);
  }

  /** Resolves when no job of this sort is held, or when the signal aborts. */
  none(isMeant: (held: HeldJob) => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!signal.aborted && this.held.some(isMeant)) return;
        this.#onChange.delete(look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      this.#onChange.add(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  #changed(): void {
    this.bell.ring();
    for (const tell of [...this.#onChange]) tell();
  }
}
