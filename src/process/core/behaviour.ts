/** What happens when a token arrives at a node: events and gateways send it on, activities make it wait. */
import { begin } from './activity.ts';
import { joinParallel } from './join.ts';
import { goOn } from './passage.ts';
import { type Arrival, emit, leave, type Run, tokenOf } from './run.ts';
import type { Token } from './state.ts';

export function arrive(run: Run, arrival: Arrival): void {
  const token = tokenOf(run, arrival.token);
  const { behaviour } = arrival.node;
  switch (behaviour.type) {
    case 'start':
    case 'boundary':
    case 'exclusiveGateway':
      return goOn(run, token);
    case 'end':
      return leave(run, token, []);
    case 'parallelGateway':
    case 'inclusiveGateway':
      return arriveAtJoin(run, token, arrival);
    default:
      return begin(run, token, behaviour);
  }
}

function arriveAtJoin(run: Run, token: Token, { node, by }: Arrival): void {
  if (node.incoming.length < 2 || by === undefined) return goOn(run, token);
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'join', flow: by.id } });
  if (node.behaviour.type === 'inclusiveGateway') return; // looked at when nothing else moves any more
  const joined = joinParallel(run, node, token.scope);
  if (joined !== undefined) goOn(run, joined);
}
