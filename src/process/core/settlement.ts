/** A job or task has its final result: the activity that waits for it ends, or an incident says why it cannot. */
import { MillraceError } from '../../kernel/errors.ts';
import { formatJobId, type JobId } from '../../kernel/ids.ts';
import { assign } from './assignment.ts';
import { trigger } from './boundary.ts';
import type { Command, Result } from './command.ts';
import { type Behaviour, nodeOf } from './definition.ts';
import { end } from './passage.ts';
import { emit, type Run, raise, variablesOf } from './run.ts';
import type { Token } from './state.ts';
import { createSideJob } from './work.ts';

export function settle(run: Run, { job, kind, result }: Extract<Command, { type: 'settle' }>): void {
  for (const token of run.draft.tokens) {
    const armed = token.armed?.find((candidate) => candidate.for === 'timer' && candidate.job === job);
    if (armed !== undefined) return trigger(run, token, armed);
    const { wait } = token;
    if (wait.for === 'criterion' && wait.expiry === job) return end(run, token, { outcome: 'expired', job });
    if ('job' in wait && wait.job === job) return settleToken(run, token, { job, result });
  }
  if (result.kind === 'done') throw new MillraceError('process.not-waiting', { what: formatJobId(job) });
  const { message } = result;
  const id = run.draft.next;
  emit(run, { type: 'sideFailed', id, job, kind, message });
  run.actions.push({ type: 'raiseIncident', token: id, node: kind, code: 'process.job-failed', message });
}

type Settled = { readonly job: JobId; readonly result: Result };
type Done = { readonly job: JobId; readonly result: Extract<Result, { kind: 'done' }> };

function settleToken(run: Run, token: Token, { job, result }: Settled): void {
  if (result.kind === 'failed') return raise(run, token, { code: 'process.job-failed', message: result.message });
  const { id: activity, outcomes, behaviour } = nodeOf(run.definition, token.node);
  const outcome = token.wait.for === 'timer' ? 'done' : result.outcome;
  if (!outcomes.includes(outcome)) throw new MillraceError('process.unknown-outcome', { outcome, activity, outcomes });
  if (behaviour.type === 'userTask') accept(run, token, { behaviour, done: { job, result } });
  if (result.variables !== undefined) assign(run, token.scope, result.variables);
  end(run, token, { outcome, job });
}

/** Checks what a person answered, and has it applied. */
function accept(
  run: Run,
  token: Token,
  { behaviour, done }: { readonly behaviour: Extract<Behaviour, { type: 'userTask' }>; readonly done: Done },
): void {
  const { outcome, comment = '', variables: input = {} } = done.result;
  if (behaviour.commentOn.includes(outcome) && comment.trim() === '') {
    throw new MillraceError('task.comment-required', { outcome });
  }
  for (const kind of behaviour.apply) {
    const variables = variablesOf(run, token);
    createSideJob(run, kind, { outcome, comment: done.result.comment ?? null, input, variables, task: done.job });
  }
}
