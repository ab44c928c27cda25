/**
 * Which published messages could still get lost, on a server that does not keep everything it confirms.
 *
 * open: on its way, or in work queues of which not all have acked it. Whoever acks or drops it leaves a note in the inbox of
 * this process; it may come before the confirm.
 * settled: as many notes as work queues took it.
 * When the inbox was gone, the server has lost its memory: everything open is published again, under the same id.
 */
import type { Letter } from './letter.ts';

type Open = {
  readonly letter: Letter;
  /** Work queues that took it; unknown before the confirm. */
  expected: number | undefined;
  notes: number;
  onSettled: (() => void) | undefined;
};

const SETTLED = Promise.resolve();

export class Settlements {
  readonly #inbox: string;
  readonly #publish: (letter: Letter) => void;
  readonly #open = new Map<string, Open>();
  #next = 1;

  constructor(inbox: string, publish: (letter: Letter) => void) {
    this.#inbox = inbox;
    this.#publish = publish;
  }

  /** Gives the letter an address of settlement, another one at each call: a copy that may be lost must not count. */
  watch(letter: Letter): void {
    if (letter.tag !== undefined) this.forget(letter);
    const tag = String(this.#next++);
    letter.tag = `${this.#inbox}.${tag}`;
    this.#open.set(tag, { letter, expected: undefined, notes: 0, onSettled: undefined });
  }

  /** Resolves when that many work queues are through with the letter. */
  confirmed(letter: Letter, expected: number): Promise<void> {
    const tag = this.#tagOf(letter);
    const open = this.#open.get(tag);
    if (open === undefined) return SETTLED;
    open.expected = expected;
    if (this.#isOver(tag, open)) return SETTLED;
    return new Promise((resolve) => {
      open.onSettled = resolve;
    });
  }

  /** It was not published. */
  forget(letter: Letter): void {
    this.#open.delete(this.#tagOf(letter));
  }

  note(tags: readonly string[]): void {
    for (const tag of tags) {
      const open = this.#open.get(tag);
      if (open === undefined) continue;
      open.notes += 1;
      this.#isOver(tag, open);
    }
  }

  publishAgain(): void {
    for (const { letter, expected, onSettled } of [...this.#open.values()]) {
      if (expected === undefined) continue; // it is on its way anyway
      const again: Letter = {
        ...letter,
        onConfirmed: (_, work) => void this.confirmed(again, work).then(() => onSettled?.()),
        onSentAgain: () => this.watch(again),
        onFailed: () => this.forget(again), // the broker closes; the outbox has it
      };
      this.forget(letter);
      delete again.tag;
      this.watch(again);
      this.#publish(again);
    }
  }

  #tagOf({ tag = '' }: Letter): string {
    return tag.slice(tag.indexOf('.') + 1);
  }

  #isOver(tag: string, { expected, notes, onSettled }: Open): boolean {
    if (expected === undefined || notes < expected) return false;
    this.#open.delete(tag);
    onSettled?.();
    return true;
  }
}
