/**
 * A token is taken away from where it waits, as if an interrupting event had ended its activity, and a new one stands
 * before another node. Where that is:
 *
 *   in the same scope                  anywhere, but at what only an event can begin.
 *   in a scope around                  scopes that are empty then end with what stands on their activities' edges.
 *   inside of a sub-process            its scope is opened – or, when one is open already, used – without its own beginning.
 *
 * A multi-instance activity counts its iterations, an event sub-process bars others, and what is undone has an order; so
 * nothing goes into them or out of them this way, and what is refused says so. At a joining gateway the token goes on at
 * once: nobody knows by which way it would have come. Joins that lose a token for ever become incidents.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { Command } from './command.ts';
import { type Behaviour, type Definition, type Node, nodeOf } from './definition.ts';
import { mapped } from './evaluate.ts';
import { enter } from './inside.ts';
import { iterationsAround } from './iteration.ts';
import { kill } from './release.ts';
import { appear, emit, findToken, place, type Run, raise, scopeOf, tokenOf, variablesOf } from './run.ts';
import type { Scope, Token } from './state.ts';
import { wait } from './waiting.ts';

export function move(run: Run, { token: id, to }: Extract<Command, { type: 'move' }>): void {
  const token = findToken(run, id);
  if (token === undefined) throw new MillraceError('process.unknown-token', { token: id });
  const path = pathTo(run.definition, to);
  requireCanBegin(run.definition, to);
  if (iterationsAround(run, token) !== undefined)
    refuse(to, `"${token.node}" is one of several times, which are counted`);
  if (token.wait.for === 'scope' && scopeOf(run, token.wait.scope).undo !== undefined)
    refuse(to, `at "${token.node}" something is being undone`);
  const { home, rest } = homeOf(run, token, path);
  kill(run, token);
  endEmpty(run, token.scope, home);
  putBefore(run, home, rest);
}

/** The sub-processes around a node, the outermost first, and the node itself. */
function pathTo({ nodes }: Definition, to: string): readonly Node[] {
  const path: Node[] = [];
  for (let id: string | undefined = to; id !== undefined; ) {
    const node: Node | undefined = nodes.get(id);
    if (node === undefined) refuse(to, 'the definition has no such node');
    path.unshift(node);
    id = node.parent;
  }
  return path;
}

const BY_EVENT = new Set<Behaviour['type']>(['start', 'boundary', 'eventSubProcess']);

function requireCanBegin({ nodes }: Definition, to: string): void {
  const type = nodes.get(to)?.behaviour.type;
  if (type !== undefined && BY_EVENT.has(type)) refuse(to, 'it begins by its event only');
  if ([...nodes.values()].some(({ undoneBy }) => undoneBy === to)) refuse(to, 'it begins only to undo something');
}

type Home = { readonly home: number; readonly rest: readonly Node[] };

/** The innermost scope that is around both the token and the node, and the way from there to the node. */
function homeOf(run: Run, token: Token, path: readonly Node[]): Home {
  const to = path.at(-1)?.id ?? '';
  for (let scope = scopeOf(run, token.scope); ; ) {
    const host = findToken(run, scope.host);
    const at = host === undefined ? -1 : path.slice(0, -1).findIndex(({ id }) => id === host.node);
    if (scope.undo !== undefined) refuse(to, 'what is being undone keeps its order');
    if (host === undefined || (at >= 0 && scope.iteration === undefined))
      return { home: scope.id, rest: path.slice(at + 1) };
    requireCanBeLeft(run, { scope, host, to });
    scope = scopeOf(run, host.scope);
  }
}

function requireCanBeLeft(
  run: Run,
  { scope, host, to }: { readonly scope: Scope; readonly host: Token; readonly to: string },
): void {
  if (scope.iteration !== undefined) refuse(to, `"${host.node}" is done several times, which are counted`);
  if (nodeOf(run.definition, host.node).behaviour.type === 'eventSubProcess')
    refuse(to, `the event sub-process "${host.node}" bars what is around it until its end`);
}

/** Sub-processes that have lost their last token by it are over, without going on. */
function endEmpty(run: Run, scope: number, home: number): void {
  for (let id = scope; id !== home; ) {
    const { host, pending = [] } = scopeOf(run, id);
    if (pending.length > 0 || run.draft.tokens.some((token) => token.scope === id)) return;
    const token = tokenOf(run, host ?? 0);
    kill(run, token);
    id = token.scope;
  }
}

function putBefore(run: Run, scope: number, [first, ...rest]: readonly Node[]): void {
  if (first === undefined) return;
  const [next] = rest;
  if (next === undefined) return appear(run, { at: first.id, scope });
  const to = rest.at(-1)?.id ?? '';
  const { behaviour, repetition } = first;
  if (repetition !== undefined) refuse(to, `"${first.id}" is done several times, which are counted`);
  if (behaviour.type !== 'subProcess') return refuse(to, `"${first.id}" begins by its event only`);
  const open = run.draft.tokens.filter((token) => token.node === first.id && token.scope === scope);
  if (open.length > 1) refuse(to, `"${first.id}" is at work ${open.length} times`);
  const inner = openScopeOf(run, open[0], to) ?? opened(run, { at: first, scope, inside: behaviour });
  if (inner !== undefined) putBefore(run, inner, rest);
}

function openScopeOf(run: Run, host: Token | undefined, to: string): number | undefined {
  if (host === undefined) return undefined;
  if (host.wait.for !== 'scope') return refuse(to, `"${host.node}" is there already, and not at work`);
  const scope = scopeOf(run, host.wait.scope);
  if (scope.undo !== undefined || scope.interrupted === true)
    refuse(to, `"${host.node}" is being undone, or an event has taken over there`);
  return scope.id;
}

type Opening = {
  readonly at: Node;
  readonly scope: number;
  readonly inside: Extract<Behaviour, { type: 'subProcess' }>;
};

/** Undefined: it could not be opened, and a person must help there. */
function opened(run: Run, { at: { id: at, input }, scope, inside }: Opening): number | undefined {
  const id = place(run, { at, scope });
  if (input !== undefined) {
    const { value, problem } = mapped(run, input, variablesOf(run, tokenOf(run, id)));
    if (problem !== undefined) {
      raise(run, tokenOf(run, id), problem);
      return undefined;
    }
    emit(run, { type: 'locals', token: id, set: value });
  }
  const pending = inside.adHoc === undefined ? {} : { pending: [] };
  wait(run, tokenOf(run, id), () => enter(run, tokenOf(run, id), { inside, starts: [], ...pending }));
  const { wait: begun } = tokenOf(run, id);
  return begun.for === 'scope' ? begun.scope : undefined;
}

function refuse(node: string, problem: string): never {
  throw new MillraceError('process.cannot-move', { node, problem });
}
