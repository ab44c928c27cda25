/** What the import knows of the document while it reads: who has which id, what refers to what, what was not understood. */
import { MillraceError } from '../../kernel/errors.ts';
import { isId, textIn } from './fields.ts';
import { ROOTS, type RootKind } from './words.ts';
import {
  attribute,
  childNamed,
  childrenNamed,
  elementsOf,
  everyElement,
  extensionNamed,
  textOf,
  type XmlElement,
} from './xml.ts';
import { safe } from './xml-read.ts';

/** What was not understood, and of which element; it is kept all the same. */
export type Note = {
  readonly element: string;
  readonly message: string;
  /** Without it the process would not do what the file says: it can be read and kept, and not be deployed. */
  readonly blocks?: true;
};

export const MAX_NOTES = 1_000;

export class Reading {
  readonly definitions: XmlElement;
  readonly notes: Note[] = [];
  /** The element that each part of a definition was read from. */
  readonly origins = new Map<object, XmlElement>();
  /** Elements that have a JSON form of their own. */
  readonly owned = new Set<XmlElement>();
  readonly #byId = new Map<string, XmlElement>();
  readonly #ids = new Map<XmlElement, string>();
  readonly #roots: ReadonlySet<XmlElement>;
  readonly #taken = new Set<string>();
  /** The correlation keys of messages in the process that is read. */
  readonly #keys = new Map<XmlElement, string | undefined>();

  constructor(definitions: XmlElement) {
    this.definitions = definitions;
    this.#roots = new Set(elementsOf(definitions));
    for (const one of everyElement(definitions)) {
      const id = attribute(one, 'id');
      if (id === undefined || (one.name.includes(':') && !one.name.startsWith('bpmndi:'))) continue;
      if (this.#byId.has(id)) throw new MillraceError('bpmn.duplicate-id', { id });
      this.#byId.set(safe(id), one);
      if (isId(id)) this.#taken.add(id);
    }
  }

  note(at: XmlElement, message: string): void {
    this.#note(at, { message });
  }

  /** What was not understood, and matters: the process would run otherwise than the file says. */
  block(at: XmlElement, message: string): void {
    this.#note(at, { message, blocks: true });
  }

  #note(at: XmlElement, what: Pick<Note, 'message' | 'blocks'>): void {
    if (this.notes.length >= MAX_NOTES) return;
    this.notes.push({ element: attribute(at, 'id') ?? attribute(at, 'name') ?? at.name, ...what });
  }

  /** Remembers where a part came from. */
  own<Part extends object>(part: Part, origin: XmlElement): Part {
    this.origins.set(part, origin);
    this.owned.add(origin);
    return part;
  }

  /** The element that an id or a qualified name stands for. */
  find(reference: string | undefined): XmlElement | undefined {
    if (reference === undefined) return undefined;
    const name = reference.trim();
    return this.#byId.get(name) ?? this.#byId.get(name.slice(name.indexOf(':') + 1));
  }

  /** The element that must be there. */
  require(at: XmlElement, name: string): XmlElement {
    const reference = attribute(at, name);
    const found = this.find(reference);
    if (found !== undefined) return found;
    const of = attribute(at, 'id') ?? at.name;
    throw new MillraceError('bpmn.broken-reference', { element: of, attribute: name, target: reference });
  }

  /** Its id in the JSON form: its own, or one made for it where that has none or a stranger one. */
  idOf(of: XmlElement): string {
    const known = this.#ids.get(of);
    if (known !== undefined) return known;
    const own = attribute(of, 'id');
    const made = isId(own) ? own : this.#newId(own ?? of.name);
    this.#ids.set(of, made);
    return made;
  }

  #newId(from: string): string {
    const plain = from
      .replace(/[^A-Za-z0-9_.-]/g, '_')
      .replace(/^(?![A-Za-z_])/, '_')
      .slice(0, 80);
    let made = plain;
    for (let count = 2; this.#taken.has(made); count += 1) made = `${plain}_${count}`;
    this.#taken.add(made);
    return made;
  }

  /** The name or code of the message, signal, error or escalation that an element refers to. */
  rootName(at: XmlElement, kind: RootKind): string | undefined {
    const reference = attribute(at, `${kind}Ref`);
    if (reference === undefined || reference === '') return undefined;
    const root = this.find(reference);
    if (root?.name !== kind || !this.#roots.has(root)) {
      const of = attribute(at, 'id') ?? at.name;
      throw new MillraceError('bpmn.broken-reference', { element: of, attribute: `${kind}Ref`, target: reference });
    }
    return nameOfRoot(root);
  }

  /** Takes over what a process says of the keys by which its messages are correlated. */
  correlate(process: XmlElement): void {
    this.#keys.clear();
    const bindings = childrenNamed(process, 'correlationSubscription').flatMap((one) =>
      childrenNamed(one, 'correlationPropertyBinding'),
    );
    for (const binding of bindings) {
      const property = this.find(attribute(binding, 'correlationPropertyRef'));
      const path = childNamed(binding, 'dataPath');
      if (property === undefined || path === undefined) continue;
      for (const retrieval of childrenNamed(property, 'correlationPropertyRetrievalExpression')) {
        const message = this.find(attribute(retrieval, 'messageRef'));
        if (message !== undefined && !this.#keys.has(message)) this.#keys.set(message, textOf(path));
      }
    }
  }

  /** The correlation key that Camunda 8 writes into the message itself, or BPMN into the process. */
  subscriptionKey(at: XmlElement): string | undefined {
    const root = this.find(attribute(at, 'messageRef'));
    const subscription = root?.name !== 'message' ? undefined : extensionNamed(root, 'zeebe:subscription');
    if (subscription !== undefined) return attribute(subscription, 'correlationKey');
    return root === undefined ? undefined : this.#keys.get(root);
  }

  /** Whether a node names this flow as the one to take when no condition holds. */
  isDefault(node: XmlElement, flow: XmlElement): boolean {
    const reference = attribute(node, 'default');
    return reference !== undefined && reference !== '' && this.require(node, 'default') === flow;
  }

  processes(): XmlElement[] {
    return childrenNamed(this.definitions, 'process');
  }

  /** Event definitions inside an event, and those among the root elements that it refers to. */
  eventDefinitions(event: XmlElement): XmlElement[] {
    return elementsOf(event).flatMap((child) => {
      if (child.name.endsWith('EventDefinition')) return [child];
      const root = child.name === 'eventDefinitionRef' ? this.find(String(child.children[0] ?? '')) : undefined;
      return root === undefined ? [] : [root];
    });
  }
}

/** By its code, else its name, else its id. */
export function nameOfRoot(root: XmlElement): string | undefined {
  const key = ROOTS[root.name as RootKind];
  return textIn(attribute(root, key)) ?? textIn(attribute(root, 'name')) ?? textIn(attribute(root, 'id'));
}
