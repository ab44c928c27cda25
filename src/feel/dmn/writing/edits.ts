/** Changes of an XML text at known places. What no edit touches stays as it is. */
import { attribute, childNamed, childrenNamed, type DmnDocument, type DmnElement } from '../reading/document.ts';

export type Edit = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The tag of an element without content, of which start and end are those of `/>`: the text becomes its content. */
  readonly fills?: string;
};

/** Edits do not overlap; those at one place follow each other in their order. */
export function applyEdits(xml: string, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  let open = '';
  for (const { start, end, text: written, fills } of edits.toSorted((left, right) => left.start - right.start)) {
    const isMore = fills !== undefined && open !== '' && start < at;
    if (!isMore) {
      text += open + xml.slice(at, start) + (fills === undefined ? '' : '>');
      open = fills === undefined ? '' : `</${fills}>`;
      at = end;
    }
    text += written;
  }
  return text + open + xml.slice(at);
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** In which order the schema wants the parts of a table and of its outputs. */
const ORDER = ['description', 'extensionElements', 'input', 'output', 'annotation', 'rule'];
const OUTPUT_ORDER = ['description', 'extensionElements', 'outputValues', 'defaultOutputEntry'];
const RULE_ORDER = ['description', 'extensionElements', 'inputEntry', 'outputEntry', 'annotationEntry'];

/** Writes elements of one table of a file. */
export class Writer {
  readonly table: DmnElement;
  readonly #xml: string;
  readonly #prefix: string;
  readonly #ids = new Set<string>();
  #count = 0;

  constructor({ xml, root }: DmnDocument, table: DmnElement) {
    this.table = table;
    this.#xml = xml;
    this.#prefix = table.tagName.includes(':') ? `${table.tagName.split(':')[0]}:` : '';
    const waiting = [root];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      this.#ids.add(attribute(next, 'id') ?? '');
      waiting.push(...next.children);
    }
  }

  element(name: string, attributes: Attributes, children: readonly string[] = []): string {
    const given = Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [` ${key}="${escapeValue(value)}"`],
    );
    const tag = `${this.#prefix}${name}`;
    if (children.length === 0) return `<${tag}${given.join('')}/>`;
    return `<${tag}${given.join('')}>${children.join('')}</${tag}>`;
  }

  text(text: string): string {
    return this.plain('text', text);
  }

  /** An element with nothing but text. */
  plain(name: string, text: string): string {
    return this.element(name, {}, text === '' ? [] : [escapeText(text)]);
  }

  entry(name: 'inputEntry' | 'outputEntry', text: string): string {
    const id = this.#freshId(name === 'inputEntry' ? 'UnaryTests' : 'LiteralExpression');
    return this.element(name, { id }, [this.text(text)]);
  }

  /** The id that a new part is to have, or one made for it where that is taken or stands for a place. */
  idFor(id: string, kind: string): string {
    if (!/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(id) || this.#ids.has(id)) return this.#freshId(kind);
    this.#ids.add(id);
    return id;
  }

  #freshId(kind: string): string {
    do this.#count += 1;
    while (this.#ids.has(`${kind}_${this.#count}`));
    const id = `${kind}_${this.#count}`;
    this.#ids.add(id);
    return id;
  }

  /** The text of an element with edits inside of it. */
  copy({ tag, end }: DmnElement, edits: readonly Edit[]): string {
    const moved = edits.map((edit) => ({ ...edit, start: edit.start - tag.start, end: edit.end - tag.start }));
    return applyEdits(this.#xml.slice(tag.start, end), moved);
  }

  setAttribute(of: DmnElement, name: string, value: string | undefined): readonly Edit[] {
    const old = of.attributes.get(name);
    const quote = old === undefined ? '"' : this.#xml[old.end];
    if (old === undefined) {
      const at = of.tag.start + 1 + of.tagName.length;
      return value === undefined ? [] : [{ start: at, end: at, text: ` ${name}="${escapeValue(value)}"` }];
    }
    if (value !== undefined) {
      return old.value.trim().replace(/\s+/g, ' ') === value
        ? []
        : [{ start: old.start, end: old.end, text: escapeValue(value, quote) }];
    }
    const lead = /\s+[^\s=]+\s*=\s*$/.exec(this.#xml.slice(of.tag.start, old.start - 1))?.[0].length ?? 0;
    return [{ start: old.start - 1 - lead, end: old.end + 1, text: '' }];
  }

  /** Sets the `text` inside of an expression or of tests. */
  setText(holder: DmnElement, text: string): readonly Edit[] {
    const child = childNamed(holder, 'text');
    if (child === undefined) return text === '' ? [] : this.#insert(holder, holder.contentEnd, this.text(text));
    return this.setPlain(child, text);
  }

  setPlain(of: DmnElement, text: string): readonly Edit[] {
    if (of.text.trim() === text) return [];
    if (of.tag.isEmpty) return this.#insert(of, of.contentEnd, escapeText(text));
    return [{ start: of.tag.end, end: of.contentEnd, text: escapeText(text) }];
  }

  /** A list of tests or a default that may be there or not. */
  setTests(of: DmnElement, name: string, text: string | undefined): readonly Edit[] {
    const child = childNamed(of, name);
    if (child !== undefined) {
      if (text !== undefined) return this.setText(child, text);
      return isBlank(child) ? [] : [this.#removal(child)];
    }
    if (text === undefined) return [];
    return this.#insert(of, placeFor(of, name, OUTPUT_ORDER), this.element(name, {}, [this.text(text)]));
  }

  setDescription(of: DmnElement, text: string): readonly Edit[] {
    const child = childNamed(of, 'description');
    if (child !== undefined) return text === '' ? [this.#removal(child)] : this.setPlain(child, text);
    return text === '' ? [] : this.#insert(of, placeFor(of, '', []), this.plain('description', text));
  }

  /** The cells of a rule by their places: some are changed, those at the end come or go. */
  setEntries(of: DmnElement, name: string, { texts, make }: Entries): readonly Edit[] {
    const old = childrenNamed(of, name);
    const changed = old.slice(0, texts.length).flatMap((entry, place) => this.setText(entry, texts[place] ?? ''));
    const gone = old.slice(texts.length).map((entry) => this.#removal(entry));
    const more = texts.slice(old.length).map(make).join('');
    return [...changed, ...gone, ...(more === '' ? [] : this.#insert(of, placeFor(of, name, RULE_ORDER), more))];
  }

  /**
   * Puts a row of parts in another order: what keeps its place is not touched, nor what stands between. Each new text has
   * a line of its own, as the first part has.
   */
  arrangeRow(name: string, old: readonly DmnElement[], parts: readonly RowPart[]): readonly Edit[] {
    const [first] = old;
    const lead = this.#leadOf(first ?? this.table.children[0]);
    let at = first === undefined ? placeFor(this.table, name, ORDER) : first.tag.start - lead.length;
    const added: Edit[] = [];
    for (const { kept, text } of parts) {
      if (kept !== undefined) at = kept.end;
      else if (this.table.tag.isEmpty) added.push(...this.#insert(this.table, at, `${lead}${text}`));
      else added.push({ start: at, end: at, text: `${lead}${text}` });
    }
    const staying = new Set(parts.map(({ kept }) => kept));
    const gone = old.filter((each) => !staying.has(each)).map((each) => this.#removal(each));
    return [...added, ...gone];
  }

  /** The blanks before an element. */
  #leadOf(of: DmnElement | undefined): string {
    return of === undefined ? '' : (/\s*$/.exec(this.#xml.slice(0, of.tag.start))?.[0] ?? '');
  }

  #removal(of: DmnElement): Edit {
    return { start: of.tag.start - this.#leadOf(of).length, end: of.end, text: '' };
  }

  /** Into an element; one without content gets a closing tag. */
  #insert(of: DmnElement, at: number, text: string): readonly Edit[] {
    if (!of.tag.isEmpty) return [{ start: at, end: at, text }];
    return [{ start: of.tag.end - '/>'.length, end: of.tag.end, text, fills: of.tagName }];
  }
}

/** Of a row: one that stays where it is, or a text. */
type RowPart = { readonly kept?: DmnElement; readonly text?: string };
type Entries = { readonly texts: readonly string[]; readonly make: (text: string) => string };

/** Behind what has to stand before it. */
function placeFor(of: DmnElement, name: string, order: readonly string[]): number {
  const rank = order.indexOf(name);
  const before = of.children.filter((child) => {
    const other = order.indexOf(child.name);
    return rank === -1 ? false : other === -1 ? child.name !== '' && order === OUTPUT_ORDER : other <= rank;
  });
  return before.at(-1)?.end ?? of.tag.end;
}

const isBlank = (of: DmnElement): boolean => (childNamed(of, 'text')?.text.trim() ?? '') === '';

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const escapeValue = (text: string, quote = '"'): string =>
  escapeText(text)
    .replaceAll(quote, quote === '"' ? '&quot;' : '&apos;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;');
