/** What happens when a token arrives at a node: events and gateways send it on, activities make it wait. */
import { begin } from './activity.ts';
import { arriveAtComplex } from './complex-gateway.ts';
import { mapped } from './evaluate.ts';
import { iterationsAround } from './iteration.ts';
import { joinParallel, joinSome } from './join.ts';
import { listen } from './listen.ts';
import { complete, goOn, proceed } from './passage.ts';
import { beginRepetition } from './repetition.ts';
import { type Arrival, emit, type Run, raise, tokenOf, variablesOf } from './run.ts';
import type { Token } from './state.ts';
import { throwAll } from './throwing.ts';

export function arrive(run: Run, arrival: Arrival): void {
  const token = tokenOf(run, arrival.token);
  const { node } = arrival;
  const { behaviour } = node;
  switch (behaviour.type) {
    case 'exclusiveGateway':
      return goOn(run, token);
    case 'start':
    case 'boundary':
      return proceed(run, token.id);
    case 'throw':
    case 'end':
      return throwAll(run, token, behaviour.throws);
    case 'parallelGateway':
    case 'inclusiveGateway':
      return arriveAtJoin(run, token, arrival);
    case 'complexGateway':
      return arriveAtComplex(run, token, arrival);
    case 'eventGateway': {
      const armed = listen(run, { id: token.id, variables: variablesOf(run, token) }, behaviour.events);
      if ('code' in armed) return raise(run, token, armed);
      return emit(run, { type: 'waiting', token: token.id, wait: { for: 'event' }, armed });
    }
    default:
      return arriveAtActivity(run, token, arrival);
  }
}

function arriveAtJoin(run: Run, token: Token, { node, by }: Arrival): void {
  if (node.incoming.length < 2 || by === undefined) return goOn(run, token);
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'join', flow: by.id } });
  if (node.behaviour.type === 'inclusiveGateway') return; // looked at when nothing else moves any more
  const joined = joinParallel(run, node, token.scope);
  if (joined !== undefined) goOn(run, joined);
}

/** Enough tokens first; then the repetition; then the variables of its own; then the work itself. */
function arriveAtActivity(run: Run, token: Token, { node, by }: Arrival): void {
  const { startQuantity, repetition, input, behaviour } = node;
  const isIteration = repetition !== undefined && iterationsAround(run, token) !== undefined;
  if (startQuantity !== undefined && by !== undefined && !isIteration) {
    emit(run, { type: 'waiting', token: token.id, wait: { for: 'join', flow: by.id } });
    const joined = joinSome(run, token, startQuantity);
    if (joined === undefined) return;
    emit(run, { type: 'waiting', token: joined.id, wait: { for: 'nothing' } });
    run.arrivals.push({ token: joined.id, node, by: undefined });
    return;
  }
  if (repetition !== undefined && !isIteration) return beginRepetition(run, token, { node, repetition });
  if (input !== undefined) {
    const { value, problem } = mapped(run, input, variablesOf(run, token));
    if (problem !== undefined) return raise(run, token, problem);
    emit(run, { type: 'locals', token: token.id, set: value });
  }
  if (behaviour.type === 'pass') return complete(run, token.id, 'done');
  begin(run, tokenOf(run, token.id), behaviour as Parameters<typeof begin>[2]);
}
