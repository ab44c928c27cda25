/** What is no BPMN, or would exhaust the server, is refused by a stable code and at once; nothing crashes the reader. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMillraceError } from '../../../src/kernel/errors.ts';
import { exportBpmn } from '../../../src/process/bpmn/export-bpmn.ts';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import { everyElement, type XmlElement } from '../../../src/process/bpmn/xml.ts';
import { MAX_BPMN_BYTES, MAX_BPMN_DEPTH, MAX_BPMN_ELEMENTS, readXml } from '../../../src/process/bpmn/xml-read.ts';
import { writeXml } from '../../../src/process/bpmn/xml-write.ts';
import { definitionSource } from '../../../src/process/core/source.ts';
import { anyDefinition } from './definitions.ts';

const BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"';
const file = (inside: string): string =>
  `<definitions ${BPMN} id="D"><process id="P">${inside}</process></definitions>`;
const flow = (attributes: string): string => file(`<task id="a"/><task id="b"/><sequenceFlow id="f" ${attributes}/>`);

/** The code with which a file is refused. */
function codeOf(xml: string): string {
  try {
    importBpmn(xml);
  } catch (error) {
    if (isMillraceError(error)) return error.code;
    throw error;
  }
  return 'taken';
}

describe('a file is refused', () => {
  it.each([
    ['that is empty', '', 'bpmn.malformed'],
    ['that is no XML', 'hello', 'bpmn.malformed'],
    ['that ends too early', '<definitions', 'bpmn.malformed'],
    ['whose tags do not match', `<definitions ${BPMN}><a></b></definitions>`, 'bpmn.malformed'],
    ['with an attribute twice', file('<task id="a" name="x" name="y"/>'), 'bpmn.malformed'],
    ['with an entity of its own', file('<task id="&lol;"/>'), 'bpmn.malformed'],
    ['with a character that there is not', file('<task id="a" name="&#99999999;"/>'), 'bpmn.malformed'],
    ['with half of a character', file('<task id="a" name="&#xD800;"/>'), 'bpmn.malformed'],
    ['with a control character', file('<task id="a" name="\u0001"/>'), 'bpmn.malformed'],
    ['whose prefix is not declared', file('<x:task id="a"/>'), 'bpmn.malformed'],
    ['with two roots', `${file('')}${file('')}`, 'bpmn.malformed'],
    ['with a document type', `<!DOCTYPE x [<!ENTITY a "aaaa">]>${file('')}`, 'bpmn.document-type'],
    ['that is another document', '<html><body/></html>', 'bpmn.not-bpmn'],
    ['that is DMN', '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', 'bpmn.not-bpmn'],
    ['of BPMN 1', '<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>', 'bpmn.not-bpmn'],
    ['with an id twice', file('<task id="a"/><task id="a"/>'), 'bpmn.duplicate-id'],
    ['with the id of an id in a diagram', file('<task id="D"/>'), 'bpmn.duplicate-id'],
    ['whose flow comes from nowhere', flow('sourceRef="x" targetRef="b"'), 'bpmn.broken-reference'],
    ['whose flow leads nowhere', flow('sourceRef="a"'), 'bpmn.broken-reference'],
    ['whose event is attached to nothing', file('<boundaryEvent id="e" attachedToRef="x"/>'), 'bpmn.broken-reference'],
    [
      'whose default is not there',
      `${flow('sourceRef="a" targetRef="b"').replace('id="a"', 'id="a" default="x"')}`,
      'bpmn.broken-reference',
    ],
    ['whose message is not there', file('<receiveTask id="r" messageRef="x"/>'), 'bpmn.broken-reference'],
    ['whose message is none', file('<receiveTask id="r" messageRef="P"/>'), 'bpmn.broken-reference'],
    ['with the id __proto__', file('<task id="__proto__"/>'), 'bpmn.unsafe-name'],
    ['with the id constructor', file('<task id="constructor"/>'), 'bpmn.unsafe-name'],
    ['with an attribute __proto__', file('<task id="a" __proto__="x"/>'), 'bpmn.unsafe-name'],
    ['with an element __proto__', file('<extensionElements><__proto__/></extensionElements>'), 'bpmn.unsafe-name'],
    ['that is too large', file(`<task id="a" name="${'x'.repeat(MAX_BPMN_BYTES)}"/>`), 'bpmn.too-large'],
    ['that is too large in bytes', file(`<task id="a" name="${'ä'.repeat(MAX_BPMN_BYTES / 2)}"/>`), 'bpmn.too-large'],
    ['with too many elements', file('<task/>'.repeat(MAX_BPMN_ELEMENTS)), 'bpmn.too-large'],
    ['that is nested too deeply', file('<subProcess>'.repeat(MAX_BPMN_DEPTH)), 'bpmn.too-large'],
    [
      'with too many namespaces',
      `<definitions ${BPMN} ${Array.from({ length: 300 }, (_, n) => `xmlns:p${n}="urn:${n}"`).join(' ')}/>`,
      'bpmn.too-large',
    ],
  ])('%s', (_, xml, code) => {
    expect(codeOf(xml)).toBe(code);
  });

  it('at once, whatever its size', () => {
    const parts = ['<', '<a ', ' ', '&', '<!--', '<![CDATA[', '"', '<a b="', '<?', ']]>', '&#', 'xmlns:a="b" ', '\n'];
    for (const part of parts) {
      const start = performance.now();
      codeOf(`<definitions ${part.repeat(Math.floor(4_000_000 / part.length))}`);
      codeOf(file(part.repeat(Math.floor(4_000_000 / part.length))));
      expect(performance.now() - start, part).toBeLessThan(5_000);
    }
  });

  // Work that grew with the square of their number would take minutes, and the test would run out of time.
  it('in time, or taken, however alike its elements are', () => {
    const timers = '<timerEventDefinition><timeDate>x</timeDate></timerEventDefinition>'.repeat(9_000);
    const borders = Array.from({ length: 18_000 }, (_, n) => `<boundaryEvent id="b${n}" attachedToRef="t"/>`).join('');
    const messages = Array.from({ length: 6_000 }, (_, n) => `<message id="m${n}" name="n${n}"/>`).join('');
    const tasks = Array.from({ length: 6_000 }, (_, n) => `<receiveTask id="r${n}" messageRef="m${n}"/>`).join('');
    const alike = [
      file(`<startEvent id="s">${timers}</startEvent>`),
      file(`<task id="t"/>${borders}`),
      file(tasks).replace('<process', `${messages}<process`),
    ];
    for (const xml of alike) expect(exportBpmn(importBpmn(xml))).toMatch(/definitions>\s*$/);
  });

  it('with a DMN file it says so', () => {
    expect(() => importBpmn('<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>')).toThrow(
      /decision \(DMN\)/,
    );
  });
});

