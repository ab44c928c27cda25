/**
 * Which prefix stands for which namespace, whatever a document calls it. The namespaces that the import understands have
 * a fixed prefix; any other keeps the one its document gave it, as far as that is free.
 */
import { MillraceError } from '../../kernel/errors.ts';

export const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
/** The prefix that BPMN's own names are written with; in canonical names of elements it is left out. */
export const BPMN_PREFIX = 'bpmn';
const XML = 'http://www.w3.org/XML/1998/namespace';
const MAX_NAMESPACES = 200;

/** Prefixes that a document needs not declare to get them back: what is used is declared. */
const IMPLIED = new Map([
  [BPMN_PREFIX, BPMN],
  ['bpmndi', 'http://www.omg.org/spec/BPMN/20100524/DI'],
  ['dc', 'http://www.omg.org/spec/DD/20100524/DC'],
  ['di', 'http://www.omg.org/spec/DD/20100524/DI'],
  ['xsi', 'http://www.w3.org/2001/XMLSchema-instance'],
  ['xml', XML],
  ['millrace', 'urn:millrace:bpmn'],
  ['bioc', 'http://bpmn.io/schema/bpmn/biocolor/1.0'],
  ['color', 'http://www.omg.org/spec/BPMN/non-normative/color/1.0'],
]);
/** Other engines' words that have a meaning here; that they are declared says how a document is to be written. */
const DIALECTS = new Map([
  ['zeebe', 'http://camunda.org/schema/zeebe/1.0'],
  ['camunda', 'http://camunda.org/schema/1.0/bpmn'],
]);
const FIXED = new Map([...IMPLIED, ...DIALECTS]);
const PREFIX_OF = new Map([...FIXED].map(([prefix, uri]) => [uri, prefix]));

/** prefix → namespace; "" is the default namespace, kept for the names in values when it is not BPMN's. */
export type Declarations = Readonly<Record<string, string>>;
export type Dialect = 'millrace' | 'zeebe' | 'camunda';

/** Whose words a document uses for what BPMN has none for. */
export function dialectOf(declarations: Declarations = {}): Dialect {
  const uris = new Set(Object.values(declarations));
  if (uris.has(DIALECTS.get('zeebe')!)) return 'zeebe';
  return uris.has(DIALECTS.get('camunda')!) ? 'camunda' : 'millrace';
}

export class Namespaces {
  readonly #uriOf = new Map<string, string>();
  readonly #prefixOf = new Map(PREFIX_OF);
  #numbered = 0;

  /** Takes what the root element declares. */
  declare(prefix: string, uri: string): void {
    if (prefix === '' && (uri === BPMN || uri === '')) return;
    const implied = FIXED.get(prefix);
    if (implied !== undefined && (implied !== uri || IMPLIED.has(prefix))) return;
    this.#add(prefix, uri);
    if (prefix !== '' && !this.#prefixOf.has(uri)) this.#prefixOf.set(uri, prefix);
  }

  /** The canonical prefix of a namespace; `wanted` is what the document calls it where it is used. */
  prefixOf(uri: string, wanted: string): string {
    const known = this.#prefixOf.get(uri);
    if (known !== undefined) {
      if (DIALECTS.has(known)) this.#add(known, uri);
      return known;
    }
    const prefix = wanted !== '' && !FIXED.has(wanted) && !this.#uriOf.has(wanted) ? wanted : this.#nextFree();
    this.#add(prefix, uri);
    this.#prefixOf.set(uri, prefix);
    return prefix;
  }

  declarations(): Declarations {
    return Object.fromEntries(this.#uriOf);
  }

  #add(prefix: string, uri: string): void {
    this.#uriOf.set(prefix, uri);
    if (this.#uriOf.size > MAX_NAMESPACES) {
      throw new MillraceError('bpmn.too-large', { what: 'namespaces', limit: MAX_NAMESPACES });
    }
  }

  #nextFree(): string {
    do this.#numbered += 1;
    while (this.#uriOf.has(`ns${this.#numbered}`));
    return `ns${this.#numbered}`;
  }
}

/** The namespace of a canonical prefix. */
export const uriOf = (prefix: string, declarations: Declarations): string | undefined =>
  FIXED.get(prefix) ?? (Object.hasOwn(declarations, prefix) ? declarations[prefix] : undefined);
