/** Variables in and out of a step: `millrace:input`, `zeebe:ioMapping`, and the plain texts of `camunda:inputOutput`. */
import { feelIn, firstOfEach, idIn, isFeel, isForeignExpression } from './fields.ts';
import type { Reading } from './reading.ts';
import type { Writing } from './writing.ts';
import {
  attribute,
  childrenNamed,
  element,
  extend,
  extensionNamed,
  extensionsOf,
  textElement,
  textOf,
  type XmlElement,
} from './xml.ts';

export type Mapping = Record<string, string>;
export type Mappings = { readonly input?: Mapping; readonly output?: Mapping };
type Side = 'input' | 'output';

export function readMappings(reading: Reading, from: XmlElement): Mappings {
  const input = readSide(reading, from, 'input');
  const output = readSide(reading, from, 'output');
  return { ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
}

function readSide(reading: Reading, from: XmlElement, side: Side): Mapping | undefined {
  const own = extensionsOf(from).filter(({ name }) => name === `millrace:${side}`);
  if (own.length > 0) {
    return firstOfEach(
      own.flatMap((one): [string, string][] => {
        const [name, expression] = [idIn(attribute(one, 'name')), feelIn(textOf(one))];
        return name === undefined || expression === undefined ? [] : [[name, expression]];
      }),
    );
  }
  const entries = [...readZeebe(reading, from, side), ...readCamunda(reading, from, side)];
  return entries.length === 0 ? undefined : firstOfEach(entries);
}

function readZeebe(reading: Reading, from: XmlElement, side: Side): [string, string][] {
  const holder = extensionNamed(from, 'zeebe:ioMapping');
  return (holder === undefined ? [] : childrenNamed(holder, `zeebe:${side}`)).flatMap((one): [string, string][] => {
    const [source, target] = [attribute(one, 'source'), idIn(attribute(one, 'target'))];
    const expression = isFeel(source) ? feelIn(source) : feelIn(JSON.stringify(source ?? ''));
    if (target !== undefined && expression !== undefined) return [[target, expression]];
    reading.block(
      from,
      `zeebe:${side} to "${attribute(one, 'target')}" is kept, not used: it is no FEEL for a variable`,
    );
    return [];
  });
}

function readCamunda(reading: Reading, from: XmlElement, side: Side): [string, string][] {
  const holder = extensionNamed(from, 'camunda:inputOutput');
  return (holder === undefined ? [] : childrenNamed(holder, `camunda:${side}Parameter`)).flatMap(
    (one): [string, string][] => {
      const [name, text] = [idIn(attribute(one, 'name')), textOf(one)];
      const value = text === undefined || isForeignExpression(text) ? undefined : feelIn(JSON.stringify(text));
      if (name !== undefined && value !== undefined) return [[name, value]];
      reading.block(
        from,
        `camunda:${side}Parameter "${attribute(one, 'name')}" is kept, not used: only plain text is understood`,
      );
      return [];
    },
  );
}

export function writeMappings(writing: Writing, { input, output }: Mappings, to: XmlElement): void {
  const sides = [...sideOf('input', input), ...sideOf('output', output)];
  if (writing.dialect === 'zeebe' && sides.some(({ entries }) => entries.length > 0)) {
    const inside = sides.flatMap(({ side, entries }) =>
      entries.map(([target, expression]) => element(`zeebe:${side}`, { source: `=${expression}`, target })),
    );
    extend(to, element('zeebe:ioMapping', {}, inside));
  } else if (writing.dialect === 'camunda' && sides.some(isPlain)) {
    const inside = sides
      .filter(isPlain)
      .flatMap(({ side, entries }) =>
        entries.map(([name, literal]) => element(`camunda:${side}Parameter`, { name }, plainText(literal))),
      );
    extend(to, element('camunda:inputOutput', {}, inside));
  }
  for (const one of sides) {
    const isWritten =
      one.entries.length > 0 && (writing.dialect === 'zeebe' || (writing.dialect === 'camunda' && isPlain(one)));
    if (!isWritten) extend(to, ...ownSide(one));
  }
}

type WrittenSide = { readonly side: Side; readonly entries: readonly [string, string][] };
const sideOf = (side: Side, mapping: Mapping | undefined): WrittenSide[] =>
  mapping === undefined ? [] : [{ side, entries: Object.entries(mapping) }];

/** An empty mapping is not the same as none. */
const ownSide = ({ side, entries }: WrittenSide): XmlElement[] =>
  entries.length === 0
    ? [element(`millrace:${side}`)]
    : entries.map(([name, expression]) => {
        const made = textElement(`millrace:${side}`, expression);
        made.attributes.set('name', name);
        return made;
      });

const isPlain = ({ entries }: WrittenSide): boolean =>
  entries.length > 0 && entries.every(([, expression]) => literalOf(expression) !== undefined);

/** The text of a FEEL literal that Camunda 7 can say as plain text. */
function literalOf(expression: string): string | undefined {
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(expression)) return undefined;
  try {
    const text = JSON.parse(expression);
    const isSame = JSON.stringify(text) === expression && !isForeignExpression(expression) && text === text.trim();
    return isSame ? text : undefined;
  } catch {
    return undefined;
  }
}

function plainText(literal: string): string[] {
  const text = literalOf(literal) ?? '';
  return text === '' ? [] : [text];
}
