/** What an operator does where an instance is stuck, or holds the wrong variables. */
import { MillraceError } from '../../kernel/errors.ts';
import { assign } from './assignment.ts';
import type { Command } from './command.ts';
import { type Behaviour, nodeOf } from './definition.ts';
import { bring, complete, goOn, proceed } from './passage.ts';
import { disarm } from './release.ts';
import { emit, type Run, tokenOf } from './run.ts';
import type { SideFailure, Token, Wait } from './state.ts';
import { afterThrowing } from './throwing.ts';

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>;
type Stuck = Token & { readonly wait: Extract<Wait, { for: 'help' }> };

/** What was done stays done: only the way on is looked for again. Work that failed begins anew. */
export function retry(run: Run, { token: id, variables }: Of<'retry'>): void {
  const failure = failureOf(run, id);
  if (failure !== undefined) return retryBeside(run, failure);
  const token = stuckAt(run, id);
  if (variables !== undefined) assign(run, token, variables);
  const { outcome, flow } = token.wait;
  free(run, token);
  if (outcome !== undefined) return proceed(run, id, outcome);
  const node = nodeOf(run.definition, token.node);
  run.arrivals.push({ token: id, node, by: node.incoming.find((incoming) => incoming.id === flow) });
}

function retryBeside(run: Run, { id, job, kind }: SideFailure): void {
  emit(run, { type: 'sideRetried', id });
  run.actions.push({ type: 'resolveIncident', token: id, node: kind }, { type: 'replayJob', job, kind });
}

/** What is stuck counts as done. */
export function resolve(run: Run, command: Of<'resolve'>): void {
  const { token: id, outcome } = command;
  const failure = failureOf(run, id);
  if (failure !== undefined) {
    emit(run, { type: 'sideResolved', id });
    run.actions.push({ type: 'resolveIncident', token: id, node: failure.kind });
    return;
  }
  const token = stuckAt(run, id);
  const { id: activity, behaviour, outcomes } = nodeOf(run.definition, token.node);
  if (outcome !== undefined && !outcomes.includes(outcome))
    throw new MillraceError('process.unknown-outcome', { outcome, activity, outcomes });
  if (!canCountAsDone(behaviour, token.wait)) throw new MillraceError('process.cannot-resolve', { node: activity });
  free(run, token);
  goOnAsDone(run, token, command);
}

function goOnAsDone(run: Run, token: Stuck, { outcome, variables }: Of<'resolve'>): void {
  const { id, wait } = token;
  const { behaviour, outcomes } = nodeOf(run.definition, token.node);
  if (isEvent(behaviour)) {
    if (variables !== undefined) assign(run, token, variables);
    const here = tokenOf(run, id);
    return behaviour.type === 'throw' || behaviour.type === 'end' ? afterThrowing(run, here) : goOn(run, here);
  }
  if (variables !== undefined) bring(run, token, variables);
  if (wait.outcome !== undefined) return proceed(run, id, outcome ?? wait.outcome);
  complete(run, id, outcome ?? outcomes[0] ?? 'done');
}

type Event = Extract<
  Behaviour,
  { type: 'start' | 'boundary' | 'throw' | 'end' | 'parallelGateway' | 'inclusiveGateway' | 'complexGateway' }
>;
const EVENTS = new Set<string>([
  'start',
  'boundary',
  'throw',
  'end',
  'parallelGateway',
  'inclusiveGateway',
  'complexGateway',
]);
const isEvent = (behaviour: Behaviour): behaviour is Event => EVENTS.has(behaviour.type);

/** A gateway that finds no way on finds none either when it counts as done. */
function canCountAsDone({ type }: Behaviour, { code }: Stuck['wait']): boolean {
  if (type === 'exclusiveGateway' || type === 'eventGateway') return false;
  return !type.endsWith('Gateway') || code === 'process.deadlock';
}

/** Variables of one scope, whatever they were before. */
export function setVariables(run: Run, { scope = 0, set, remove = [] }: Of<'variables'>): void {
  if (!run.draft.scopes.some(({ id }) => id === scope)) throw new MillraceError('process.unknown-scope', { scope });
  emit(run, { type: 'variables', scope, set, ...(remove.length > 0 && { remove }) });
}

const failureOf = (run: Run, id: number): SideFailure | undefined =>
  run.draft.failures?.find((candidate) => candidate.id === id);

function stuckAt(run: Run, id: number): Stuck {
  const token = run.draft.tokens.find((candidate) => candidate.id === id);
  if (token?.wait.for !== 'help') throw new MillraceError('process.no-incident', { token: id });
  return token as Stuck;
}

/** It is not stuck any more, and stands there with nothing to wait for. */
function free(run: Run, token: Stuck): void {
  const { failed } = token.wait;
  disarm(run, token);
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'nothing', ...(failed !== undefined && { failed }) } });
}
