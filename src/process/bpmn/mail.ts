/**
 * A step that sends a mail, as a send task. What is one text stands in attributes, and the text of the mail in the element
 * itself; where anything has several – recipients, languages – each has an element of its own.
 */
import type { Label, SimpleNodeSource } from '../core/source.ts';
import { compact, type Draft, firstOfEach, integerIn } from './fields.ts';
import { attribute, childrenNamed, element, elementsOf, extend, textElement, textOf, type XmlElement } from './xml.ts';

type Mail = Extract<SimpleNodeSource, { type: 'mail' }>;
const RECIPIENT = 'millrace:to';
type Words = 'subject' | 'text' | 'html';

export function readMail(own: XmlElement): Draft {
  const recipients = childrenNamed(own, RECIPIENT).map((one) => textOf(one) ?? '');
  const hasParts = elementsOf(own).length > 0;
  const onLost = attribute(own, 'onLost');
  return compact({
    to: recipients.length > 0 ? recipients : (attribute(own, 'to') ?? ''),
    replyTo: attribute(own, 'replyTo'),
    subject: wordsIn(own, 'subject') ?? attribute(own, 'subject') ?? '',
    text: wordsIn(own, 'text') ?? (hasParts ? '' : (textOf(own) ?? '')),
    html: wordsIn(own, 'html'),
    onLost: onLost === 'hold' || onLost === 'retry' ? onLost : undefined,
    maxAttempts: integerIn(attribute(own, 'maxAttempts'), 1, 100),
  });
}

function wordsIn(own: XmlElement, field: Words): Label | undefined {
  const parts = childrenNamed(own, `millrace:${field}`);
  const [only] = parts;
  if (only === undefined) return undefined;
  if (attribute(only, 'locale') === undefined) return textOf(only) ?? '';
  return firstOfEach(parts.map((part) => [attribute(part, 'locale') ?? '', textOf(part) ?? '']));
}

export function writeMail({ to, replyTo, subject, text, html, onLost, maxAttempts }: Mail, target: XmlElement): void {
  const made = element('millrace:mail', {
    to: Array.isArray(to) ? undefined : to,
    replyTo,
    subject: typeof subject === 'string' ? subject : undefined,
    onLost,
    maxAttempts,
  });
  if (Array.isArray(to)) made.children.push(...to.map((name) => textElement(RECIPIENT, name)));
  if (typeof subject !== 'string') made.children.push(...partsOf('subject', subject));
  if (html !== undefined) made.children.push(...partsOf('html', html));
  const isPlain = typeof text === 'string' && made.children.length === 0;
  if (!isPlain) made.children.push(...partsOf('text', text));
  else if (text !== '') made.children.push(text);
  extend(target, made);
}

const partsOf = (field: Words, words: Label): XmlElement[] =>
  typeof words === 'string'
    ? [textElement(`millrace:${field}`, words)]
    : Object.entries(words).map(([locale, one]) => {
        const part = textElement(`millrace:${field}`, one);
        part.attributes.set('locale', locale);
        return part;
      });
