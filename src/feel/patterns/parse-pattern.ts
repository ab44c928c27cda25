/**
 * Reads the regular expressions of XPath (https://www.w3.org/TR/xpath-functions-31/#regex-syntax), which are those of
 * XML Schema with anchors, reluctant quantifiers, groups that do not capture, and back-references.
 */
import { manyFor, propertyItems } from './escapes.ts';
import { type CharacterClass, type ClassItem, classOf, type PatternTree, rangeItem } from './pattern-tree.ts';

/** Groups in groups, and classes in classes. */
const MAX_DEPTH = 50;
/** Of a quantifier such as `{1000}`. */
const MAX_COUNT = 1_000;

const SINGLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const QUANTIFIER = /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/;
/** They stand for themselves only behind a backslash. */
const META = new Set('\\?*+{}()|[]^$.');
const ESCAPABLE = new Set('\\|.?*+(){}-[]^$');

export type ParsedPattern = { readonly tree: PatternTree; readonly groups: number; readonly hasReferences: boolean };

/** undefined if the text is no pattern. */
export function parsePattern(pattern: string, dot: CharacterClass): ParsedPattern | undefined {
  const reader = new PatternReader(pattern, dot);
  try {
    const tree = reader.readChoice();
    if (!reader.isAtEnd()) return undefined;
    return { tree, groups: reader.groups, hasReferences: reader.hasReferences };
  } catch (error) {
    if (error instanceof NoPattern) return undefined;
    throw error;
  }
}

class NoPattern extends Error {}

class PatternReader {
  groups = 0;
  hasReferences = false;
  readonly #characters: readonly string[];
  readonly #dot: CharacterClass;
  readonly #closed = new Set<number>();
  #place = 0;
  #depth = 0;

  constructor(pattern: string, dot: CharacterClass) {
    this.#characters = Array.from(pattern);
    this.#dot = dot;
  }

  isAtEnd(): boolean {
    return this.#place === this.#characters.length;
  }

