/** Files without positions are laid out, with nothing else changed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SAMPLE_FILE } from '../sample-file.ts';
import { asDmn13 } from './dmn-versions.ts';
import { withLayout } from './with-layout.ts';
import { nodesOf, readTree } from './xml-tree.ts';

const handling = asDmn13(readFileSync(new URL('../../../../examples/decisions/handling.dmn', import.meta.url), 'utf8'));

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Boxes and lines by the element that they are of. */
function pictureOf(xml: string) {
  const boxes = new Map<string, Box>();
  const lines = new Map<string, { x: number; y: number }[]>();
  for (const { name, attributes, children } of nodesOf(readTree(xml))) {
    const of = attributes.get('dmnElementRef') ?? '';
    const numbers = children.map(
      (child) => Object.fromEntries([...child.attributes].map(([key, value]) => [key, Number(value)])) as Box,
    );
    if (name === 'DMNShape' && numbers[0] !== undefined) boxes.set(of, numbers[0]);
    if (name === 'DMNEdge') lines.set(of, numbers);
  }
  return { boxes, lines };
}

const required = (xml: string, id: string): Box => {
  const box = pictureOf(xml).boxes.get(id);
  if (box === undefined) throw new Error(`${id} is not drawn`);
  return box;
};

describe('a file without positions', () => {
  const drawn = withLayout(handling);

  it('has its decisions above what they require, and every line between two that touch it', () => {
    const { boxes, lines } = pictureOf(drawn);
    expect([...boxes.keys()].sort()).toEqual(['excess', 'handling', 'limit-input', 'severity-input', 'value-input']);
    const [top, middle, bottom] = ['handling', 'excess', 'limit-input'].map((id) => required(drawn, id)) as [
      Box,
      Box,
      Box,
    ];
    expect(top.y + top.height).toBeLessThan(middle.y);
    expect(middle.y + middle.height).toBeLessThan(bottom.y);
    expect([...lines.keys()].sort()).toEqual(['r1', 'r2', 'r3', 'r4']);
    const line = lines.get('r4') ?? [];
    expect(line[0]).toEqual({ x: middle.x + middle.width / 2, y: middle.y });
    expect(line.at(-1)?.y).toBe(top.y + top.height);
  });

  it('has no boxes that overlap, however many decisions ask one another', () => {
    const { boxes } = pictureOf(withLayout(manyDecisions(40)));
    const all = [...boxes.values()];
    expect(all).toHaveLength(44);
    for (const [at, one] of all.entries()) {
      for (const other of all.slice(at + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
    }
  });

  it('stays as it is but for the layout at its end', () => {
    const end = handling.lastIndexOf('</definitions>');
    expect(drawn.startsWith(handling.slice(0, end))).toBe(true);
    expect(withLayout(drawn)).toBe(drawn);
  });

  it('is given ids where a line has none, and an empty layout is replaced', () => {
    const odd = handling
      .replace(' id="r1"', '')
      .replace('</definitions>', '<d:DMNDI xmlns:d="https://www.omg.org/spec/DMN/20191111/DMNDI/"/></definitions>');
    const laidOut = withLayout(odd);
    expect(laidOut).toContain('<informationRequirement id="drawn_1"><requiredInput href="#value-input"/>');
    expect(pictureOf(laidOut).lines.has('drawn_1')).toBe(true);
    expect(laidOut).not.toContain('<d:DMNDI');
  });
});

it('leaves positions of the file alone, and files with nothing to draw', () => {
  expect(withLayout(SAMPLE_FILE)).toBe(SAMPLE_FILE);
  const empty = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d"/>';
  expect(withLayout(empty)).toBe(empty);
});

/** Each asks an input and two decisions before it. */
function manyDecisions(count: number): string {
  const inputs = ['a', 'b', 'c', 'd'].map((id) => `<inputData id="${id}" name="${id}"/>`);
  const decisions = Array.from({ length: count }, (_, at) => {
    const asked = [at - 1, Math.floor(at / 2)].filter((other) => other >= 0 && other !== at);
    const asks = asked.map(
      (other) => `<informationRequirement><requiredDecision href="#n${other}"/></informationRequirement>`,
    );
    return `<decision id="n${at}" name="n${at}">${asks.join('')}<informationRequirement><requiredInput href="#${'abcd'[at % 4]}"/></informationRequirement></decision>`;
  });
  return `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="m">${inputs.join('')}${decisions.join('')}</definitions>`;
}
