/** What every element has: words for people. */
import type { Label } from '../core/source.ts';
import { compact, type Draft, firstOfEach, MAX_DOCUMENTATION, textIn } from './fields.ts';
import { attribute, childNamed, extend, extensionsOf, textElement, textOf, type XmlElement } from './xml.ts';

type Described = { readonly name?: Label | undefined; readonly documentation?: string | undefined };
const LABEL = 'millrace:label';
const MAX_LOCALE = 35;

export function readDescription(from: XmlElement): Draft {
  return compact({ name: readName(from), documentation: readDocumentation(from) });
}

export function readName(from: XmlElement): Label | undefined {
  const labels = extensionsOf(from).filter(({ name }) => name === LABEL);
  if (labels.length === 0) return textIn(attribute(from, 'name'));
  const [only] = labels;
  const single = labels.length === 1 && only !== undefined && attribute(only, 'locale') === undefined;
  if (single && textIn(textOf(only)) !== undefined) return textOf(only);
  const texts = labels.flatMap((label): [string, string][] => {
    const [locale, text] = [attribute(label, 'locale'), textIn(textOf(label))];
    return locale === undefined || locale.length > MAX_LOCALE || text === undefined ? [] : [[locale, text]];
  });
  return firstOfEach(texts);
}

/** The first documentation, where it is plain text. */
export function readDocumentation(from: XmlElement): string | undefined {
  const first = childNamed(from, 'documentation');
  const text = first === undefined ? undefined : textOf(first);
  return text !== undefined && text.length <= MAX_DOCUMENTATION ? text : undefined;
}

/** The same for an element that BPMN gives no name. */
export function writeNamelessDescription(described: Described, to: XmlElement): void {
  writeDescription(described, to);
  to.attributes.delete('name');
  if (typeof described.name === 'string') extend(to, textElement(LABEL, described.name));
}

export function writeDescription({ name, documentation }: Described, to: XmlElement): void {
  if (typeof name === 'string') to.attributes.set('name', name);
  else if (name !== undefined) {
    const texts = Object.entries(name);
    if (texts[0] !== undefined) to.attributes.set('name', texts[0][1]);
    if (texts.length === 0) extend(to, textElement(LABEL, ''));
    for (const [locale, text] of texts) {
      const label = textElement(LABEL, text);
      label.attributes.set('locale', locale);
      extend(to, label);
    }
  }
  if (documentation !== undefined) to.children.push(textElement('documentation', documentation));
}
