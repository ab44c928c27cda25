/** How each activity begins: it asks the world for work, or listens, and its token waits. */
import type { Instant } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { criterionMessage, MAIL_KIND } from './action.ts';
import { chosenActivities } from './ad-hoc.ts';
import { assign } from './assignment.ts';
import type { DecisionAnswer, DecisionFace } from './decision-face.ts';
import { type Behaviour, type DueTime, nodeOf, type Trigger } from './definition.ts';
import { timeOf } from './due.ts';
import { type Evaluated, evaluate, failed, holds, textFrom } from './evaluate.ts';
import { enter } from './inside.ts';
import { keyOf, listen, listenFor } from './listen.ts';
import { mailWork } from './mail.ts';
import { filled } from './module-config.ts';
import { moduleKind } from './module-face.ts';
import { complete } from './passage.ts';
import { emit, type Run, raise, tokenOf, variablesOf } from './run.ts';
import type { Problem, Token, Variables, Wait } from './state.ts';
import { wait } from './waiting.ts';
import { createJob, createSideJob, deliver, newJobId, startAlarms, startTimer } from './work.ts';

type Of<Type extends Behaviour['type']> = Extract<Behaviour, { type: Type }>;
export type Activity = Of<
  | 'criterion'
  | 'userTask'
  | 'job'
  | 'module'
  | 'mail'
  | 'script'
  | 'rules'
  | 'decision'
  | 'send'
  | 'call'
  | 'catch'
  | 'subProcess'
  | 'eventSubProcess'
>;

export function begin(run: Run, token: Token, activity: Activity): void {
  switch (activity.type) {
    case 'criterion':
      return awaitCriterion(run, token, activity);
    case 'userTask':
      return wait(run, token, () => offerTask(run, token, activity));
    case 'job':
      return wait(run, token, () => ({ for: 'job', job: createJob(run, token, workOf(run, token, activity)) }));
    case 'mail':
      return wait(run, token, () => beginMail(run, token, activity));
    case 'module':
      return wait(run, token, () => beginModule(run, token, activity));
    case 'script':
      return compute(run, token, activity);
    case 'rules':
      return decide(run, token, activity);
    case 'decision':
      return ask(run, token, activity);
    case 'send':
      return send(run, token, activity);
    case 'call':
      return wait(run, token, () => call(run, token, activity));
    case 'catch':
      return awaitEvent(run, token, activity.trigger);
    case 'subProcess':
      return wait(run, token, () => enterSubProcess(run, token, activity));
    case 'eventSubProcess':
      return wait(run, token, () => enter(run, token, { inside: activity, starts: activity.starts }));
    default:
      activity satisfies never;
  }
}

/** Whether this is the event by which the instance began, and it has not been here yet. */
function isBeginning(run: Run, { node }: Token): boolean {
  return run.command.type === 'start' && run.command.at === node && !wasHere(run, node);
}

const wasHere = (run: Run, node: string): boolean =>
  run.effects.some((effect) => effect.type === 'completed' && effect.node === node);

/** A firing that started the instance completes each criterion activity it meets, but none of them twice. */
function awaitCriterion(run: Run, token: Token, { criterion, withinMs }: Of<'criterion'>): void {
  const firings = run.command.type === 'start' ? run.command.firings : undefined;
  if (firings?.some((firing) => firing.criterion === criterion) && !wasHere(run, token.node))
    return complete(run, token.id, 'fired');
  wait(run, token, () => {
    const name = criterionMessage(criterion);
    const key = run.draft.businessKey ?? '';
    run.actions.push({ type: 'subscribe', token: token.id, name, key });
    const expiry = withinMs === undefined ? {} : { expiry: startTimer(run, token.id, run.now + withinMs) };
    return { for: 'criterion', criterion: name, key, ...expiry };
  });
}

