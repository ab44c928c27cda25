/** A definition that came from a file can be edited: what it says then is written, with the rest of the file around it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exportBpmn } from '../../../src/process/bpmn/export-bpmn.ts';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import type { DefinitionSource, NodeSource } from '../../../src/process/core/source.ts';

const model = (name: string) => importBpmn(readFileSync(new URL(`models/${name}.bpmn`, import.meta.url), 'utf8'));

/** The file after one node was changed. */
function edited(name: string, id: string, change: (node: NodeSource) => NodeSource): string {
  const { definitions, bpmn } = model(name);
  const [first, ...others] = structuredClone(definitions) as DefinitionSource[];
  const nodes = first!.nodes.map((node) => (node.id === id ? change(node) : node));
  return exportBpmn({ definitions: [{ ...first!, nodes }, ...others], bpmn });
}

const nodeOf = (xml: string, id: string): NodeSource | undefined =>
  importBpmn(xml).definitions[0]?.nodes.find((node) => node.id === id);

describe('after an edit', () => {
  it('the new condition stands in the file, without what was kept of the old one', () => {
    const xml = edited(
      'camunda-eight',
      'gate',
      (node) =>
        ({
          ...node,
          next: [
            {
              to: 'done',
              id: 'yes',
              when: 'ok = false',
              bpmn: { $within: { conditionExpression: { $text: ['ok = true', '= ok = true'] } } },
            },
          ],
        }) as NodeSource,
    );
    expect(xml).toContain('>=ok = false</bpmn:conditionExpression>');
    expect(xml).not.toContain('ok = true');
  });

  it('the new kind is written in the words of the file', () => {
    const xml = edited('camunda-eight', 'charge', (node) => ({ ...node, kind: 'charge-account' }) as NodeSource);
    expect(xml).toContain('<zeebe:taskDefinition type="charge-account" retries="5"/>');
    expect(xml).toContain('<zeebe:header key="a" value="b"/>');
  });

  it('a new input stands beside those that are only kept', () => {
    const xml = edited(
      'camunda-seven',
      'charge',
      (node) => ({ ...node, input: { currency: '"USD"', country: '"DE"' } }) as NodeSource,
    );
    expect(xml).toContain('<camunda:inputParameter name="currency">USD</camunda:inputParameter>');
    expect(xml).toContain(`<camunda:inputParameter name="amount">\${total * 2}</camunda:inputParameter>`);
  });

  it('another message is declared, and the old one stays', () => {
    const xml = edited('pump-repair', 'Arrived', (node) => ({ ...node, message: 'crane free' }) as NodeSource);
    expect(xml).toContain('<bpmn:message id="Message_crane_free" name="crane free"/>');
    expect(xml).toContain('id="Delivered"');
    expect(nodeOf(xml, 'Arrived')).toMatchObject({ message: 'crane free' });
  });

  it('a node that others refer to by a stranger id can be joined to new ones', () => {
    const xml = edited('pump-repair', 'Done', (node) => ({ ...node, type: 'task', next: 'gr__e' }) as NodeSource);
    expect(xml).toContain('sourceRef="Done" targetRef="größe"');
  });

  it('a value that was only kept gives way', () => {
    const xml = edited('pump-repair', 'Inspect', (node) => ({ ...node, forCompensation: true }) as NodeSource);
    expect(nodeOf(xml, 'Inspect')).toMatchObject({ forCompensation: true });
  });
});

describe('a diagram', () => {
  const repair: DefinitionSource = {
    key: 'repair',
    lanes: [{ id: 'L', name: 'Team', nodes: ['a', 'b'] }],
    nodes: [
      {
        id: 'a',
        type: 'task',
        next: ['b', 'c'],
        boundary: [{ id: 'late', timer: '1h', interrupting: true, next: 'b' }],
      },
      {
        id: 'b',
        type: 'subProcess',
        next: 'a',
        nodes: [
          { id: 'x', type: 'start', next: 'y' },
          { id: 'y', type: 'end' },
        ],
      },
      { id: 'c', type: 'exclusiveGateway' },
    ],
  };
  const drawn = (xml: string): string[] => [...xml.matchAll(/bpmnElement="([^"]+)"/g)].map(([, id = '']) => id);

  it('is made for a definition that has none, with every node, flow and lane', () => {
    const ids = [
      'repair',
      'L',
      'a',
      'b',
      'c',
      'x',
      'y',
      'late',
      'Flow_a_b',
      'Flow_a_c',
      'Flow_late_b',
      'Flow_b_a',
      'Flow_x_y',
    ];
    expect(drawn(exportBpmn({ definitions: [repair] })).toSorted()).toEqual(ids.toSorted());
    expect(drawn(exportBpmn({ definitions: [repair] }, { layOut: false }))).toEqual([]);
  });

  it('lets no two nodes of a scope overlap', () => {
    const many = Array.from(
      { length: 60 },
      (_, n): NodeSource => ({ id: `n${n}`, type: 'task', next: [`n${(n * 7 + 1) % 60}`, `n${(n * 3 + 2) % 60}`] }),
    );
    const xml = exportBpmn({ definitions: [{ key: 'many', nodes: many }] });
    const boxes = [...xml.matchAll(/<dc:Bounds x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
      (found) => found.slice(1).map(Number) as [number, number, number, number],
    );
    expect(boxes).toHaveLength(60);
    for (const [index, [x, y, width, height]] of boxes.entries()) {
      for (const [left, top] of boxes.slice(index + 1)) {
        const apart = left >= x + width || left + width <= x || top >= y + height || top + height <= y;
        expect(apart).toBe(true);
      }
    }
  });

  it('of the largest process is made in seconds', () => {
    const long = Array.from(
      { length: 5_000 },
      (_, n): NodeSource => ({
        id: `n${n}`,
        type: 'task',
        ...(n < 4_999 && { next: [`n${n + 1}`, `n${(n * 31) % 5_000}`] }),
      }),
    );
    const start = performance.now();
    exportBpmn({ definitions: [{ key: 'long', nodes: long }] });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('is not made for a file without one, unless it is asked for', () => {
    const { definitions, bpmn } = model('camunda-eight');
    expect(drawn(exportBpmn({ definitions, bpmn }))).toEqual([]);
    expect(drawn(exportBpmn({ definitions, bpmn }, { layOut: true }))).toContain('Flow_begin_charge');
  });
});

it('refuses definitions that share ids of nodes', () => {
  const of = (key: string): DefinitionSource => ({ key, nodes: [{ id: 'a', type: 'task' }] });
  const refused = expect.objectContaining({ code: 'bpmn.duplicate-id' });
  expect(() => exportBpmn({ definitions: [of('one'), of('two')] })).toThrow(refused);
});
