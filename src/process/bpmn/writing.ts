/** What the export knows while it writes: the words to use, the ids that are taken, the root elements that are there. */
import { MillraceError } from '../../kernel/errors.ts';
import { expressionElement, feelIn } from './fields.ts';
import { type Flow, flowsOf } from './flows.ts';
import type { Dialect } from './namespaces.ts';
import { nameOfRoot } from './reading.ts';
import { type Json, restore } from './rest.ts';
import type { FlowOwner } from './walk.ts';
import { ROOTS, type RootKind } from './words.ts';
import { attribute, element, everyElement, extend, extensionNamed, type XmlElement } from './xml.ts';

export type WritingOptions = {
  readonly dialect: Dialect;
  /** Root elements of the document that are there already. */
  readonly roots: readonly XmlElement[];
  /** Whether nodes repeat their flows as incoming and outgoing. */
  readonly flowReferences: boolean;
  /** Where each part was read from, while an import asks what the export would write; then no rest is given back. */
  readonly origins?: ReadonlyMap<object, XmlElement>;
};

/** A part of a definition that keeps what only BPMN knows. */
type Part = { readonly id?: string; readonly bpmn?: Json | undefined };

export class Writing {
  readonly dialect: Dialect;
  readonly flowReferences: boolean;
  /** What each part was written as. */
  readonly bases = new Map<object, XmlElement>();
  readonly owned = new Set<XmlElement>();
  /** Root elements that had to be made. */
  readonly made: XmlElement[] = [];
  /** Root elements by kind and name. */
  readonly #named = new Map<string, XmlElement[]>();
  readonly #origins: ReadonlyMap<object, XmlElement> | undefined;
  readonly #taken = new Set<string>();
  readonly #flows = new Map<FlowOwner, readonly Flow[]>();

  constructor({ dialect, roots, flowReferences, origins }: WritingOptions) {
    this.dialect = dialect;
    this.flowReferences = flowReferences;
    this.#origins = origins;
    for (const root of roots) {
      this.#name(root);
      if (root.name !== 'process') for (const one of everyElement(root)) this.take(attribute(one, 'id'));
    }
  }

  /** How the document calls a node that the JSON form calls so. */
  readonly nodeIds = new Map<string, string>();

  nodeId(id: string): string {
    return this.nodeIds.get(id) ?? id;
  }

  /** A child element with FEEL, which Camunda 8 begins with "=". */
  expression(name: string, feel: string): XmlElement {
    return expressionElement(name, this.dialect === 'zeebe' ? `=${feel}` : feel);
  }

  /** The ways on of a node or boundary event, the same objects at each call. */
  flowsOf(owner: FlowOwner): readonly Flow[] {
    const known = this.#flows.get(owner) ?? flowsOf(owner.next);
    this.#flows.set(owner, known);
    return known;
  }

  take(id: string | undefined): void {
    if (id !== undefined) this.#taken.add(id);
  }

  /** A new id that begins like this. */
  newId(wanted: string): string {
    let made = wanted;
    for (let count = 2; this.#taken.has(made); count += 1) made = `${wanted}_${count}`;
    this.#taken.add(made);
    return made;
  }

  /** Ends the writing of a part: gives it what only its BPMN form has. */
  finish<Of extends Part>(part: Of, written: XmlElement): XmlElement {
    this.bases.set(part, written);
    if (this.#origins === undefined) {
      try {
        restore(written, part.bpmn, this.owned);
      } catch (cause) {
        if (!(cause instanceof MillraceError)) throw cause;
        throw new MillraceError(cause.code, { ...cause.details, element: attribute(written, 'id') }, { cause });
      }
    }
    this.owned.add(written);
    return written;
  }

  /** The id that a part has in the document, where it may be other than in the JSON form. */
  idInDocument(part: Part, id: string): string {
    const origin = this.#origins?.get(part);
    if (origin !== undefined) return attribute(origin, 'id') ?? id;
    const { bpmn } = part;
    const change = typeof bpmn === 'object' && bpmn !== null && !Array.isArray(bpmn) ? Object(bpmn).id : undefined;
    return Array.isArray(change) && change[0] === id && typeof change[1] === 'string' ? change[1] : id;
  }

  #name(root: XmlElement): void {
    if (!Object.hasOwn(ROOTS, root.name)) return;
    const key = `${root.name}/${nameOfRoot(root)}`;
    const known = this.#named.get(key);
    if (known === undefined) this.#named.set(key, [root]);
    else known.push(root);
  }

  /** The root element of this name, made when there is none. */
  root(kind: RootKind, name: string, correlationKey?: string): XmlElement {
    const named = this.#named.get(`${kind}/${name}`) ?? [];
    const subscribes = correlationKey !== undefined && this.dialect === 'zeebe';
    const found =
      named.find((root) => subscriptionOf(root) === correlationKey) ??
      named.find((root) => !subscribes || subscriptionOf(root) === undefined);
    if (found !== undefined) return found;
    const id = this.newId(`${capitalised(kind)}_${name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 80)}`);
    const made = element(kind, { id, name, ...(ROOTS[kind] === 'name' ? {} : { [ROOTS[kind]]: name }) });
    if (subscribes) extend(made, element('zeebe:subscription', { correlationKey: `=${correlationKey}` }));
    this.made.push(made);
    this.#name(made);
    return made;
  }
}

/** The FEEL of the correlation key in a message, of Camunda 8. */
export function subscriptionOf(root: XmlElement): string | undefined {
  const subscription = extensionNamed(root, 'zeebe:subscription');
  return subscription === undefined ? undefined : feelIn(attribute(subscription, 'correlationKey'));
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