function awaitEvent(run: Run, token: Token, trigger: Trigger): void {
  if (isBeginning(run, token)) return complete(run, token.id, 'done');
  const owner = { id: token.id, variables: variablesOf(run, token) };
  if (trigger.on !== 'several') {
    return wait(run, token, () => {
      const begun = listenFor(run, owner, trigger);
      return 'code' in begun ? begun : begun();
    });
  }
  const armed = listen(run, owner, [{ node: token.node, trigger }]);
  if ('code' in armed) return raise(run, token, armed);
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'event' }, armed });
}

function offerTask(run: Run, token: Token, activity: Of<'userTask'>): Wait | Problem {
  const { role, commentOn, priority, alarms = [], notBy, notify } = activity;
  const due = timeIn(run, token, activity.due);
  const followUp = timeIn(run, token, activity.followUp);
  const problem = due.problem ?? followUp.problem;
  if (problem !== undefined) return problem;
  const [dueAt, followUpAt] = [due.value, followUp.value];
  const job = newJobId(run);
  const alarm = dueAt === undefined ? undefined : startAlarms(run, { task: job, dueAt, alarms });
  run.actions.push({
    type: 'offerTask',
    job,
    token: token.id,
    node: token.node,
    role,
    outcomes: nodeOf(run.definition, token.node).outcomes,
    commentOn,
    priority,
    ...(dueAt !== undefined && { dueAt }),
    ...(followUpAt !== undefined && { followUpAt }),
    ...(alarm !== undefined && { alarm }),
    ...(notBy !== undefined && { notBy }),
  });
  if (notify !== undefined) createSideJob(run, MAIL_KIND, { list: notify, node: token.node, task: job });
  return alarm === undefined ? { for: 'task', job } : { for: 'task', job, alarm };
}

const NO_TIME: Evaluated<Instant | undefined> = { value: undefined };

const timeIn = (run: Run, token: Token, due: DueTime | undefined): Evaluated<Instant | undefined> =>
  due === undefined ? NO_TIME : timeOf(run, due, variablesOf(run, token));

/** The variables that go along with work: those that a mapping chose, or all. */
function along(run: Run, token: Token): Variables {
  const { input } = nodeOf(run.definition, token.node);
  return input === undefined ? variablesOf(run, token) : (token.locals ?? {});
}

function workOf(run: Run, token: Token, { kind, payload, priority, maxAttempts }: Of<'job'>) {
  return { kind, payload: { ...payload, variables: along(run, token) }, priority, maxAttempts };
}

function beginMail(run: Run, token: Token, activity: Of<'mail'>): Wait | Problem {
  const writing = { token, visible: variablesOf(run, token), along: along(run, token) };
  const { value, problem } = mailWork(run, activity, writing);
  return problem ?? { for: 'job', job: createJob(run, token, value) };
}

function beginModule(run: Run, token: Token, activity: Of<'module'>): Wait | Problem {
  const { module, priority, maxAttempts } = activity;
  const { value: config, problem } = filled(run, activity, variablesOf(run, token));
  if (problem !== undefined) return problem;
  // Job ids begin anew with a new store; with the time they make a name that is never given twice.
  const payload = { config, variables: along(run, token), node: token.node, at: run.now };
  return { for: 'job', job: createJob(run, token, { kind: moduleKind(module), payload, priority, maxAttempts }) };
}

function compute(run: Run, token: Token, { script, result }: Of<'script'>): void {
  const { value, problem } = evaluate(run, script, variablesOf(run, token));
  if (problem !== undefined) return raise(run, token, problem);
  if (result !== undefined) yieldTo(run, token, { [result]: value ?? null });
  complete(run, token.id, 'done');
}

