/** How each activity begins: it asks the world for work, or listens, and its token waits. */
import { criterionMessage, MAIL_KIND } from './action.ts';
import { arm } from './boundary.ts';
import { correlationKey } from './correlation.ts';
import { type Behaviour, nodeOf } from './definition.ts';
import { complete } from './passage.ts';
import { appear, emit, type Run, raise, variablesOf } from './run.ts';
import type { Token, Wait } from './state.ts';
import { createJob, createSideJob, DEFAULT_ATTEMPTS, newJobId, startTimer } from './work.ts';

type Of<Type extends Behaviour['type']> = Extract<Behaviour, { type: Type }>;
export type Activity = Of<'criterion' | 'userTask' | 'job' | 'mail' | 'messageCatch' | 'timerCatch' | 'subProcess'>;

export function begin(run: Run, token: Token, activity: Activity): void {
  switch (activity.type) {
    case 'criterion':
      return awaitCriterion(run, token, activity);
    case 'userTask':
      return wait(run, token, () => offerTask(run, token, activity));
    case 'job':
    case 'mail':
      return wait(run, token, () => ({ for: 'job', job: createJob(run, token, workOf(run, token, activity)) }));
    case 'messageCatch':
      return awaitMessage(run, token, activity);
    case 'timerCatch':
      return wait(run, token, () => ({ for: 'timer', job: startTimer(run, token, activity.afterMs) }));
    case 'subProcess':
      return wait(run, token, () => openScope(run, token, activity));
    default:
      activity satisfies never;
  }
}

/** Boundary events first: when one cannot be armed, there is nothing to take back. */
function wait(run: Run, token: Token, start: () => Wait): void {
  const armed = arm(run, token);
  if ('code' in armed) return raise(run, token, armed);
  emit(run, { type: 'waiting', token: token.id, wait: start(), ...(armed.length > 0 && { armed }) });
}

/** A firing that started the instance completes each criterion activity it meets, but none of them twice. */
function awaitCriterion(run: Run, token: Token, { criterion, withinMs }: Of<'criterion'>): void {
  const firings = run.command.type === 'start' ? run.command.firings : undefined;
  const wasHere = () => run.effects.some((effect) => effect.type === 'completed' && effect.node === token.node);
  if (firings?.some((firing) => firing.criterion === criterion) && !wasHere()) return complete(run, token, 'fired');
  wait(run, token, () => {
    const name = criterionMessage(criterion);
    const key = run.draft.businessKey ?? '';
    run.actions.push({ type: 'subscribe', token: token.id, name, key });
    const expiry = withinMs === undefined ? {} : { expiry: startTimer(run, token, withinMs) };
    return { for: 'criterion', criterion: name, key, ...expiry };
  });
}

function awaitMessage(run: Run, token: Token, { message: name, correlationKey: expression }: Of<'messageCatch'>): void {
  const key = correlationKey(run, token, expression);
  if (typeof key !== 'string') return raise(run, token, key);
  wait(run, token, () => {
    run.actions.push({ type: 'subscribe', token: token.id, name, key });
    return { for: 'message', name, key };
  });
}

function offerTask(run: Run, token: Token, { role, commentOn, priority, dueMs, notify }: Of<'userTask'>): Wait {
  const job = newJobId(run);
  run.actions.push({
    type: 'offerTask',
    job,
    token: token.id,
    node: token.node,
    role,
    outcomes: nodeOf(run.definition, token.node).outcomes,
    commentOn,
    priority,
    ...(dueMs !== undefined && { dueAt: run.now + dueMs }),
  });
  if (notify !== undefined) createSideJob(run, MAIL_KIND, { list: notify, node: token.node, task: job });
  return { for: 'task', job };
}

function workOf(run: Run, token: Token, activity: Of<'job' | 'mail'>) {
  const variables = variablesOf(run, token);
  if (activity.type === 'job') {
    const { kind, priority, maxAttempts } = activity;
    return { kind, payload: { ...activity.payload, variables }, priority, maxAttempts };
  }
  const { to: list, subject, text } = activity;
  const payload = { list, subject, text, node: token.node, variables };
  return { kind: MAIL_KIND, payload, priority: 0, maxAttempts: DEFAULT_ATTEMPTS };
}

function openScope(run: Run, token: Token, { starts }: Of<'subProcess'>): Wait {
  const scope = run.draft.next;
  emit(run, { type: 'scopeOpened', scope, host: token.id, parent: token.scope });
  for (const start of starts) appear(run, { at: start, scope });
  return { for: 'scope', scope };
}
