/**
 * What becomes of an instance under another version of its definition: every place in its state that names a node is looked
 * up there. A node goes on as the one it is mapped to, by default the one with its id, if that does the same: it has the
 * same type and kind, stands in the same sub-process and is repeated in the same way. Then its task, job, timer,
 * subscription or called instance is kept. All that does not fit is told, not only the first.
 */
import { type Behaviour, type Definition, type Node, nodeOf, type Trigger } from './definition.ts';
import { named } from './migrated.ts';
import type { ProcessState, Undoable } from './state.ts';

/** Why a node of the instance has no place in the other version. */
export type MigrationProblem = { readonly node: string; readonly problem: string };

export type MigrationPlan = {
  readonly nodes: Readonly<Record<string, string>>;
  readonly flows: Readonly<Record<string, string>>;
  readonly problems: readonly MigrationProblem[];
};

type Parts = { readonly from: Definition; readonly to: Definition; readonly names: Readonly<Record<string, string>> };

export function planOf(state: ProcessState, parts: Parts): MigrationPlan {
  const problems = new Map<string, string>();
  const flows: Record<string, string> = {};
  const tell = (node: string, problem: string | undefined) => {
    if (problem !== undefined && !problems.has(node)) problems.set(node, problem);
  };
  for (const id of Object.keys(parts.names))
    if (!parts.from.nodes.has(id)) tell(id, 'The map names it, and the definition has no such node.');
  if ((parts.from.start === undefined) !== (parts.to.start === undefined))
    tell('', 'Only one of the two versions starts by criteria, so that instances are counted for each device.');
  for (const [id, use] of usedIn(state)) {
    tell(id, use === 'names' ? missing(id, parts) : problemOf(id, parts));
  }
  for (const { id, node } of flowsIn(state)) {
    const target = parts.to.nodes.get(named(parts.names, node));
    const flow = target === undefined ? undefined : flowLike(id, { node, target, parts });
    if (flow === undefined) tell(node, `It has no way in there that is like "${id}", by which a token has come.`);
    else if (flow !== id) flows[id] = flow;
  }
  const nodes = Object.fromEntries(Object.entries(parts.names).filter(([id, other]) => id !== other));
  return { nodes, flows, problems: [...problems].map(([node, problem]) => ({ node, problem })) };
}

type Use = 'works' | 'names';

/** Every node the state names, and whether something is at work there or it is only remembered. */
function usedIn({ tokens, scopes }: ProcessState): ReadonlyMap<string, Use> {
  const used = new Map<string, Use>();
  const remember = ({ node, inside = [] }: Undoable) => {
    if (!used.has(node)) used.set(node, 'names');
    for (const entry of inside) remember(entry);
  };
  for (const { node } of tokens) used.set(node, 'works');
  for (const { done = [], undo = [], pending = [], spent = [] } of scopes) {
    for (const entry of [...done, ...undo, ...pending.map((node) => ({ node })), ...spent]) remember(entry);
  }
  return used;
}

function flowsIn({ tokens, scopes }: ProcessState): { readonly id: string; readonly node: string }[] {
  const arrived = tokens.flatMap(({ node, wait }) =>
    (wait.for === 'join' || wait.for === 'help') && wait.flow !== undefined && wait.flow !== ''
      ? [{ id: wait.flow, node }]
      : [],
  );
  const spent = scopes.flatMap((scope) =>
    (scope.spent ?? []).flatMap(({ node, flows }) => flows.map((id) => ({ id, node }))),
  );
  return [...arrived, ...spent];
}

/** The way in of the same id, or else the only one that comes from the same node. */
function flowLike(
  id: string,
  { node, target, parts }: { readonly node: string; readonly target: Node; readonly parts: Parts },
): string | undefined {
  if (target.incoming.some((flow) => flow.id === id)) return id;
  const before = nodeOf(parts.from, node).incoming.find((flow) => flow.id === id);
  if (before === undefined) return undefined;
  const alike = target.incoming.filter(({ from }) => from === named(parts.names, before.from));
  return alike.length === 1 ? alike[0]?.id : undefined;
}

const missing = (id: string, { to, names }: Parts): string | undefined =>
  to.nodes.has(named(names, id)) ? undefined : `Version ${to.version} has no node "${named(names, id)}".`;

function problemOf(id: string, parts: Parts): string | undefined {
  const { from, to, names } = parts;
  const node = nodeOf(from, id);
  const other = to.nodes.get(named(names, id));
  if (other === undefined) return missing(id, parts);
  const into = `"${other.id}" of version ${to.version}`;
  if (node.type !== other.type) return `It is a ${node.type}, and ${into} is a ${other.type}.`;
  const parent = node.parent === undefined ? undefined : named(names, node.parent);
  if (parent !== other.parent) return `It is in ${placeOf(node.parent)}, and ${into} in ${placeOf(other.parent)}.`;
  if (node.repetition?.type !== other.repetition?.type) return `It is not repeated as ${into} is.`;
  const [before, after] = [workAt(node.behaviour), workAt(other.behaviour)];
  return before === after ? undefined : `It is ${before}, and ${into} is ${after}.`;
}

const placeOf = (parent: string | undefined): string => (parent === undefined ? 'the process itself' : `"${parent}"`);

/** What is done or waited for, as far as it must stay the same. */
function workAt(behaviour: Behaviour): string {
  switch (behaviour.type) {
    case 'job':
      return `a job of the kind "${behaviour.kind}"`;
    case 'criterion':
      return `for the criterion "${behaviour.criterion}"`;
    case 'catch':
      return `waiting for ${eventOf(behaviour.trigger)}`;
    default:
      return `a ${behaviour.type}`;
  }
}

/** The event that is listened for, but for its key or time: those were worked out when it began. */
export function eventOf(trigger: Trigger): string {
  switch (trigger.on) {
    case 'message':
    case 'signal':
      return `the ${trigger.on} "${trigger.name}"`;
    case 'several':
      return trigger.triggers.map(eventOf).join(trigger.all ? ' and ' : ' or ');
    case 'timer':
      return 'a timer';
    default:
      return `the event ${trigger.on}`;
  }
}
