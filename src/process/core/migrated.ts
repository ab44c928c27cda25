/** What stands in a state under the names of one version, under those of another. Names that are not told stay. */
import type { Armed, Scope, Token, Undoable, Wait } from './state.ts';

type Doers = Readonly<Record<string, readonly string[]>>;

/** Nodes and flows whose names are others: the old name and the new one. */
export type Renaming = {
  readonly nodes: Readonly<Record<string, string>>;
  readonly flows: Readonly<Record<string, string>>;
};

export const migrated = {
  token(token: Token, names: Renaming): Token {
    const { node, wait, armed, ...rest } = token;
    return {
      ...rest,
      node: named(names.nodes, node),
      wait: waiting(wait, names),
      ...(armed !== undefined && { armed: armed.map((each) => listening(each, names)) }),
    };
  },
  scope(scope: Scope, names: Renaming): Scope {
    const { armed, iteration, done, undo, pending, spent, ...rest } = scope;
    const node = (id: string) => named(names.nodes, id);
    const undoables = (list: readonly Undoable[]) => list.map((entry) => undoable(entry, names));
    return {
      ...rest,
      ...(armed !== undefined && { armed: armed.map((each) => listening(each, names)) }),
      ...(iteration !== undefined && { iteration: { ...iteration, node: node(iteration.node) } }),
      ...(done !== undefined && { done: undoables(done) }),
      ...(undo !== undefined && { undo: undoables(undo) }),
      ...(pending !== undefined && { pending: pending.map(node) }),
      ...(spent !== undefined && {
        spent: spent.map((round) => ({
          node: node(round.node),
          flows: round.flows.map((flow) => named(names.flows, flow)),
        })),
      }),
    };
  },
  doers(doers: Doers, { nodes }: Renaming): Doers {
    return Object.fromEntries(Object.entries(doers).map(([node, people]) => [named(nodes, node), people]));
  },
};

/** Not by index alone: a node may have the name of something that objects have already. */
export const named = (names: Readonly<Record<string, string>>, id: string): string =>
  Object.hasOwn(names, id) ? (names[id] ?? id) : id;

const listening = (armed: Armed, { nodes }: Renaming): Armed => ({ ...armed, node: named(nodes, armed.node) });

function waiting(wait: Wait, { flows }: Renaming): Wait {
  if (wait.for === 'join') return { ...wait, flow: named(flows, wait.flow) };
  if (wait.for === 'help' && wait.flow !== undefined) return { ...wait, flow: named(flows, wait.flow) };
  return wait;
}

function undoable({ node, inside, ...rest }: Undoable, names: Renaming): Undoable {
  const entry = { ...rest, node: named(names.nodes, node) };
  return inside === undefined ? entry : { ...entry, inside: inside.map((each) => undoable(each, names)) };
}
