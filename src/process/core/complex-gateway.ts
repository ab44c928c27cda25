/**
 * A complex gateway that joins goes on as soon as its activation condition holds for the tokens that have come. The other
 * tokens of that round are used up when they come; when every way in has had its token, or nothing can come any more, it
 * begins anew (BPMN 2.0.2, 13.4.5; in its second phase it lets no further token out).
 */
import { type Node, nodeOf } from './definition.ts';
import { holds } from './evaluate.ts';
import { firstOfEachFlow, flowOf, merge } from './join.ts';
import { goOn } from './passage.ts';
import { type Arrival, emit, type Run, raise, scopeOf, variablesOf } from './run.ts';
import type { Token } from './state.ts';

export function arriveAtComplex(run: Run, token: Token, { node, by }: Arrival): void {
  if (node.incoming.length < 2 || by === undefined) return goOn(run, token);
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'join', flow: by.id } });
  look(run, node, token.scope);
}

/** Gateways whose round is over because nothing can come any more; answers whether one began anew. */
export function beginAnew(run: Run): boolean {
  for (const { id, spent = [] } of run.draft.scopes) {
    for (const { node: gateway, flows } of spent) {
      const node = nodeOf(run.definition, gateway);
      if (mayStillCome(run, { node, scope: id, flows })) continue;
      emit(run, { type: 'spent', scope: id, node: gateway });
      look(run, node, id);
      return true;
    }
  }
  return false;
}

function look(run: Run, node: Node, scope: number): void {
  const { spent = [] } = scopeOf(run, scope);
  const round = spent.find((entry) => entry.node === node.id);
  const waiting = run.draft.tokens.filter(
    (token) => token.scope === scope && token.node === node.id && token.wait.for === 'join',
  );
  if (round !== undefined) return useUp(run, { node, scope, waiting, flows: round.flows });
  const arrived = firstOfEachFlow(node, waiting);
  const [last] = arrived.slice(-1);
  if (last === undefined || node.behaviour.type !== 'complexGateway') return;
  const { activation } = node.behaviour;
  const context = { ...variablesOf(run, { scope }), activationCount: arrived.length };
  const { value, problem } = activation === undefined ? { value: true } : holds(run, activation, context);
  if (problem !== undefined) return raise(run, last, { ...problem, flow: flowOf(last) ?? '' });
  if (!value) return;
  const flows = arrived.flatMap((token) => flowOf(token) ?? []);
  const joined = merge(run, arrived);
  if (flows.length < node.incoming.length) emit(run, { type: 'spent', scope, node: node.id, flows });
  goOn(run, joined);
}

type Round = { readonly node: Node; readonly scope: number; readonly flows: readonly string[] };

function useUp(run: Run, { node, scope, waiting, flows }: Round & { readonly waiting: readonly Token[] }): void {
  const late = firstOfEachFlow(node, waiting).filter((token) => !flows.includes(flowOf(token) ?? ''));
  if (late.length === 0) return;
  for (const { id } of late) emit(run, { type: 'vanished', token: id });
  const had = [...flows, ...late.flatMap((token) => flowOf(token) ?? [])];
  const isOver = had.length >= node.incoming.length;
  emit(run, { type: 'spent', scope, node: node.id, ...(!isOver && { flows: had }) });
  if (isOver) look(run, node, scope);
}

function mayStillCome(run: Run, { node, scope, flows }: Round): boolean {
  const open = node.incoming.filter(({ id }) => !flows.includes(id)).map(({ from }) => node.upstream?.(from));
  return run.draft.tokens.some(
    (token) => token.scope === scope && token.node !== node.id && open.some((nodes) => nodes?.has(token.node)),
  );
}