/** The first rule whose condition holds decides; when none does, the value is null and the outcome the first one. */
function decide(run: Run, token: Token, { rules, result }: Of<'rules'>): void {
  const variables = variablesOf(run, token);
  let outcome = nodeOf(run.definition, token.node).outcomes[0] ?? 'done';
  let found: Evaluated<unknown> = { value: null };
  for (const rule of rules) {
    const fits = rule.when === undefined ? { value: true } : holds(run, rule.when, variables);
    if (fits.problem !== undefined) return raise(run, token, fits.problem);
    if (!fits.value) continue;
    if (rule.value !== undefined) found = evaluate(run, rule.value, variables);
    outcome = rule.outcome ?? outcome;
    break;
  }
  if (found.problem !== undefined) return raise(run, token, found.problem);
  if (result !== undefined) yieldTo(run, token, { [result]: found.value ?? null });
  complete(run, token.id, outcome);
}

/** What the step sees is what the decision is asked about; its version and why it came out so are kept with the history. */
function ask(run: Run, token: Token, { decision, face, result }: Of<'decision'>): void {
  if (face === undefined) return raise(run, token, failed(`The decision "${decision}" is not deployed.`));
  const answer = answerOf(run, face, variablesOf(run, token));
  if (answer.problem !== undefined) return raise(run, token, answer.problem);
  const { value, trace } = answer.value;
  emit(run, { type: 'decided', token: token.id, node: token.node, decision, version: face.version, trace });
  if (result !== undefined) yieldTo(run, token, { [result]: value ?? null });
  complete(run, token.id, 'done');
}

function answerOf(run: Run, face: DecisionFace, variables: Variables): Evaluated<DecisionAnswer> {
  try {
    return { value: face.evaluate(variables, run) };
  } catch (error) {
    return { problem: failed(messageOf(error)) };
  }
}

function yieldTo(run: Run, token: Token, variables: Variables): void {
  const { output } = nodeOf(run.definition, token.node);
  if (output !== undefined) emit(run, { type: 'locals', token: token.id, set: variables });
  else assign(run, token, variables);
}

function send(run: Run, token: Token, { throws }: Of<'send'>): void {
  const { name, correlationKey, ttlMs } = throws;
  const { value: key, problem } = keyOf(run, variablesOf(run, token), correlationKey);
  if (problem !== undefined) return raise(run, token, problem);
  const { input } = nodeOf(run.definition, token.node);
  const variables = input === undefined ? {} : (token.locals ?? {});
  deliver(run, { to: 'message', name, key, variables, ttlMs });
  emit(run, { type: 'thrown', token: token.id, node: token.node, what: 'message', name });
  complete(run, token.id, 'done');
}

/** The number of the called instance is chosen here, so that starting it twice is noticed. */
function call(run: Run, token: Token, { process, version, businessKey }: Of<'call'>): Wait | Problem {
  const visible = variablesOf(run, token);
  const definition: Evaluated<string> =
    typeof process === 'string'
      ? { value: process }
      : textFrom(run, { what: 'The process to call', expression: process }, visible);
  if (definition.problem !== undefined) return definition.problem;
  const key: Evaluated<string | null> =
    businessKey === undefined
      ? { value: run.draft.businessKey }
      : textFrom(run, { what: 'The business key', expression: businessKey }, visible);
  if (key.problem !== undefined) return key.problem;
  const child = run.nextId() as InstanceId;
  const start = deliver(run, {
    to: 'child',
    child,
    definition: definition.value,
    ...(version !== undefined && { version }),
    businessKey: key.value,
    variables: along(run, token),
  });
  return { for: 'call', instance: child, start };
}

function enterSubProcess(run: Run, token: Token, inside: Of<'subProcess'>): Wait | Problem {
  const { adHoc, starts } = inside;
  if (adHoc === undefined) return enter(run, token, { inside, starts });
  const { value: chosen, problem } = chosenActivities(run, { adHoc, starts }, variablesOf(run, token));
  if (problem !== undefined) return problem;
  const now = adHoc.sequential ? chosen.slice(0, 1) : chosen;
  return enter(run, tokenOf(run, token.id), { inside, starts: now, pending: chosen.slice(now.length) });
}
