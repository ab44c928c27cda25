/** A process with its lanes: one definition. */
import type { DefinitionSource } from '../core/source.ts';
import type { LaneSource } from '../core/source-parts.ts';
import { readDescription } from './describe.ts';
import { compact, type Draft, flagIn, integerIn, textIn } from './fields.ts';
import { noteForeign } from './foreign.ts';
import { typeOf } from './read-node.ts';
import { readScope } from './read-scope.ts';
import type { Reading } from './reading.ts';
import { attribute, childNamed, childrenNamed, extensionNamed, textOf, type XmlElement } from './xml.ts';

export function readProcess(reading: Reading, from: XmlElement): DefinitionSource {
  noteForeign(reading, from);
  reading.correlate(from);
  const start = extensionNamed(from, 'millrace:start');
  const firing = extensionNamed(from, 'millrace:startCriteria');
  const laneSet = childNamed(from, 'laneSet');
  const lanes = laneSet === undefined ? [] : readLanes(reading, laneSet);
  const draft = compact({
    key: reading.idOf(from),
    ...readDescription(from),
    executable: flagIn(attribute(from, 'isExecutable')) ? undefined : false,
    start: firing && readStart(firing),
    startMessage: textIn(start && attribute(start, 'message')),
    lanes: lanes.length > 0 ? lanes : undefined,
    ...readScope(reading, from),
  });
  return reading.own(draft, from) as unknown as DefinitionSource;
}

function readStart(from: XmlElement): Draft {
  const mode = attribute(from, 'mode') ?? 'all';
  return {
    criteria: childrenNamed(from, 'millrace:criterion').map((one) => attribute(one, 'name') ?? ''),
    mode: integerIn(mode, 1, 20) ?? mode,
    within: attribute(from, 'within') ?? '1h',
    uniqueBy: attribute(from, 'uniqueBy') ?? 'device',
  };
}

function readLanes(reading: Reading, laneSet: XmlElement): LaneSource[] {
  return childrenNamed(laneSet, 'lane').map((from) => {
    const own = extensionNamed(from, 'millrace:lane');
    const inner = childNamed(from, 'childLaneSet');
    const lanes = inner === undefined ? [] : readLanes(reading, inner);
    const nodes = childrenNamed(from, 'flowNodeRef').flatMap((reference) =>
      reference.attributes.size > 0 ? [] : nodeOf(reading, from, textOf(reference)),
    );
    const lane = compact({
      id: reading.idOf(from),
      ...readDescription(from),
      role: textIn(own && attribute(own, 'role')),
      nodes: nodes.length > 0 ? nodes : undefined,
      lanes: lanes.length > 0 ? lanes : undefined,
    });
    return reading.own(lane, from) as unknown as LaneSource;
  });
}

function nodeOf(reading: Reading, lane: XmlElement, reference: string | undefined): string[] {
  const node = reading.find(reference);
  if (node !== undefined && typeOf(node) !== undefined) return [reading.idOf(node)];
  if (node === undefined) reading.note(lane, `the lane names "${reference}", which is not there`);
  return [];
}
