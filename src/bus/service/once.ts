/** Repeats of a message that come while the first is still under way wait for its end, and only then look whether it was done. */

type UnderWay = { readonly by: object; readonly ended: Promise<void>; readonly end: () => void };

export class Once {
  readonly #isKnown: (id: string) => Promise<boolean>;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(isKnown: (id: string) => Promise<boolean>) {
    this.#isKnown = isKnown;
  }

  /** Whether the message with this id is to be carried out now; it has been, if not. */
  async begin(id: string, by: object): Promise<boolean> {
    for (let first = this.#underWay.get(id); first !== undefined; first = this.#underWay.get(id)) await first.ended;
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#underWay.set(id, { by, ended, end });
    return !(await this.#isKnown(id));
  }

  end(id: string, by: object): void {
    const first = this.#underWay.get(id);
    if (first?.by !== by) return;
    this.#underWay.delete(id);
    first.end();
  }
}
