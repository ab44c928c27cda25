/** Blocks → the nodes of a definition that says the same. */
import {
  type Block,
  type Branch,
  type Event,
  FLAG_MESSAGE,
  flagOf,
  isLeafBody,
  type Leaf,
  type Way,
} from './blocks.ts';
import { bodyOf, multiNode, repeatNode } from './repetition-nodes.ts';

export type NodeJson = { readonly id: string; readonly [field: string]: unknown };
type Next = string | undefined;
const to = (next: Next) => (next === undefined ? {} : { next });

/** The nodes of a whole process. Its flags can be set at any time. */
export function processOf(blocks: readonly Block[], handlers: readonly Event[] = []): NodeJson[] {
  const flags = {
    id: 'flags',
    type: 'eventSubProcess',
    nodes: [
      { id: 'flags.start', type: 'start', message: FLAG_MESSAGE, interrupting: false, next: 'flags.end' },
      { id: 'flags.end', type: 'end' },
    ],
  };
  const needsFlags = JSON.stringify([blocks, handlers]).includes('"condition"');
  return [...nodesOf(blocks), ...handlers.map(handlerNode), ...(needsFlags ? [flags] : [])];
}

/** The nodes of a (sub-)process with these blocks. */
export function nodesOf(sequence: readonly Block[], scope = 'top', start: object = {}): NodeJson[] {
  const drawing = new Drawing();
  const first = drawing.through(sequence, undefined);
  return [{ id: `${scope}.start`, type: 'start', ...start, ...to(first) }, ...drawing.nodes];
}

const handlerNode = (event: Event): NodeJson => ({
  id: event.id,
  type: 'eventSubProcess',
  nodes: nodesOf(event.follows, event.id, {
    ...triggerOf(event),
    ...(event.interrupting ? {} : { interrupting: false }),
  }),
});

function triggerOf(event: Event | Way): object {
  switch (event.by) {
    case 'timer':
      return { timer: '1h' };
    case 'message':
    case 'receive':
      return { message: event.id };
    case 'signal':
      return { signal: event.id };
    case 'condition':
      return { condition: `${flagOf(event.id)} = true` };
    case 'cancel':
      return { cancel: true };
    default:
      return { [event.by]: event.code };
  }
}

/** The nodes of one scope, drawn from the end to the beginning, so that every node knows what comes next. */
class Drawing {
  readonly nodes: NodeJson[] = [];

  through(steps: readonly Block[], next: Next): Next {
    return steps.reduceRight<Next>((after, block) => this.place(block, after), next);
  }

  place(block: Block, next: Next): string {
    return this.#placeFlow(block, next) ?? this.#placeActivity(block, next) ?? this.#placeEvent(block, next);
  }

