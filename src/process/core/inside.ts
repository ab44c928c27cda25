/** Opens what is inside of a sub-process: its variables, what listens in it, and its first tokens. */
import { type EventHandler, type Inside, nodeOf } from './definition.ts';
import { type Evaluated, evaluate } from './evaluate.ts';
import { listen } from './listen.ts';
import { appear, emit, type Run, variablesOf } from './run.ts';
import type { Moment } from './span.ts';
import type { Problem, Scope, Token, Variables, Wait } from './state.ts';

/** First values of the variables that live in a scope. */
export function dataOf(at: Moment, data: Inside['data'], around: Variables): Evaluated<Variables> {
  const set: Record<string, unknown> = {};
  for (const { name, value: expression } of data) {
    if (expression === undefined) {
      set[name] = null;
      continue;
    }
    const { value, problem } = evaluate(at, expression, { ...around, ...set });
    if (problem !== undefined) return { problem };
    set[name] = value ?? null;
  }
  return { value: set };
}

type Rest = Partial<Pick<Scope, 'undo' | 'done' | 'pending' | 'iteration' | 'variables'>>;

/** Opens a scope that the token will wait for. */
export function openScope(run: Run, token: Token, rest: Rest = {}): Extract<Wait, { for: 'scope' }> {
  const scope = run.draft.next;
  emit(run, { type: 'scopeOpened', scope, host: token.id, parent: token.scope, ...rest });
  return { for: 'scope', scope };
}

type Opening = { readonly starts: readonly string[]; readonly pending?: readonly string[] };

/** Opens what is inside with its first tokens, or says why it cannot be; then nothing has begun. */
export function enter(
  run: Run,
  token: Token,
  { inside, starts, pending }: { readonly inside: Inside } & Opening,
): Extract<Wait, { for: 'scope' }> | Problem {
  const around = variablesOf(run, token);
  const { value: data, problem } = dataOf(run, inside.data, around);
  if (problem !== undefined) return problem;
  const owner = { id: run.draft.next, variables: { ...around, ...data } };
  const armed = listen(run, owner, inside.handlers);
  if ('code' in armed) return armed;
  const rest = pending === undefined ? {} : { pending };
  const variables = { ...token.locals, ...data };
  const wait = openScope(run, token, { ...(Object.keys(variables).length > 0 && { variables }), ...rest });
  if (armed.length > 0) emit(run, { type: 'listening', scope: wait.scope, armed });
  for (const at of starts) appear(run, { at, scope: wait.scope });
  return wait;
}

/** The event sub-processes of a scope. */
export function handlersOf(run: Run, { id, host, iteration }: Scope): readonly EventHandler[] {
  if (id === 0) return run.definition.handlers;
  if (iteration !== undefined) return [];
  const token = run.draft.tokens.find((candidate) => candidate.id === host);
  if (token === undefined) return [];
  const { behaviour } = nodeOf(run.definition, token.node);
  return behaviour.type === 'subProcess' || behaviour.type === 'eventSubProcess' ? behaviour.handlers : [];
}
