/** Large definitions: the rules look at each element as often, however many others there are. */
import { expect, it } from 'vitest';
import { conditionsOf } from './conditions.ts';
import { outlineOf } from './outline.ts';
import { parseSource } from './parse.ts';
import { validate } from './validate.ts';

type Json = Readonly<Record<string, unknown>>;
const times = <Item>(count: number, make: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** How often the rules read a property of an element of this definition. */
function looksAt(source: Json): number {
  const parsed = parseSource(source);
  if (!('key' in parsed)) throw new Error(JSON.stringify(parsed));
  const outline = outlineOf(parsed);
  const conditions = conditionsOf(outline);
  let looks = 0;
  for (const element of outline.elements) {
    for (const [name, value] of Object.entries(element)) {
      const get = (): unknown => {
        looks += 1;
        return value;
      };
      Object.defineProperty(element, name, { get });
    }
  }
  validate(outline, conditions);
  return looks;
}

const task = (id: string, rest: Json = {}): Json => ({ id, type: 'task', ...rest });
const shapes: Readonly<Record<string, (count: number) => Json>> = {
  'a chain': (count) => ({ nodes: times(count, (at) => task(`a${at}`, at === 0 ? {} : { next: `a${at - 1}` })) }),
  'one node that many lead to': (count) => ({
    nodes: [...times(count, (at) => task(`a${at}`, { next: 'end' })), { id: 'end', type: 'parallelGateway' }],
  }),
  'links to one place': (count) => ({
    nodes: [
      ...times(count, (at) => ({ id: `t${at}`, type: 'throw', link: 'l' })),
      { id: 'c', type: 'catch', link: 'l' },
    ],
  }),
  'links caught everywhere': (count) => ({ nodes: times(count, (at) => ({ id: `c${at}`, type: 'catch', link: 'l' })) }),
  'sub-processes': (count) => ({
    nodes: times(count, (at) => ({
      id: `s${at}`,
      type: 'subProcess',
      nodes: [{ id: `e${at}`, type: 'end', cancel: true }],
    })),
  }),
  'event sub-processes for one event': (count) => ({
    nodes: times(count, (at) => ({
      id: `s${at}`,
      type: 'eventSubProcess',
      nodes: [{ id: `e${at}`, type: 'start', message: 'm' }],
    })),
  }),
  'starts by one event': (count) => ({ nodes: times(count, (at) => ({ id: `s${at}`, type: 'start', message: 'm' })) }),
  'events behind each gateway': (count) => ({
    nodes: [
      ...times(count, (at) => ({ id: `g${at}`, type: 'eventGateway', next: times(10, (event) => `c${event}`) })),
      ...times(10, (at) => ({ id: `c${at}`, type: 'catch', message: 'm' })),
    ],
  }),
  'one activity that undoes all': (count) => ({
    nodes: [
      ...times(count, (at) => task(`a${at}`, { boundary: [{ id: `b${at}`, compensate: true, next: 'u' }] })),
      ...times(count, (at) => ({ id: `t${at}`, type: 'throw', compensate: `a${at}` })),
      task('u', { forCompensation: true }),
    ],
  }),
  'lanes with the same node': (count) => ({
    lanes: times(100, (at) => ({ id: `l${at}`, nodes: times(count, () => 'a') })),
    nodes: [task('a')],
  }),
};

it.each(Object.entries(shapes))('grows no faster than %s', (_, shape) => {
  const [small, large] = [200, 400].map((count) => looksAt({ key: 'k', ...shape(count) })) as [number, number];
  expect(small).toBeGreaterThan(200);
  expect(large / small).toBeLessThan(2.2);
});
