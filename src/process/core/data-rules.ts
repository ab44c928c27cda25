/** Rules about variables that belong to a (sub-)process, and about lanes. */
import type { Outline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';
import type { LaneSource } from './source-parts.ts';

/** Names of variables by which the tasks of one definition are found. */
const MAX_SEARCHABLE = 5;

export function dataBreaches(outline: Outline): Breach[] {
  return [...variableBreaches(outline), ...searchableBreaches(outline), ...laneBreaches(outline)];
}

function variableBreaches({ scopes, definition: { key } }: Outline): Breach[] {
  const ids = new Set<string>();
  return scopes.flatMap(({ host: element = key, data }) => {
    const names = new Set<string>();
    return data.flatMap(({ name, id }) => [
      ...breachIf(names.size === names.add(name).size, 'data.duplicate-name', {
        element,
        message: `"${element}" has the variable "${name}" twice; give one of them another name.`,
      }),
      ...breachIf(id !== undefined && ids.size === ids.add(id).size, 'data.duplicate-id', {
        element,
        message: `"${element}" has a variable with the id "${id}", and there is another of that id; change it or leave it out.`,
      }),
    ]);
  });
}

/** Each is a row for every open task, and of one name there is one. */
function searchableBreaches({ scopes, definition: { key } }: Outline): Breach[] {
  const types = new Map<string, string>();
  const breaches = scopes.flatMap(({ host: element = key, data }) =>
    data.flatMap(({ name, searchable: type }) => {
      if (type === undefined) return [];
      const other = types.get(name) ?? type;
      types.set(name, type);
      return breachIf(other !== type, 'data.searchable', {
        element,
        message: `"${name}" is searchable as ${other} and as ${type}; declare one type for both.`,
      });
    }),
  );
  return [
    ...breaches,
    ...breachIf(types.size > MAX_SEARCHABLE, 'data.searchable', {
      element: key,
      message: `"${key}" has ${types.size} searchable variables; leave at most ${MAX_SEARCHABLE}.`,
    }),
  ];
}

type Membership = { readonly lane: LaneSource; readonly around: readonly LaneSource[] };

function laneBreaches({ definition: { lanes = [] }, byId }: Outline): Breach[] {
  const ids = new Set<string>();
  const inLane = new Map<string, LaneSource>();
  const twice = new Set<string>();
  return walk(lanes, []).flatMap(({ lane, around }) => [
    ...breachIf(ids.size === ids.add(lane.id).size, 'lane.duplicate-id', {
      element: lane.id,
      message: `There are several lanes with the id "${lane.id}"; give one of them another.`,
    }),
    ...(lane.nodes ?? []).flatMap((node): readonly Breach[] => {
      const element = byId.get(node);
      if (element === undefined || element.scope.host !== undefined) {
        const where = element === undefined ? 'which does not exist' : `which is inside "${element.scope.host}"`;
        const message = `The lane "${lane.id}" has the node "${node}", ${where}; it can have the nodes outside of sub-processes.`;
        return [{ rule: 'lane.unknown-node', element: lane.id, message }];
      }
      const other = inLane.get(node);
      inLane.set(node, lane);
      const message = `"${node}" is in the lanes "${other?.id}" and "${lane.id}"; leave it in one of them.`;
      if (other === undefined || other === lane || around.includes(other) || twice.has(node)) return [];
      twice.add(node);
      return [{ rule: 'lane.several', element: node, message }];
    }),
  ]);
}

/** Each lane before those inside, with the lanes around it. */
function walk(lanes: readonly LaneSource[], around: readonly LaneSource[]): Membership[] {
  return lanes.flatMap((lane) => [{ lane, around }, ...walk(lane.lanes ?? [], [...around, lane])]);
}