describe('numbers that are out of range', () => {
  it.each(['0', '-1', '1e9', '99999999999999999999', 'x', '', '1.5'])('%s is kept, not used', (quantity) => {
    const xml = file(`<task id="a" startQuantity="${quantity}"/>`);
    const { definitions } = importBpmn(xml);
    expect(definitions[0]?.nodes[0]).toEqual({ id: 'a', type: 'task', bpmn: { startQuantity: quantity } });
    expect(exportBpmn(importBpmn(xml))).toContain(`startQuantity="${quantity}"`);
  });
});

const models = ['pump-repair', 'camunda-seven', 'camunda-eight'].map((name) =>
  readFileSync(new URL(`models/${name}.bpmn`, import.meta.url), 'utf8'),
);
const pieces = models.flatMap((xml) => xml.match(/<[^>]*>|\w+="[^"]*"|[^<>"]+/g) ?? []);

describe('a broken file', () => {
  it('is taken or refused, never more', () => {
    const cut = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat({ max: 40 }),
      put: fc.oneof(fc.constant(''), fc.string(), fc.constantFrom(...pieces)),
    });
    fc.assert(
      fc.property(fc.constantFrom(...models), fc.array(cut, { minLength: 1, maxLength: 5 }), (xml, cuts) => {
        let broken = xml;
        for (const { at, length, put } of cuts) {
          const index = Math.floor(at * broken.length);
          broken = broken.slice(0, index) + put + broken.slice(index + length);
        }
        againIfTaken(broken);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is taken or refused when its elements and attributes change places', () => {
    const change = fc.record({
      what: fc.constantFrom('move', 'rename', 'drop', 'give', 'take'),
      from: fc.nat(),
      to: fc.nat(),
      which: fc.nat(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...models), fc.array(change, { minLength: 1, maxLength: 3 }), (xml, changes) => {
        const { root, declarations } = readXml(xml);
        for (const one of changes) mutate([...everyElement(root)], one);
        againIfTaken(writeXml(root, declarations));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is taken or refused when its text is shuffled', () => {
    const swap = fc.tuple(fc.nat(), fc.nat());
    fc.assert(
      fc.property(fc.constantFrom(...models), fc.array(swap, { minLength: 1, maxLength: 4 }), (xml, swaps) => {
        const tokens = xml.split(/(\s\w[\w:]*="[^"]*"|<\/?[\w:]+)/);
        for (const [a, b] of swaps) {
          const [i, j] = [a % tokens.length, b % tokens.length];
          [tokens[i], tokens[j]] = [tokens[j]!, tokens[i]!];
        }
        againIfTaken(tokens.join(''));
      }),
      { numRuns: 1_000 },
    );
  });
});

type Change = { readonly what: string; readonly from: number; readonly to: number; readonly which: number };

/** Moves, renames or drops an element, or hands an attribute from one to another. */
function mutate(all: readonly XmlElement[], { what, from, to, which }: Change): void {
  const [one, other] = [all[from % all.length]!, all[to % all.length]!];
  if (what === 'rename') one.name = other.name;
  if (what === 'drop' || what === 'move') {
    const [child] = one.children.splice(which % (one.children.length || 1), 1);
    const isBelow = typeof child === 'object' && [...everyElement(child)].includes(other);
    if (what === 'move' && child !== undefined && !isBelow) other.children.push(child);
  }
  const named = [...one.attributes];
  const [name, value] = named[which % (named.length || 1)] ?? [];
  if (name === undefined || value === undefined) return;
  if (what === 'give') other.attributes.set(name, name === 'id' ? `${value}2` : value);
  if (what === 'take') one.attributes.delete(name);
}

/** What is taken comes back the same. */
function againIfTaken(xml: string): void {
  let model: ReturnType<typeof importBpmn>;
  try {
    model = importBpmn(xml);
  } catch (error) {
    if (isMillraceError(error) && error.code.startsWith('bpmn.')) return;
    throw error;
  }
  expect(importBpmn(exportBpmn(model))).toEqual(model);
  for (const one of model.definitions) expect(definitionSource.parse(one)).toEqual(one);
}

describe('a rest that was tampered with', () => {
  it.each([
    [{ $children: [{ $type: '<x' }] }],
    [{ $children: [7] }],
    [{ $children: [{ $type: 'x', a: 1 }] }],
    [{ 'a b': 'x' }],
    [{ name: 7 }],
    ['text'],
    [{ $children: [{ $type: 'nowhere:x' }] }],
  ])('is refused: %j', (bpmn) => {
    const definition = { key: 'p', nodes: [{ id: 'a', type: 'task' as const, bpmn }] };
    const refused = expect.objectContaining({ code: 'bpmn.unreadable-rest' });
    expect(() => exportBpmn({ definitions: [definition] })).toThrow(refused);
  });

  it('does no more than be refused', () => {
    const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
    const key = fc.constantFrom(
      '$type',
      '$text',
      '$children',
      '$without',
      '$within',
      'id',
      'name',
      'extensionElements',
    );
    const rest = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('task', 'a', ''),
        json,
        tie('object'),
        fc.array(tie('any'), { maxLength: 3 }),
      ),
      object: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    })).object;
    fc.assert(
      fc.property(anyDefinition('a'), rest, rest, (definition, own, around) => {
        const nodes = definition.nodes.map((node) => ({ ...node, bpmn: own }));
        try {
          exportBpmn({ definitions: [{ ...definition, nodes }] as never, bpmn: around as never });
        } catch (error) {
          if (!isMillraceError(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
