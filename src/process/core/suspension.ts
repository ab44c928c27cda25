/**
 * A suspended instance stands still for people, and loses nothing that machines bring:
 *
 *   suspended  people can complete and begin nothing. Jobs and timers that are under way go on; their results, and messages,
 *              signals, firings and what called instances return, are kept in the order in which they came – MAX_KEPT of
 *              them; what comes then is refused, and whoever brings it tries again.
 *   resuming   what was kept is taken in, so many at a time, each as if it came now. What comes meanwhile is kept behind it.
 *
 * What is kept waits in the state, so it is committed with the job or message that brought it. An operator's own commands
 * act at once; a token that is ended by one of them leaves nothing kept behind.
 */
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import { requireAwaited, waiterOf } from './awaited.ts';
import type { Brought } from './brought.ts';
import type { Command } from './command.ts';
import { emit, type Run } from './run.ts';
import { deliver } from './work.ts';

/** What one suspended instance keeps at most. */
export const MAX_KEPT = 1_000;
/** What is taken in by one command when an instance goes on; fewer when they have much to do. */
const TAKEN_AT_ONCE = 100;
/** Effects after which the rest is left for a command of its own. */
const MANY_EFFECTS = 5_000;

export function suspend(run: Run, { reason }: Extract<Command, { type: 'suspend' }>): void {
  const { suspended } = run.draft;
  if (suspended !== undefined && suspended.resuming === undefined)
    throw new MillraceError('process.suspended', { reason: suspended.reason ?? null });
  emit(run, { type: 'suspended', ...(reason !== undefined && { reason }) });
}

/** Takes in what was kept, by `take`, and goes on in a command of its own when that is not all. */
export function resume(
  run: Run,
  { isRest }: Extract<Command, { type: 'resume' }>,
  take: (command: Brought) => void,
): void {
  const { suspended } = run.draft;
  // It was suspended again meanwhile: then the rest waits for the next one who resumes it.
  if (suspended === undefined || (isRest === true && suspended.resuming === undefined))
    throw new MillraceError('process.not-suspended', {});
  if (suspended.resuming === undefined) emit(run, { type: 'resuming' });
  for (let taken = 0; taken < TAKEN_AT_ONCE && run.effects.length < MANY_EFFECTS; taken++) {
    const [next] = run.draft.suspended?.kept ?? [];
    if (next === undefined) break;
    emit(run, { type: 'released' });
    takeIn(run, next, take);
  }
  if (run.draft.suspended === undefined) return; // it has ended
  if (run.draft.suspended.kept.length === 0) emit(run, { type: 'resumed' });
  else deliver(run, { to: 'self', command: { type: 'resume', isRest: true } });
}

/** What happened before it may have changed what is waited for, and another version knows other outcomes. */
function takeIn(run: Run, command: Brought, take: (command: Brought) => void): void {
  try {
    take(command);
  } catch (error) {
    if (isMillraceError(error, 'process.unknown-outcome') && command.type === 'settle')
      return take({ ...command, result: { kind: 'failed', message: error.message } });
    if (!isMillraceError(error, 'process.not-waiting')) throw error;
    emit(run, { type: 'passedOver', code: error.code });
  }
}

/** Whether the command was kept. What a person may not do now is refused; all else goes its way. */
export function isHeld(run: Run, command: Command): boolean {
  const { suspended } = run.draft;
  if (suspended === undefined) return false;
  switch (command.type) {
    case 'activate':
      throw new MillraceError('process.suspended', { reason: suspended.reason ?? null });
    case 'settle': {
      const waiter = waiterOf(run, command.job);
      if (waiter?.token?.wait.for === 'task' && waiter.token.wait.job === command.job)
        throw new MillraceError('process.suspended', { reason: suspended.reason ?? null });
      // A job beside an activity moves nothing.
      if (waiter === undefined && command.result.kind !== 'done') return false;
      return keep(run, command);
    }
    case 'message':
    case 'signal':
    case 'firing':
    case 'returned':
    case 'continue':
      return keep(run, command);
    default:
      return false;
  }
}

function keep(run: Run, command: Brought): true {
  requireAwaited(run, command);
  if ((run.draft.suspended?.kept.length ?? 0) >= MAX_KEPT)
    throw new MillraceError('process.kept-full', { limit: MAX_KEPT });
  emit(run, { type: 'kept', command });
  return true;
}
