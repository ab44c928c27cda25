/**
 * What is on its way to the confirm, by the tag under which the server will confirm it. Tags only rise and are confirmed
 * nearly in their order, so this is a list from the oldest on; a Map would leave chained tables for the collector.
 */

export class SentLetters<Letter> {
  /** From the tag `#first` on; settled ones are undefined. */
  #letters: (Letter | undefined)[] = [];
  /** Places before it are settled. */
  #head = 0;
  #first = 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(letter: Letter): void {
    this.#letters.push(letter);
    this.#size += 1;
  }

  /** The letters that a confirm is about: the one with this tag, or all up to it. They are not on their way any more. */
  take(tag: number, multiple: boolean): Letter[] {
    const last = tag - this.#first;
    const taken: Letter[] = [];
    for (let place = multiple ? this.#head : last; place <= last; place++) {
      const letter = this.#letters[place];
      if (letter === undefined) continue;
      this.#letters[place] = undefined;
      taken.push(letter);
    }
    this.#size -= taken.length;
    this.#tidy();
    return taken;
  }

  /** In the order of their tags. */
  all(): Letter[] {
    return this.#letters.filter((letter) => letter !== undefined) as Letter[];
  }

  /** A new channel counts from 1. Answers what was on its way. */
  startAnew(): Letter[] {
    const all = this.all();
    [this.#letters, this.#head, this.#first, this.#size] = [[], 0, 1, 0];
    return all;
  }

  #tidy(): void {
    while (this.#head < this.#letters.length && this.#letters[this.#head] === undefined) this.#head += 1;
    if (this.#head < TIDY_FROM && this.#head < this.#letters.length) return;
    this.#letters.splice(0, this.#head);
    this.#first += this.#head;
    this.#head = 0;
  }
}

const TIDY_FROM = 512;
