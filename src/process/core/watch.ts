/**
 * Conditions that something waits for: looked at when variables have changed and nothing moves any more. One happens when
 * it becomes true – at once if it already is – and again only after it has been false.
 */
import { type Condition, nodeOf, type Trigger } from './definition.ts';
import { holds } from './evaluate.ts';
import { goOnAfterEvent, happenAt, happenIn } from './happening.ts';
import { handlersOf } from './inside.ts';
import { emit, type Run, raise, variablesOf } from './run.ts';
import type { Armed, Scope, Token, Variables } from './state.ts';

const CHANGES = new Set<string>([
  'started',
  'variables',
  'locals',
  'evidence',
  'waiting',
  'listening',
  'scopeOpened',
  'resuming',
  'migrated',
]);

/** Whether anything happened since the last look that could make a condition true. */
export const mayHaveChanged = (run: Run, seen: number): boolean =>
  run.definition.watchesVariables && run.effects.slice(seen).some(({ type }) => CHANGES.has(type));

/** Lets the first condition happen that has become true; answers whether there was one. */
export function letConditionHappen(run: Run): boolean {
  return (
    run.draft.tokens.some((token) => lookAtToken(run, token)) ||
    run.draft.scopes.some((scope) => lookAtScope(run, scope))
  );
}

function lookAtToken(run: Run, token: Token): boolean {
  const { wait, armed } = token;
  const variables = variablesOf(run, token);
  const { behaviour } = nodeOf(run.definition, token.node);
  if (wait.for === 'condition' && behaviour.type === 'catch') {
    const [condition] = conditionsIn(behaviour.trigger);
    if (condition === undefined) return false;
    const { value, problem } = holds(run, condition, variables);
    if (problem !== undefined) raise(run, token, problem);
    else if (value) goOnAfterEvent(run, token, { wait });
    return problem !== undefined || value;
  }
  if (armed === undefined) return false;
  const isTrue = truth(run, variables);
  const found = lookAt(armed, (node) => isTrue(triggerAt(run, token, node)));
  if (found.armed !== armed) emit(run, { type: 'waiting', token: token.id, wait, armed: found.armed });
  if (found.happened !== undefined) happenAt(run, { ...token, armed: found.armed }, { armed: found.happened });
  return found.happened !== undefined;
}

function lookAtScope(run: Run, scope: Scope): boolean {
  const { armed } = scope;
  if (armed === undefined) return false;
  const handlers = handlersOf(run, scope);
  const isTrue = truth(run, variablesOf(run, { scope: scope.id }));
  const found = lookAt(armed, (id) => isTrue(handlers.find(({ node }) => node === id)?.trigger));
  if (found.armed !== armed) emit(run, { type: 'listening', scope: scope.id, armed: found.armed });
  if (found.happened !== undefined) happenIn(run, { ...scope, armed: found.armed }, { armed: found.happened });
  return found.happened !== undefined;
}

function triggerAt(run: Run, token: Token, id: string): Trigger | undefined {
  const { behaviour, boundary } = nodeOf(run.definition, token.node);
  if (behaviour.type === 'eventGateway') return behaviour.events.find(({ node }) => node === id)?.trigger;
  if (behaviour.type === 'catch' && id === token.node) return behaviour.trigger;
  return boundary.find(({ node }) => node === id)?.trigger;
}

type Found = { readonly armed: readonly Armed[]; readonly happened?: Armed };

/** A condition that cannot be computed is not true: what it watches over goes on. */
const truth = (run: Run, variables: Variables) => (trigger: Trigger | undefined) =>
  trigger !== undefined && conditionsIn(trigger).some((condition) => holds(run, condition, variables).value === true);

function lookAt(armed: readonly Armed[], holdsAt: (node: string) => boolean): Found {
  let left = armed;
  for (const event of armed) {
    if (event.for !== 'condition') continue;
    const isTrue = holdsAt(event.node);
    if (isTrue && event.held === undefined) return { armed: left, happened: event };
    if (!isTrue && event.held === true) {
      left = left.map((other) => (other === event ? { node: event.node, for: 'condition' } : other));
    }
  }
  return { armed: left };
}

function conditionsIn(trigger: Trigger): readonly Condition[] {
  if (trigger.on === 'condition') return [trigger.condition];
  return trigger.on === 'several' ? trigger.triggers.flatMap(conditionsIn) : [];
}