  #add(node: NodeJson): string {
    this.nodes.push(node);
    return node.id;
  }

  #merge(id: string, next: Next, more: object = { type: 'exclusiveGateway' }): string {
    return this.#add({ id: `${id}.merge`, ...more, ...to(next) });
  }

  /** Leads through the blocks when the condition holds, else past them. */
  #fork(id: string, { when, blocks, join }: { when: string; blocks: readonly Block[]; join: string }): string {
    const ways = [
      { to: this.through(blocks, join), when },
      { to: join, default: true },
    ];
    return this.#add({ id: `${id}.fork`, type: 'exclusiveGateway', next: ways });
  }

  #boundary(events: readonly Event[], merge: Next): { readonly boundary?: object[] } {
    if (events.length === 0) return {};
    const boundary = events.map((event) => ({
      id: event.id,
      interrupting: event.interrupting,
      ...triggerOf(event),
      ...to(this.through(event.follows, event.interrupting ? merge : undefined)),
    }));
    return { boundary };
  }

  #ways(branches: readonly Branch[], join: string): object[] {
    return branches.map(({ when, blocks }, at) => ({
      to: this.through(blocks, join),
      ...(at === branches.length - 1 ? { default: true } : { when }),
    }));
  }

  #placeFlow(block: Block, next: Next): string | undefined {
    const { id } = block;
    switch (block.kind) {
      case 'parallel': {
        const join = this.#merge(id, next, { type: 'parallelGateway' });
        return this.#add({ id, type: 'parallelGateway', next: block.branches.map((way) => this.through(way, join)) });
      }
      case 'exclusive':
      case 'inclusive': {
        const type = `${block.kind}Gateway`;
        const join = this.#merge(id, next, { type });
        return this.#add({ id, type, next: this.#ways(block.branches, join) });
      }
      case 'links': {
        this.#add({ id: `${id}.caught`, type: 'catch', link: id, ...to(next) });
        const ways = block.branches.map(({ when, blocks }, at) => ({
          to: this.through(blocks, this.#add({ id: `${id}.jump${at}`, type: 'throw', link: id })),
          ...(at === block.branches.length - 1 ? { default: true } : { when }),
        }));
        return this.#add({ id, type: 'exclusiveGateway', next: ways });
      }
      case 'complex': {
        const activation = `activationCount >= ${block.needed}`;
        const join = this.#merge(id, next, { type: 'complexGateway', activation });
        return this.#add({ id, type: 'parallelGateway', next: block.branches.map((way) => this.through(way, join)) });
      }
      case 'quantity': {
        const { completion, branches, host } = block;
        const last = this.#add({ id: `${id}.last`, type: 'task', startQuantity: completion, ...to(next) });
        const quantities = { startQuantity: branches.length, completionQuantity: completion };
        const main = this.#add({ ...nodeOf(host), ...quantities, next: last });
        return this.#add({ id, type: 'parallelGateway', next: branches.map((way) => this.through(way, main)) });
      }
      case 'race': {
        const join = this.#merge(id, next);
        const ways = block.ways.map((way) => {
          const type = way.by === 'receive' ? 'receiveTask' : 'catch';
          return this.#add({ id: way.id, type, ...triggerOf(way), next: this.through(way.blocks, join) });
        });
        return this.#add({ id, type: 'eventGateway', next: ways });
      }
      default:
        return undefined;
    }
  }

  #placeActivity(block: Block, next: Next): string | undefined {
    const { id } = block;
    switch (block.kind) {
      case 'decision': {
        const join = this.#merge(id, next);
        const ways = block.branches.map((branch, at) => [`o${at}`, this.through(branch, join)] as const);
        return this.#add({ id, type: 'userTask', role: 'r', commentOn: ['o1'], next: Object.fromEntries(ways) });
      }
      case 'loop': {
        const out = this.#merge(id, next);
        this.#add({ id, type: 'userTask', role: 'r', next: { again: `${id}.again`, out } });
        return this.#add({ id: `${id}.again`, type: 'exclusiveGateway', next: this.through(block.body, id) });
      }
      case 'sub': {
        const { body, handlers, undo } = block;
        const nodes = [...nodesOf(body, id), ...handlers.map(handlerNode)];
        if (undo !== undefined)
          nodes.push({
            id: `${id}.undo`,
            type: 'eventSubProcess',
            nodes: nodesOf(undo, `${id}.undo`, { compensate: true }),
          });
        return this.#guarded({ id, type: 'subProcess', nodes }, block.events, next);
      }
      case 'transaction':
        return this.#guarded({ id, type: 'transaction', nodes: nodesOf(block.body, id) }, block.events, next);
      case 'guarded': {
        // Catching events cannot have boundary events: a sub-process does it for them.
        const { host } = block;
        const isEvent = ['timer', 'message', 'signal', 'condition'].includes(host.kind);
        const node = isEvent ? { id, type: 'subProcess', nodes: [nodeOf(host)] } : nodeOf(host);
        return this.#guarded(node, block.events, next);
      }
      case 'multi':
      case 'repeat': {
        const node = isLeafBody(block.body) ? nodeOf(block.body) : bodyOf(block.id, nodesOf(block.body, id));
        const repetition = block.kind === 'multi' ? multiNode(block) : repeatNode(block);
        return this.#guarded({ ...node, id, ...repetition }, block.events, next);
      }
      case 'adhoc': {
        const { sequential, until, rows } = block;
        const activities = rows.flatMap((row) =>
          row.map((leaf, place) => ({ ...nodeOf(leaf), ...to(row[place + 1]?.id) })),
        );
        const rules = { ...(sequential && { sequential }), ...(until && { completionCondition: until }) };
        return this.#guarded({ id, type: 'adHocSubProcess', ...rules, nodes: activities }, block.events, next);
      }
      case 'undoable': {
        const handler = this.#add({ ...nodeOf(block.handler), forCompensation: true });
        const boundary = [{ id: `${id}.undo`, compensate: true, next: handler }];
        return this.#add({ ...nodeOf(block.host), boundary, ...to(next) });
      }
      case 'rules': {
        const join = this.#merge(id, next);
        const rules = block.branches.map(({ when }, at) => {
          const then = `${at}`;
          return { then, outcome: `o${at}`, ...(at < block.branches.length - 1 && { when }) };
        });
        const ways = block.branches.map((branch, at) => [`o${at}`, this.through(branch.blocks, join)] as const);
        return this.#add({ id, type: 'businessRuleTask', rules, result: `r_${id}`, next: Object.fromEntries(ways) });
      }
      case 'script': {
        const after = this.#fork(id, { when: `s_${id} = true`, blocks: block.blocks, join: this.#merge(id, next) });
        return this.#add({ id, type: 'scriptTask', script: `not(${block.of})`, result: `s_${id}`, next: after });
      }
      case 'mapped': {
        const after = this.#fork(id, { when: `m_${id} = true`, blocks: block.blocks, join: this.#merge(id, next) });
        const mapping = { input: { [`i_${id}`]: block.of }, output: { [`m_${id}`]: `${block.of} and i_${id}` } };
        return this.#add({ id, type: 'job', kind: 'work', ...mapping, next: after });
      }
      default:
        return undefined;
    }
  }

  #guarded(node: NodeJson, events: readonly Event[], next: Next): string {
    const join = this.#merge(node.id, next);
    return this.#add({ ...node, ...this.#boundary(events, join), next: join });
  }

  #placeEvent(block: Block, next: Next): string {
    const { id } = block;
    switch (block.kind) {
      case 'death': {
        const end = this.#add({ id: `${id}.end`, type: 'end' });
        const ways = [
          { to: end, when: block.when },
          { to: this.#merge(id, next), default: true },
        ];
        return this.#add({ id, type: 'exclusiveGateway', next: ways });
      }
      case 'throw': {
        const type = block.ends || block.what === 'error' ? 'end' : 'throw';
        return this.#throwing(id, { type, [block.what]: block.code }, next);
      }
      case 'terminate':
      case 'cancel':
        return this.#throwing(id, { type: 'end', [block.kind]: true }, next);
      case 'undo':
        return this.#throwing(id, { type: block.ends ? 'end' : 'throw', compensate: block.target }, next);
      case 'pass':
        return this.#add({ id, type: block.type, ...to(next) });
      default:
        return this.#add({ ...nodeOf(block as Leaf), ...to(next) });
    }
  }

  /** A task first: so it is never by chance which of several tokens throws before another. */
  #throwing(id: string, event: { readonly type: string; readonly [field: string]: unknown }, next: Next): string {
    const go = this.#merge(id, next);
    const thrown = this.#add({ id: `${id}.throw`, ...event, ...(event.type === 'throw' && { next: go }) });
    return this.#add({ id, type: 'userTask', role: 'r', next: { throw: thrown, go } });
  }
}

export function nodeOf(leaf: Leaf): NodeJson {
  const { id } = leaf;
  switch (leaf.kind) {
    case 'task':
      return { id, type: 'userTask', role: 'r', notify: 'list' };
    case 'job':
      return { id, type: 'job', kind: 'work' };
    case 'timer':
      return { id, type: 'catch', timer: '1h' };
    case 'message':
      return { id, type: 'catch', message: id };
    case 'receive':
      return { id, type: 'receiveTask', message: id };
    case 'signal':
      return { id, type: 'catch', signal: leaf.signal };
    case 'condition':
      return { id, type: 'catch', condition: leaf.when };
    default:
      return { id, type: 'criterion', criterion: leaf.criterion, ...(leaf.within && { within: '1h' }) };
  }
}
