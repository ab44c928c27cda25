/** A job or task has its final result: the activity that waits for it ends, or an incident says why it cannot. */
import { MillraceError } from '../../kernel/errors.ts';
import { formatJobId, type InstanceId, type JobId } from '../../kernel/ids.ts';
import type { Result } from './brought.ts';
import type { Command } from './command.ts';
import { type Behaviour, nodeOf } from './definition.ts';
import { goOnAfterEvent, happenAt, happenIn } from './happening.ts';
import { finish } from './passage.ts';
import { emit, type Run, raise, tokenOf, variablesOf } from './run.ts';
import type { Armed, ProcessState, Token } from './state.ts';
import { throwError } from './throwing.ts';
import { createSideJob, deliver } from './work.ts';

export function settle(run: Run, { job, kind, result }: Extract<Command, { type: 'settle' }>): void {
  const rings = (armed: Armed) => armed.for === 'timer' && armed.job === job;
  for (const token of run.draft.tokens) {
    const armed = token.armed?.find(rings);
    if (armed !== undefined) return happenAt(run, token, { armed });
    const { wait } = token;
    if (wait.for === 'criterion' && wait.expiry === job)
      return finish(run, token, { outcome: 'expired', settled: job });
    if (wait.for === 'timer' && wait.job === job) return goOnAfterEvent(run, token, { wait });
    if (wait.for === 'call' && wait.start === job && result.kind === 'failed')
      return callFailed(run, token, { child: wait.instance, message: result.message });
    if ('job' in wait && wait.job === job) return settleToken(run, token, { job, result });
  }
  for (const scope of run.draft.scopes) {
    const armed = scope.armed?.find(rings);
    if (armed !== undefined) return happenIn(run, scope, { armed });
  }
  if (result.kind === 'done') throw new MillraceError('process.not-waiting', { what: formatJobId(job) });
  const message = result.message ?? result.kind;
  const id = run.draft.next;
  emit(run, { type: 'sideFailed', id, job, kind, message });
  run.actions.push({ type: 'raiseIncident', token: id, node: kind, code: 'process.job-failed', message });
}

/** What is wrong with a form: so much is listed, so much told in the sentence. */
const MAX_PROBLEMS = 100;
const PROBLEMS_IN_SUMMARY = 3;

type Settled = { readonly job: JobId; readonly result: Result };
type Done = { readonly job: JobId; readonly result: Extract<Result, { kind: 'done' }> };

function settleToken(run: Run, token: Token, { job, result }: Settled): void {
  const { id: activity, outcomes, behaviour } = nodeOf(run.definition, token.node);
  if (result.kind === 'failed') {
    const failed = behaviour.type === 'mail' ? { failed: job } : {};
    return raise(run, token, { code: 'process.job-failed', message: result.message, ...failed });
  }
  if (result.kind === 'error') return fail(run, token, { job, result });
  const { outcome, variables: brought } = result;
  if (!outcomes.includes(outcome)) throw new MillraceError('process.unknown-outcome', { outcome, activity, outcomes });
  if (behaviour.type === 'userTask') accept(run, token, { behaviour, done: { job, result } });
  finish(run, token, { outcome, settled: job, ...(brought !== undefined && { brought }) });
}

/** The activity stands there with nothing to wait for when its error is thrown, with its boundary events still armed. */
function fail(
  run: Run,
  token: Token,
  { result }: { readonly job: JobId; readonly result: Extract<Result, { kind: 'error' }> },
): void {
  const { code, message, variables = {} } = result;
  const { armed } = token;
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'nothing' }, ...(armed !== undefined && { armed }) });
  throwError(run, tokenOf(run, token.id), { code, variables, ...(message !== undefined && { message }) });
}

/** Its delivery was given up; if the instance began all the same, or still would, nobody waits for it any more. */
function callFailed(
  run: Run,
  token: Token,
  { child: instance, message }: { readonly child: InstanceId; readonly message: string },
): void {
  const { armed } = token;
  deliver(run, { to: 'instance', instance, command: { type: 'cancel', reason: 'its call failed' } });
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'nothing' }, ...(armed !== undefined && { armed }) });
  raise(run, tokenOf(run, token.id), { code: 'process.call-failed', message });
}

/** The step that one of these people did, when whoever does this one must not have done it. */
export function doneBefore(
  { doers = {} }: Pick<ProcessState, 'doers'>,
  { notBy = [] }: { readonly notBy?: readonly string[] },
  people: readonly string[],
): { readonly step: string; readonly person: string } | undefined {
  for (const step of notBy) {
    const person = (Object.hasOwn(doers, step) ? doers[step] : undefined)?.find((doer) => people.includes(doer));
    if (person !== undefined) return { step, person };
  }
  return undefined;
}

/** Throws `task.four-eyes` when one of these people did a step that whoever does this one must not have done. */
export function requireOtherEyes(
  state: Pick<ProcessState, 'doers'>,
  task: { readonly notBy?: readonly string[] },
  people: readonly string[],
): void {
  const done = doneBefore(state, task, people);
  if (done !== undefined) throw new MillraceError('task.four-eyes', done);
}

/** Checks what a person answered, and has it applied. */
function accept(
  run: Run,
  token: Token,
  { behaviour, done }: { readonly behaviour: Extract<Behaviour, { type: 'userTask' }>; readonly done: Done },
): void {
  const { outcome, comment = '', variables: input = {} } = done.result;
  if (run.command.type === 'settle') requireOtherEyes(run.draft, behaviour, run.command.by ?? []);
  if (behaviour.commentOn.includes(outcome) && comment.trim() === '') {
    throw new MillraceError('task.comment-required', { outcome });
  }
  const problems = behaviour.form?.problemsOf(input) ?? [];
  if (problems.length > 0) {
    const summary = problems.slice(0, PROBLEMS_IN_SUMMARY).map(({ path, message }) => `${path}: ${message}`);
    throw new MillraceError('task.form-invalid', {
      count: problems.length,
      summary: summary.join('; '),
      errors: problems.slice(0, MAX_PROBLEMS),
    });
  }
  for (const kind of behaviour.apply) {
    const variables = variablesOf(run, token);
    createSideJob(run, kind, { outcome, comment: done.result.comment ?? null, input, variables, task: done.job });
  }
}