  readChoice(): PatternTree {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NoPattern();
    const branches = [this.#readBranch()];
    while (this.#takes('|')) branches.push(this.#readBranch());
    this.#depth -= 1;
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches };
  }

  #readBranch(): PatternTree {
    const parts: PatternTree[] = [];
    while (!this.isAtEnd() && this.#next() !== '|' && this.#next() !== ')') parts.push(this.#readPiece());
    return { kind: 'sequence', parts };
  }

  #readPiece(): PatternTree {
    const content = this.#readAtom();
    const bounds = this.#readBounds();
    if (bounds === undefined) return content;
    return { kind: 'repetition', content, ...bounds, isLazy: this.#takes('?') };
  }

  #readBounds(): { least: number; most: number | null } | undefined {
    if (this.#takes('?')) return { least: 0, most: 1 };
    if (this.#takes('*')) return { least: 0, most: null };
    if (this.#takes('+')) return { least: 1, most: null };
    if (this.#next() !== '{') return undefined;
    const rest = this.#characters.slice(this.#place, this.#place + 24).join('');
    const [text, first = '', comma, last] = QUANTIFIER.exec(rest) ?? [];
    if (text === undefined) throw new NoPattern();
    this.#place += text.length;
    const least = Number(first);
    const most = comma === undefined ? least : last === undefined ? null : Number(last);
    if (least > MAX_COUNT || (most !== null && (most > MAX_COUNT || most < least))) throw new NoPattern();
    return { least, most };
  }

  #readAtom(): PatternTree {
    const character = this.#take();
    if (character === '(') return this.#readGroup();
    if (character === '[') return { kind: 'characters', set: this.#readClass() };
    if (character === '.') return { kind: 'characters', set: this.#dot };
    if (character === '^') return { kind: 'start' };
    if (character === '$') return { kind: 'end' };
    if (character === '\\') return this.#readEscape();
    if (META.has(character)) throw new NoPattern();
    return { kind: 'characters', set: classOf(single(character)) };
  }

  #readGroup(): PatternTree {
    const captures = !this.#takes('?');
    if (!captures && !this.#takes(':')) throw new NoPattern();
    if (captures) this.groups += 1;
    const index = captures ? this.groups : null;
    const content = this.readChoice();
    if (!this.#takes(')')) throw new NoPattern();
    if (index !== null) this.#closed.add(index);
    return { kind: 'group', index, content };
  }

  #readEscape(): PatternTree {
    if (/[1-9]/.test(this.#next())) return this.#readReference();
    return { kind: 'characters', set: classOf(...this.#readEscapedItems()) };
  }

  /** As many digits as make the number of a group that is closed by then. */
  #readReference(): PatternTree {
    let index = Number(this.#take());
    while (/\d/.test(this.#next()) && index * 10 + Number(this.#next()) <= this.groups) {
      index = index * 10 + Number(this.#take());
    }
    if (!this.#closed.has(index)) throw new NoPattern();
    this.hasReferences = true;
    return { kind: 'reference', index };
  }

  #readEscapedItems(): readonly ClassItem[] {
    const letter = this.#take();
    if (letter === 'p' || letter === 'P') return this.#readProperty(letter === 'P');
    const many = manyFor(letter);
    if (many !== undefined) return many;
    const control = SINGLE[letter];
    if (control !== undefined) return [single(control)];
    if (!ESCAPABLE.has(letter)) throw new NoPattern();
    return [single(letter)];
  }

  #readProperty(isNegated: boolean): readonly ClassItem[] {
    if (!this.#takes('{')) throw new NoPattern();
    let name = '';
    while (!this.#takes('}')) name += this.#take();
    const items = propertyItems(name, isNegated);
    if (items === undefined) throw new NoPattern();
    return items;
  }

  /** Behind its opening bracket. A hyphen stands for itself at either end of the class, and behind `\`. */
  #readClass(): CharacterClass {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NoPattern();
    const isNegated = this.#takes('^');
    const items: ClassItem[] = [];
    let except: CharacterClass | null = null;
    while (!this.#takes(']')) {
      if (items.length > 0 && this.#next() === '-' && this.#next(1) === '[') {
        this.#place += 2;
        except = this.#readClass();
        if (!this.#takes(']')) throw new NoPattern();
        break;
      }
      items.push(...this.#readClassItems(items.length === 0));
    }
    if (items.length === 0) throw new NoPattern();
    this.#depth -= 1;
    return { items, isNegated, except };
  }

  #readClassItems(isFirst: boolean): readonly ClassItem[] {
    const character = this.#take();
    if (character === '[') throw new NoPattern();
    const items = character === '\\' ? this.#readEscapedItems() : [single(character)];
    const isHyphen = character === '-';
    if (isHyphen && !isFirst && this.#next() !== ']' && this.#next() !== '-') throw new NoPattern();
    const [only] = items;
    const startsRange = this.#next() === '-' && this.#next(1) !== ']' && this.#next(1) !== '[';
    if (!startsRange || isHyphen || items.length !== 1 || only?.kind !== 'range') return items;
    this.#place += 1;
    const last = this.#readRangeEnd();
    if (last < only.range[0]) throw new NoPattern();
    return [rangeItem(only.range[0], last)];
  }

  #readRangeEnd(): number {
    const character = this.#take();
    if (character === '[' || character === '-') throw new NoPattern();
    if (character !== '\\') return character.codePointAt(0) ?? 0;
    const [end] = this.#readEscapedItems();
    if (end?.kind !== 'range' || end.range[0] !== end.range[1]) throw new NoPattern();
    return end.range[0];
  }

  /** The empty string at the end. */
  #next(ahead = 0): string {
    return this.#characters[this.#place + ahead] ?? '';
  }

  #take(): string {
    if (this.isAtEnd()) throw new NoPattern();
    const character = this.#next();
    this.#place += 1;
    return character;
  }

  #takes(wanted: string): boolean {
    if (this.#next() !== wanted) return false;
    this.#place += 1;
    return true;
  }
}

function single(character: string): ClassItem {
  const codePoint = character.codePointAt(0) ?? 0;
  return rangeItem(codePoint, codePoint);
}
