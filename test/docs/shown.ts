/** What a guide shows of a program's output, held against what it prints here: ids are learned, `…` is anything. */

/** Jobs, instances, and workers that a guide names. */
const IDS = /job_\w{11}|ins_\w{11}|operator-\w+-1/g;

const FORM_OF = (id: string): string => {
  const [, kind] = /^(job_|ins_)/.exec(id) ?? [];
  return kind === undefined ? 'operator-\\w+-1' : `${kind}\\w{11}`;
};

export class Shown {
  /** What the page writes for an id → what it is here. */
  readonly #ids = new Map<string, string>();

  /** The text with the ids that things have here. */
  here(text: string): string {
    return text.replaceAll(IDS, (id) => this.#ids.get(id) ?? id);
  }

  /** Whether the output is what is shown; then its ids are known. */
  fits(shown: string, output: string): boolean {
    const found = this.#pattern(shown).exec(spaced(output));
    for (const [name, id] of Object.entries(found?.groups ?? {})) this.#ids.set(name.replaceAll('$', '-'), id);
    return found !== null;
  }

  /** `…` is anything, also nothing; an id that was not seen before is learned. */
  #pattern(shown: string): RegExp {
    const learned = new Set<string>();
    const source = spaced(shown)
      .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      .replaceAll(/\n…\n/g, '\n(?:[^]*?\n)?')
      .replaceAll(/ ?… ?/g, '[^]*?')
      .replaceAll(IDS, (id) => {
        const known = this.#ids.get(id);
        if (known !== undefined) return known;
        const name = id.replaceAll('-', '$');
        if (learned.has(id)) return `\\k<${name}>`;
        learned.add(id);
        return `(?<${name}>${FORM_OF(id)})`;
      });
    return new RegExp(`^${source}$`);
  }
}

const spaced = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .join('\n');
