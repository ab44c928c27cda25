/** The picture of a draft, valid or not: what the server would answer of it once it is deployed. */
import type { Module } from '../api/definitions.ts';
import { isRecord } from '../api/http.ts';
import type { Definition, DefinitionFlow, DefinitionNode } from '../api/processes.ts';
import { shapeOf } from '../diagram/node-size.ts';
import { type Draft, draftOf, type Fields, type Step } from './draft.ts';
import { moduleOf } from './step-kinds.ts';
import { flowsOf, outcomesOf } from './ways.ts';

type Graph = Pick<Definition, 'nodes' | 'flows'>;

export function graphOf(draft: Draft, modules: readonly Module[], parent?: string): Graph {
  const ids = new Set(draft.nodes.flatMap(({ id, boundary }) => [id, ...eventsOf(boundary).map((event) => event.id)]));
  const parts = draft.nodes.map((step): Graph => {
    const events = eventsOf(step.boundary);
    const inside = draftOf({ key: '', nodes: step.nodes });
    const inner = inside === undefined ? { nodes: [], flows: [] } : graphOf(inside, modules, step.id);
    return {
      nodes: [
        nodeOf(step, modules, parent),
        ...events.map((event) => ({ ...nodeOf(event, modules, parent), type: 'boundary', attachedTo: step.id })),
        ...inner.nodes,
      ],
      flows: [...[step, ...events].flatMap((from) => flowsFrom(from, ids)), ...inner.flows],
    };
  });
  return { nodes: parts.flatMap(({ nodes }) => nodes), flows: parts.flatMap(({ flows }) => flows) };
}

const eventsOf = (boundary: unknown): readonly Step[] =>
  (Array.isArray(boundary) ? boundary : []).flatMap((event) =>
    isRecord(event) && typeof event.id === 'string' ? [{ ...event, id: event.id, type: 'catch' }] : [],
  );

function nodeOf(step: Step, modules: readonly Module[], parent: string | undefined): DefinitionNode {
  const { id, type, name, role, module } = step;
  const event = eventOf(step);
  return {
    id,
    type,
    name: (name ?? (shapeOf(type) === 'step' ? id : '')) as DefinitionNode['name'],
    outcomes: [...outcomesOf(step, moduleOf(step, modules))],
    ...(typeof role === 'string' && { role }),
    ...(typeof module === 'string' && { module }),
    ...(event !== undefined && { event }),
    ...(parent !== undefined && { parent }),
  };
}

const EVENTS: Readonly<Record<string, string>> = {
  ...{ message: 'message', timer: 'timer', signal: 'signal', error: 'error', escalation: 'escalation' },
  ...{ condition: 'condition', compensate: 'compensation', cancel: 'cancel', terminate: 'terminate' },
  ...{ anyOf: 'several', allOf: 'several' },
};

function eventOf(step: Fields): string | undefined {
  if (!['start', 'end', 'catch', 'throw'].includes(String(step.type))) return undefined;
  const [found] = Object.entries(EVENTS).filter(([field]) => step[field] !== undefined);
  return found?.[1];
}

function flowsFrom(step: Step, ids: ReadonlySet<string>): DefinitionFlow[] {
  return flowsOf(step)
    .filter(({ to }) => ids.has(to) && to !== '')
    .map(({ to, outcome, when, ...flow }) => ({
      ...{ from: step.id, to, isDefault: flow.default === true },
      ...(typeof outcome === 'string' && { outcome }),
      ...(typeof when === 'string' && { when }),
    }));
}
