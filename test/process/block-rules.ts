/**
 * Makes a tree of blocks one whose course is not left to chance: unique ids, one catcher for an error at a time, no
 * activity that is over before its conditions are looked at.
 */
import { type Block, type Body, type Event, isLeafBody, type Leaf, type Way } from './blocks.ts';

type Process = { readonly blocks: Block[]; readonly handlers: Event[] };
type Place = {
  /** In a loop of the same scope, in a branch of an inclusive gateway of it, in the body of something done several times. */
  readonly isAgain?: boolean;
  readonly isInclusive?: boolean;
  readonly isMany?: boolean;
  /** Directly in a transaction. */
  readonly isCancellable?: boolean;
  /** In the body of an event sub-process. */
  readonly isHandler?: boolean;
};

const task = (): Leaf => ({ id: '', kind: 'task' });

export function tidied(tree: Process): Process {
  const copy = structuredClone(tree);
  const blocks = copy.blocks.map((block) => allowed(block, {}));
  const handlers = eventsOf(copy.handlers, {}, true);
  const process = { blocks: opened(blocks, handlers), handlers };
  name(process);
  for (const scope of [process.blocks, ...handlers.map(({ follows }) => follows)]) target(scope);
  return process;
}

const inside = (blocks: readonly Block[], place: Place): Block[] => blocks.map((block) => allowed(block, place));

/** At most one for errors, and one for escalations: with several it is a matter of taste which is asked first. */
function eventsOf(events: readonly Event[], place: Place, isHandler = false): Event[] {
  const seen = new Set<string>();
  const chosen = events.filter(({ by }) => (by !== 'error' && by !== 'escalation') || seen.size < seen.add(by).size);
  return chosen.map((event) => ({
    ...event,
    follows: inside(event.follows, isHandler ? { isHandler, isMany: place.isMany ?? false } : place),
  }));
}

/** Something must be waited for while a condition or another event sub-process may begin. */
function opened(body: Block[], events: readonly Event[]): Block[] {
  return events.length > 0 ? [task(), ...body] : body;
}

/** Receive tasks and message events do not stand behind the same gateway (10.6.6). */
const alike = (ways: readonly Way[]): Way[] =>
  ways.map((way) =>
    way.by === 'message' && ways.some(({ by }) => by === 'receive') ? { ...way, by: 'receive' } : way,
  );

const isWaiting = (leaf: Leaf) => leaf.kind !== 'condition' && leaf.kind !== 'criterion';
const withoutConditions = (events: Event[]) => events.filter(({ by }) => by !== 'condition');

function allowed(block: Block, place: Place): Block {
  const within = <T extends { blocks: Block[] }>(list: T[], where: Place): T[] =>
    list.map((branch) => ({ ...branch, blocks: inside(branch.blocks, where) }));
  switch (block.kind) {
    case 'parallel':
    case 'decision':
      return { ...block, branches: block.branches.map((branch) => inside(branch, place)) };
    case 'quantity':
      return { ...block, branches: block.branches.map((branch) => inside(branch, place)) };
    case 'complex': {
      const branches = block.branches.map((branch) => inside(branch, place));
      // Its latecomers would meet the next round, or keep a gateway waiting that no longer needs them.
      if (place.isAgain || place.isInclusive) return { id: '', kind: 'parallel', branches };
      return { ...block, branches, needed: Math.min(block.needed, branches.length) };
    }
    case 'exclusive':
    case 'links':
    case 'rules':
      return { ...block, branches: within(block.branches, place) };
    case 'inclusive':
      return { ...block, branches: within(block.branches, { ...place, isInclusive: true }) };
    case 'loop':
      return { ...block, body: inside(block.body, { ...place, isAgain: true }) };
    case 'script':
    case 'mapped':
      return { ...block, blocks: inside(block.blocks, place) };
    case 'race':
      return place.isMany ? task() : { ...block, ways: within(alike(block.ways), place) };
    case 'cancel':
      return place.isCancellable ? block : task();
    case 'undo':
    case 'undoable':
      return place.isMany || place.isHandler ? task() : block;
    case 'message':
    case 'receive':
    case 'signal':
    case 'criterion':
      // Which of several would take it?
      return place.isMany ? task() : block;
    default:
      return allowedActivity(block, place);
  }
}

function allowedActivity(block: Block, place: Place): Block {
  switch (block.kind) {
    case 'sub': {
      const { isMany = false } = place;
      const handlers = eventsOf(ofMany(block.handlers, isMany), place, true);
      const events = eventsOf(ofMany(block.events, isMany), place);
      const { undo, ...rest } = block;
      const isUndoable = undo !== undefined && !isMany && !place.isHandler;
      const body = opened(
        inside(block.body, { isMany }),
        isUndoable ? [...events, ...block.events, ...handlers] : [...events, ...handlers],
      );
      return { ...rest, body: isUndoable ? [task(), ...body] : body, events, handlers, ...(isUndoable && { undo }) };
    }
    case 'transaction': {
      const { isMany = false } = place;
      // While it is cancelled a condition may become true; whether it still counts is a matter of taste.
      const events = withoutConditions(eventsOf(ofMany(block.events, isMany), place));
      return { ...block, body: opened(inside(block.body, { isMany, isCancellable: true }), events), events };
    }
    case 'guarded': {
      const events = eventsOf(ofMany(block.events, place.isMany === true), place);
      const host = place.isMany && !['task', 'job', 'timer'].includes(block.host.kind) ? task() : block.host;
      return { ...block, host, events: isWaiting(host) ? events : withoutConditions(events) };
    }
    case 'multi':
    case 'repeat': {
      const events = withoutConditions(eventsOf(ofMany(block.events, place.isMany === true), place));
      const body = bodyOf(block.body);
      // Only the innermost is told apart by its number alone.
      if (block.kind === 'multi' && !isLeafBody(body) && block.from === 'cardinality')
        return { ...block, body, events, from: 'literal' };
      return { ...block, body, events };
    }
    case 'adhoc':
      return { ...block, events: eventsOf(ofMany(block.events, place.isMany === true), place) };
    default:
      return block;
  }
}

const bodyOf = (body: Body): Body => (isLeafBody(body) ? body : [task(), ...inside(body, { isMany: true })]);

/** Messages and signals are for one, or for all. */
const ofMany = (events: readonly Event[], isMany: boolean): Event[] =>
  events.filter(({ by }) => !isMany || (by !== 'message' && by !== 'signal'));

function name(process: Process): void {
  let last = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('id' in value) value.id = `n${++last}`;
    Object.values(value).forEach(visit);
  };
  visit(process);
}

/** What is undone by name is an activity of the same scope. */
function target(scope: readonly Block[]): void {
  const activities: string[] = [];
  const undos: Extract<Block, { kind: 'undo' }>[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const block = value as Block;
    if (block.kind === 'undoable') activities.push(block.host.id);
    if (block.kind === 'undo') undos.push(block);
    if (block.kind === 'sub' && block.undo !== undefined) activities.push(block.id);
    const isScope =
      block.kind === 'sub' || block.kind === 'transaction' || block.kind === 'multi' || block.kind === 'repeat';
    for (const [field, part] of Object.entries(block)) {
      if (isScope && field === 'body' && Array.isArray(part)) target(part);
      else if (field === 'handlers') for (const { follows } of part as Event[]) target(follows);
      else visit(part);
    }
  };
  visit(scope);
  for (const undo of undos) if (undo.target !== true) undo.target = activities[0] ?? true;
}
